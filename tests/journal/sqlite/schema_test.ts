/** Whose database a file is, and how one of an older version is brought up to date. */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "../../../journal/journal.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { change, draft } from "../../../testing/fakes.ts";
import { allKept, textsOf } from "../../../testing/journals.ts";
import { fill, modesIn, OPTIONS, PRIVATE, VERSION_1, withFolder } from "../../../testing/sqlite.ts";
import { rememberingLog, test } from "../../../testing/support.ts";

/** A file as version 0.1 left it, with a packed row of three messages after that one. */
const VERSION_2 = `${VERSION_1}
  CREATE TABLE page (
    room INTEGER NOT NULL, last INTEGER NOT NULL, first INTEGER NOT NULL, messages TEXT NOT NULL,
    PRIMARY KEY (room, last)
  ) WITHOUT ROWID;
  INSERT INTO page VALUES (1, 4, 2,
    '[[7,"f","",null,"p2"],[7,"f","",null,"p3"],[7,"f","",null,"p4"]]');
  PRAGMA user_version = 2;
`;

test("upgrade: brings the file of an older version up to date", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const db = new DatabaseSync(file);
    db.exec(VERSION_1);
    db.close();
    const journal = new SqliteJournal(file, OPTIONS);
    assertEquals(journal.epoch, "e1");
    const batch = Array.from({ length: 20 }, (_, n) => draft(`m${n}`));
    assertEquals(allKept(journal.append([draft("again", { id: "x" })]))[0].text, "old");
    journal.append(batch);
    assertEquals(textsOf(journal.after("r", 0, 99)).slice(0, 2), ["old", "m0"]);
    const rooms = await journal.rooms({ limit: 10 });
    assertEquals(rooms, [{ name: "r", seq: 21, at: 7, messages: 21 }]);
    journal.close();
    const after = new DatabaseSync(file);
    assertEquals(after.prepare("SELECT count(*) AS n FROM log").get()!.n, 21);
    after.close();
  });
});

test("upgrade: reports itself, and keeps servers of the older version from appending", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const older = new DatabaseSync(file);
    older.exec(VERSION_1);
    const insert = older.prepare("INSERT INTO message VALUES (1, 2, 7, 'f', '', NULL, 'x', NULL)");
    const log = rememberingLog();
    const journal = new SqliteJournal(file, { ...OPTIONS, log });
    assertThrows(() => insert.run(), Error, "no such table");
    assertThrows(() => older.exec("INSERT INTO page VALUES (1, 9, 2, '[]')"), Error, "no such");
    older.close();
    assertEquals(log.events.map((event) => event.split(" {")[0]), [
      "upgrading the database",
      "database upgraded",
    ]);
    assertEquals(journal.append([draft("next")]).length, 1);
    assertEquals(textsOf(journal.after("r", 0, 9)), ["old", "next"]);
    journal.close();
  }));

test("upgrade: lets messages of the older version be changed, single and packed ones", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const older = new DatabaseSync(file);
    older.exec(VERSION_2);
    older.close();
    const journal = new SqliteJournal(file, OPTIONS);
    const edits = [1, 3].map((of) => change({ type: "edit", of, text: `edited ${of}` }));
    assertEquals(journal.append(edits).map((entry) => "seq" in entry && entry.seq), [5, 6]);
    const { messages } = journal.page("r", { limit: 9 });
    assertEquals(textsOf(messages), ["edited 1", "p2", "edited 3", "p4"]);
    assertEquals(journal.messagesUpTo("r", 6), 4);
    const db = new DatabaseSync(file, { readOnly: true });
    const shown = db.prepare("SELECT text FROM log ORDER BY seq").all().map(({ text }) => text);
    db.close();
    assertEquals(shown, ["edited 1", "p2", "edited 3", "p4"]);
    journal.close();
  }));

test("upgrade: hides an older file when it gets its secret, and warns if it is shown again", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const db = new DatabaseSync(file);
    db.exec(VERSION_1);
    db.close();
    await Deno.chmod(file, 0o644);
    const log = rememberingLog();
    const first = new SqliteJournal(file, { ...OPTIONS, log });
    assertMatch(first.secret, /^[0-9a-f]{64}$/);
    assertEquals([modesIn(folder), log.events.length], [PRIVATE, 2]);
    first.close();
    await Deno.chmod(file, 0o640);
    const second = new SqliteJournal(file, { ...OPTIONS, log });
    assertEquals([second.secret, modesIn(folder)["chat.db"]], [first.secret, "640"]);
    assertMatch(log.events.at(-1)!, /^other users can read/);
    second.close();
  }));

test("upgrade: lets an older file's rooms be found in any case, the exact name and the older room first", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const db = new DatabaseSync(file);
    db.exec(`${VERSION_1}
      INSERT INTO room VALUES (2, 'Straße'), (3, 'straße'), (4, 'STRASSE'), (5, 'silent');
      INSERT INTO message VALUES (3, 1, 8, 'f', '', NULL, 'two', NULL);
      INSERT INTO message VALUES (2, 1, 9, 'f', '', NULL, 'one', NULL);`);
    db.close();
    const journal = new SqliteJournal(file, OPTIONS);
    const asked = ["R", "Straße", "straße", "STRASSE", "Strasse"];
    assertEquals(asked.map((name) => journal.resolve(name)), [
      "r",
      "Straße",
      "straße",
      "STRASSE",
      "Straße",
    ]);
    const kept = allKept(journal.append(["straße", "Strasse"].map((room) => draft("x", { room }))));
    assertEquals(kept.map(({ seq, keptIn }) => [seq, keptIn]), [[2, undefined], [2, "Straße"]]);
    assertEquals((await journal.rooms({ limit: 10 })).length, 3);
    const rooms = await journal.rooms({ after: "", limit: 10 });
    assertEquals(rooms.map(({ name, seq, at }) => [name, seq, at]), [["r", 1, 7], [
      "Straße",
      2,
      9,
    ], ["straße", 2, 8]]);
    journal.close();
  }));

test("identify: refuses databases that only look like ours, and changes nothing in them", () =>
  withFolder(async (folder) => {
    const file = `${folder}/other.db`;
    const others = [
      "PRAGMA application_id = 7",
      "PRAGMA user_version = 1; CREATE TABLE notes (x)",
      "PRAGMA user_version = 2; CREATE TABLE journal (day TEXT); CREATE TABLE room (x); " +
      "CREATE TABLE message (x); CREATE TABLE page (x)",
      "PRAGMA user_version = 3",
      "PRAGMA journal_mode = WAL; CREATE TABLE notes (x)",
    ];
    for (const sql of others) {
      const db = new DatabaseSync(file);
      db.exec(sql);
      db.close();
      const before = await Deno.readFile(file);
      const error = assertThrows(() => new SqliteJournal(file, OPTIONS), JournalError);
      assertMatch(error.message, /another program/, sql);
      assertEquals(await Deno.readFile(file), before, sql);
      assertEquals(Object.keys(modesIn(folder)), ["other.db"], sql);
      await Deno.remove(file);
    }
  }));

test("identify: takes a file to which another tool has added a table", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    fill(file, 1);
    const db = new DatabaseSync(file);
    db.exec("CREATE TABLE _tool_seq (id INTEGER PRIMARY KEY)");
    db.close();
    const journal = new SqliteJournal(file, OPTIONS);
    assertEquals(journal.after("r", 0, 9).length, 1);
    journal.close();
  }));
