/** The index can go at any time, and is then made again: as a whole, or of one room. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { MemoryJournal } from "../../journal/memory.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { bytesOf, results, searchOver } from "../../testing/search.ts";
import { draft } from "../../testing/fakes.ts";
import { keep } from "../../testing/journals.ts";
import { test } from "../../testing/permissions.ts";
import { modesIn, OPTIONS, withFolder } from "../../testing/sqlite.ts";
import { startServer } from "../../testing/servers.ts";
import { until, within } from "../../testing/wait.ts";

const needles = (count: number, more = {}) =>
  Array.from({ length: count }, (_, n) => draft(`needle ${n}`, more));

/** Removes an index with all that belongs to it. */
async function removeIndex(path: string, ...ends: string[]): Promise<void> {
  for (const end of ends) await Deno.remove(path + end).catch(() => {});
}

for (const [what, ...ends] of [["all of it", "", "-wal"], ["the file without its log", ""]]) {
  test(`Search: makes the index again after ${what} was deleted`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/index`;
      const journal = new MemoryJournal();
      await keep(journal, needles(10));
      for (let round = 0; round < 2; round++) {
        await using place = searchOver(journal, { path });
        assertEquals((await results(place.search, "needle")).length, 10);
        // While it is used, it is no longer there for the next start only.
        if (round === 0) await removeIndex(path, ...ends);
        assertEquals((await results(place.search, "needle")).length, 10);
      }
      journal.close();
    });
  });
}

test("Search: makes an index again that is damaged, or of something else", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const journal = new MemoryJournal();
    await keep(journal, needles(2_000));
    await searchOver(journal, { path }).search.close();
    const damages = [
      () =>
        Deno.writeTextFile(path, "no database at all, but a text that is long enough".repeat(99)),
      () => Deno.truncate(path, 20_000),
      () => {
        Deno.removeSync(path);
        new SqliteJournal(path, OPTIONS).close();
      },
    ];
    for (const damage of damages) {
      await damage();
      await using place = searchOver(journal, { path });
      assertEquals((await results(place.search, "needle 1999")).length, 1);
    }
    journal.close();
  });
});

test("Search: makes the index again when the epoch is another", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    for (const text of ["first epoch", "second epoch"]) {
      const journal = new MemoryJournal();
      await keep(journal, [draft(text)]);
      await using place = searchOver(journal, { path });
      assertEquals(await results(place.search, "epoch"), ["r/1"]);
      assertEquals((await results(place.search, text)).length, 1);
      journal.adoptIdentity("another epoch", journal.secret);
      await keep(journal, [draft("third epoch")]);
      assertEquals(await results(place.search, "epoch"), ["r/2", "r/1"]);
      journal.close();
    }
  });
});

// A backup is restored, and then less is said than was lost, or more.
for (const count of [1, 9]) {
  test(`Search: makes a room again whose history is another, with ${count} new entries`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/index`;
      const file = `${folder}/chat.db`;
      const journal = new SqliteJournal(file, OPTIONS);
      await keep(journal, needles(5, { at: 1 }));
      journal.close();
      await Deno.copyFile(file, `${folder}/backup.db`);
      const longer = new SqliteJournal(file, OPTIONS);
      await keep(longer, [draft("lost", { at: 2 }), draft("lost", { at: 2 })]);
      {
        await using place = searchOver(longer, { path });
        assertEquals((await results(place.search, "lost")).length, 2);
      }
      longer.close();
      const restored = new SqliteJournal(`${folder}/backup.db`, OPTIONS);
      await keep(restored, Array.from({ length: count }, () => draft("new", { at: 3 })));
      await using place = searchOver(restored, { path });
      assertEquals((await results(place.search, "new")).length, count);
      assertEquals(await results(place.search, "lost"), []);
      assertEquals((await results(place.search, "needle")).length, 5);
      restored.close();
    });
  });
}

test("Search: takes another file of the folder if a server uses the first", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const journal = new MemoryJournal();
    await keep(journal, needles(3));
    await using one = searchOver(journal, { path });
    await using two = searchOver(journal, { path });
    for (const { search } of [one, two]) assertEquals((await results(search, "needle")).length, 3);
    const modes = modesIn(folder);
    assertEquals(Object.keys(modes), ["index", "index-2", "index-2-wal", "index-wal"]);
    assertEquals(new Set(Object.values(modes)), new Set(["600"]));
    journal.close();
  });
});

test("Search: reports once that the index cannot be used, and uses it when it can", async () => {
  await withFolder(async (folder) => {
    const journal = new MemoryJournal();
    await keep(journal, needles(3));
    await using place = searchOver(journal, { path: `${folder}/missing/index` });
    const first = await place.search.find({
      query: { terms: [{ tokens: ["needle"], isPrefix: false }], senders: [], has: [], rooms: [] },
      scope: { isOpen: true, rooms: [] },
      limit: 5,
      address: "",
      signal: new AbortController().signal,
    }).catch((error) => error.name);
    assertEquals(first, "SearchUnavailableError");
    assertMatch(place.log.events[0], /^search failed .*missing/);
    await Deno.mkdir(`${folder}/missing`);
    assertEquals((await results(place.search, "needle")).length, 3);
    assertEquals(place.log.events.length, 1);
    journal.close();
  });
});

test("Search: goes on where it was when the server is killed", async () => {
  await withFolder(async (folder) => {
    const db = `${folder}/chat.db`;
    const journal = new SqliteJournal(db, OPTIONS);
    const count = 60_000;
    for (let n = 0; n < count; n += 4_000) await keep(journal, needles(4_000));
    journal.close();
    const seconds = AbortSignal.timeout(60_000);
    const metric = async (host: string, name: string) => {
      const text = await (await fetch(`http://${host}/metrics`, { signal: seconds })).text();
      return Number(new RegExp(`^hubbub_search_${name} (\\S+)$`, "m").exec(text)?.[1]);
    };
    {
      await using server = await startServer("--db", db, "--keep", "0");
      await until(async () => await metric(server.host, "index_bytes") > 500_000, "a part of it");
      assert(await metric(server.host, "behind_entries") > 0, "it was too fast to be stopped");
      await server.stop("SIGKILL");
    }
    assert(bytesOf(`${db}-search`).length > 100_000);
    const index = new DatabaseSync(`${db}-search`);
    const { seq } = index.prepare("SELECT seq FROM room").get()!;
    assert(Number(seq) > 0 && Number(seq) < count, `it has ${seq}`);
    index.close();
    await using server = await startServer("--db", db, "--keep", "0");
    const search = async (q: string) => {
      const url = `http://${server.host}/search?q=${encodeURIComponent(q)}`;
      return await (await fetch(url, { signal: seconds })).json();
    };
    await until(async () => !(await search("needle 3999 ")).partial, "all of it");
    const { messages } = await within(search('"needle 3999" '), "the results");
    assertEquals(messages.length, Math.min(20, count / 4_000));
    const seqs = messages.map(({ seq }: { seq: number }) => seq);
    assertEquals(seqs, Array.from({ length: seqs.length }, (_, n) => count - n * 4_000));
    await server.stop();
  });
});
