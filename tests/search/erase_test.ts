/** Deleted words leave the file of the index and its log. */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { MemoryJournal } from "../../journal/memory.ts";
import { bytesOf, results, searchOver } from "../../testing/search.ts";
import { edit, remove } from "../../testing/drafts.ts";
import { draft } from "../../testing/fakes.ts";
import { keep } from "../../testing/journals.ts";
import { test } from "../../testing/permissions.ts";
import { withFolder } from "../../testing/sqlite.ts";
import { until } from "../../testing/wait.ts";

/** At once, and as often as there is something to erase. */
const SOON = { eraseMs: 0, restMs: 0 };

const WORDS = Array.from({ length: 1_000 }, () => crypto.randomUUID().replaceAll("-", ""));
const word = (n: number) => WORDS[n];
/** Whether a word is in the file or its log. The index has beginnings of words only once. */
const has = (path: string, n: number) => bytesOf(path).includes(word(n).slice(8));

/**
 * A copy of the index as it would be after kill -9, once it has a deletion whose words are still to be
 * erased: what is in the file and its log, without an end.
 */
async function copyWithDeletion(path: string): Promise<string> {
  const copy = `${path}-copy`;
  await until(() => {
    for (const end of ["", "-wal"]) Deno.copyFileSync(path + end, copy + end);
    using db = new DatabaseSync(copy);
    return db.prepare("SELECT erase FROM state").get()!.erase === 1;
  }, "the deletion to be in the file");
  for (const end of ["", "-wal"]) Deno.copyFileSync(path + end, copy + end);
  return copy;
}

async function filled(count: number, keepCount = 0): Promise<MemoryJournal> {
  const journal = new MemoryJournal(keepCount);
  await keep(journal, Array.from({ length: count }, (_, n) => draft(`${word(n)} and more`)));
  return journal;
}

test("Eraser: erases what was deleted, edited and forgotten from the file and its log", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const journal = await filled(1_000, 1_000);
    await using place = searchOver(journal, { path, keep: 1_000, ...SOON });
    assertEquals((await results(place.search, "and more")).length, 50);
    await until(() => has(path, 900), "the words to be in the file");
    await journal.append([remove(501), edit(601, "something else")]);
    await keep(journal, [draft("the first one goes")]);
    assertEquals(await results(place.search, word(500)), []);
    await until(() => ![0, 500, 600].some((n) => has(path, n)), "the words to go");
    assert(has(path, 900));
    assertEquals(await results(place.search, word(900)), ["r/901"]);
    journal.close();
  });
});

test("Eraser: erases what was deleted in a hidden room that nobody searches any more", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const room = `~${"x".repeat(26)}`;
    const journal = new MemoryJournal();
    await keep(journal, [draft(word(0), { room }), draft("another", { room })]);
    await using place = searchOver(journal, { path, ...SOON });
    const scope = { isOpen: false, rooms: [room] };
    assertEquals(await results(place.search, word(0), { scope }), [`${room}/1`]);
    await until(() => has(path, 0), "the word to be in the file");
    await journal.append([{ ...remove(1), room }]);
    await until(() => !has(path, 0), "the word to go");
    journal.close();
  });
});

test("Eraser: erases before the index is closed", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const journal = await filled(1_000);
    const { search } = searchOver(journal, { path, eraseMs: 3_600_000 });
    assertEquals(await results(search, word(500)), ["r/501"]);
    await journal.append([remove(501)]);
    assertEquals(await results(search, word(500)), []);
    await copyWithDeletion(path);
    assert(has(path, 500));
    await search.close();
    assert(!has(path, 500));
    assert(has(path, 501));
    journal.close();
  });
});

test("Eraser: goes on after a start with what was not done before the end", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const journal = await filled(1_000);
    const { search } = searchOver(journal, { path, eraseMs: 3_600_000 });
    assertEquals((await results(search, word(500))).length, 1);
    await journal.append([remove(501)]);
    assertEquals(await results(search, word(500)), []);
    const copy = await copyWithDeletion(path);
    assert(has(copy, 500));
    await using place = searchOver(journal, { path: copy, eraseMs: 3_600_000 });
    assertEquals(await results(place.search, word(501)), ["r/502"]);
    await until(() => !has(copy, 500), "the word to go");
    await search.close();
    journal.close();
  });
});

test("Eraser: erases while more is written all the time, and the file does not grow without end", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/index`;
    const journal = await filled(1_000);
    await using place = searchOver(journal, { path, ...SOON });
    await results(place.search, word(0));
    for (let n = 0; n < 200; n++) {
      await keep(
        journal,
        Array.from({ length: 20 }, (_, m) => draft(`more and more ${n} of ${m}`)),
      );
      await journal.append([remove(n + 1)]);
      assertEquals(await results(place.search, word(n)), []);
    }
    const gone = WORDS.slice(0, 200).keys().toArray();
    await until(() => !gone.some((n) => has(path, n)), "the words to go");
    assert(has(path, 200));
    assertEquals(await results(place.search, word(200)), ["r/201"]);
    assert(bytesOf(path).length < 3_000_000, `${bytesOf(path).length} bytes`);
    journal.close();
  });
});
