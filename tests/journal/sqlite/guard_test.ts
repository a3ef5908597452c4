/** A database file that is deleted, replaced or moved while the server runs. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../../config/limits.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { draft } from "../../../testing/fakes.ts";
import { allKept, textsOf } from "../../../testing/journals.ts";
import { fill, OPTIONS, withFolder } from "../../../testing/sqlite.ts";
import { until } from "../../../testing/wait.ts";
import { Peer, rememberingLog, serveChat, test } from "../../../testing/support.ts";

/** A journal with one message, what may happen to its file, and a check that nothing is kept. */
async function withJournal(
  fn: (given: {
    file: string;
    journal: SqliteJournal;
    log: ReturnType<typeof rememberingLog>;
    refuses: (why: RegExp) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const log = rememberingLog();
    const journal = new SqliteJournal(file, { ...OPTIONS, log });
    journal.append([draft("one")]);
    const refuses = async (why: RegExp) => {
      const error = assertThrows(() => journal.append([draft("lost")]), Error);
      assertMatch(error.message, why);
      assertEquals(await journal.ready(), false);
      assertEquals(textsOf(journal.after("r", 0, 9)), ["one"]);
    };
    try {
      await fn({ file, journal, log, refuses });
    } finally {
      journal.close();
    }
  });
}

test("FileGuard: keeps nothing once the file is deleted, and says so once", () =>
  withJournal(async ({ file, log, refuses }) => {
    await Deno.remove(file);
    await refuses(/chat\.db is missing/);
    await refuses(/chat\.db is missing/);
    assertEquals(log.events.length, 1);
    assertMatch(log.events[0], /^database file is missing .*restart/);
  }));

test("FileGuard: keeps nothing of a flood once it has seen that the file is deleted", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    const flood = () => journal.append(Array(LIMITS.floodedBatch).fill(draft("flood")));
    flood();
    await Deno.remove(file);
    const refused = () => {
      try {
        return !flood();
      } catch (error) {
        return /chat\.db is missing/.test((error as Error).message);
      }
    };
    await until(refused, "the refusal");
    assertThrows(() => journal.append([draft("one")]), Error, "is missing");
    journal.close();
  }));

test("FileGuard: keeps nothing once the file is replaced, and leaves the other as it is", () =>
  withJournal(async ({ file, log, refuses }) => {
    fill(`${file}.backup`, 3);
    await Deno.rename(`${file}.backup`, file);
    await refuses(/chat\.db is replaced/);
    assertMatch(log.events[0], /^database file is replaced /);
    const db = new DatabaseSync(file, { readOnly: true });
    assertEquals(db.prepare("SELECT count(*) AS n FROM single").get()!.n, 3);
    db.close();
  }));

test("FileGuard: leaves nothing that harms the file that is put in its place, and loses nothing", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    for (const when of ["running", "closed"]) {
      const journal = new SqliteJournal(file, OPTIONS);
      journal.append([draft(`only in the log, ${when}`)]);
      fill(`${file}.backup`, 3);
      await Deno.rename(file, `${file}.away`);
      if (when === "closed") journal.close();
      await Deno.rename(`${file}.backup`, file);
      if (when === "running") {
        assertEquals(await journal.ready(), false);
        journal.close();
      }
      const restored = new SqliteJournal(file, OPTIONS);
      assertEquals(textsOf(restored.after("r", 0, 9)), [
        "message 0",
        "message 1",
        "message 2",
      ]);
      restored.close();
      const moved = new SqliteJournal(`${file}.away`, OPTIONS);
      assertEquals(textsOf(moved.after("r", 0, 9)), [`only in the log, ${when}`]);
      moved.close();
      for (const name of [file, `${file}.away`]) await Deno.remove(name);
    }
  }));

test("FileGuard: keeps messages again when the file is put back", () =>
  withJournal(async ({ file, journal, log, refuses }) => {
    await Deno.rename(file, `${file}.away`);
    await refuses(/missing/);
    await Deno.rename(`${file}.away`, file);
    assertEquals(await journal.ready(), true);
    assertEquals(allKept(journal.append([draft("two")]))[0].seq, 2);
    assertEquals(log.events.map((event) => event.split(" {")[0]), [
      "database file is missing",
      "database file is back",
    ]);
  }));

test("FileGuard: keeps nothing without the file's log, whose messages closing saves", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const { promise: reported, resolve } = Promise.withResolvers<string>();
    const log = { ...rememberingLog(), error: (event: string) => resolve(event) };
    const journal = new SqliteJournal(file, { ...OPTIONS, log });
    journal.append([draft("one")]);
    await Deno.remove(`${file}-wal`);
    assertEquals(await reported, "database file is missing");
    assertThrows(() => journal.append([draft("lost")]), Error, "chat.db-wal is missing");
    assertEquals(await journal.ready(), false);
    journal.close();
    const again = new SqliteJournal(file, OPTIONS);
    assertEquals(textsOf(again.after("r", 0, 9)), ["one"]);
    again.close();
  }));

test("FileGuard: has the server refuse the next message, and not be ready", () =>
  withFolder(async (folder) => {
    await using server = await serveChat("--db", `${folder}/chat.db`);
    await using ann = await Peer.join(server.host, "/rooms/r?name=Ann");
    ann.say("one", "id1");
    await ann.next("message");
    await Deno.remove(`${folder}/chat.db`);
    ann.say("two", "id2");
    const { code, id } = await ann.next("error");
    assertEquals([code, id], ["overloaded", "id2"]);
    const response = await fetch(`http://${server.host}/readyz`);
    await response.body?.cancel();
    assertEquals(response.status, 503);
    assert(server.log.events.some((event) => event.startsWith("database file is missing")));
  }));
