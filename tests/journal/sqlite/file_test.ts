/** The SQLite file: how it is opened, and what is reported of one that cannot be used. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "../../../journal/journal.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { draft } from "../../../testing/fakes.ts";
import { allKept } from "../../../testing/journals.ts";
import { fill, OPTIONS, withFolder } from "../../../testing/sqlite.ts";
import { run, test } from "../../../testing/support.ts";

/** Checks that the program opens nothing with this database and says why in one line. */
async function refused(file: string, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(["--addr", "127.0.0.1:0", "--db", file]);
  assertEquals([code, stdout], [1, ""], stderr);
  assertEquals(stderr.trim().split("\n").length, 1, stderr);
  assertMatch(stderr, why);
  assert(stderr.includes(file), stderr);
  assert(!/\bat \w|Error:/.test(stderr), stderr);
}

/** A file as the first version made it, with one message. */
const VERSION_1 = `
  CREATE TABLE journal (epoch TEXT NOT NULL);
  CREATE TABLE room (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE message (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, member TEXT NOT NULL,
    name TEXT NOT NULL, avatar TEXT, text TEXT NOT NULL, id TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX message_id ON message (room, id) WHERE id IS NOT NULL;
  CREATE VIEW log AS
    SELECT room.name AS room, message.seq, at, member, message.name, avatar, text, id
    FROM message JOIN room ON room.number = message.room;
  INSERT INTO journal VALUES ('e1');
  INSERT INTO room VALUES (1, 'r');
  INSERT INTO message VALUES (1, 1, 7, 'f', '', NULL, 'old', 'x');
  PRAGMA user_version = 1;
`;

test("openFile: brings the file of an older version up to date", async () => {
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
    assertEquals(journal.after("r", 0, 99).map(({ text }) => text).slice(0, 2), ["old", "m0"]);
    const rooms = await journal.rooms({ limit: 10 });
    assertEquals(rooms, [{ name: "r", seq: 21, at: 7, messages: 21 }]);
    journal.close();
    const after = new DatabaseSync(file);
    assertEquals(after.prepare("SELECT count(*) AS n FROM log").get()!.n, 21);
    after.close();
  });
});

test("openFile: sets the version of its schema, and WAL", async () => {
  await withFolder((folder) => {
    const file = `${folder}/chat.db`;
    fill(file, 1);
    const db = new DatabaseSync(file);
    assert(Number(db.prepare("PRAGMA user_version").get()!.user_version) >= 1);
    assertEquals(db.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
    db.close();
  });
});

test("openFile: refuses the file of a newer version", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    fill(file, 1);
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 99");
    db.close();
    await refused(file, /version 99.*newer/);
    const after = new DatabaseSync(file);
    assertEquals(after.prepare("SELECT count(*) AS n FROM message").get()!.n, 1);
    after.close();
  });
});

test("openFile: refuses a file that is broken, however it is", async () => {
  await withFolder(async (folder) => {
    const whole = `${folder}/whole.db`;
    fill(whole, 2_000);
    const bytes = await Deno.readFile(whole);
    assert(bytes.length > 100_000);
    const garbled = bytes.slice();
    garbled.fill(0x5a, 4096, bytes.length - 4096);
    const broken = {
      truncated: bytes.slice(0, bytes.length >> 1),
      garbled,
      "without a head": bytes.slice(4096),
    };
    for (const [how, content] of Object.entries(broken)) {
      const file = `${folder}/broken.db`;
      await Deno.writeFile(file, content);
      const error = assertThrows(() => new SqliteJournal(file, OPTIONS), JournalError);
      assertMatch(error.message, /damaged|not a database/, how);
      assert(!error.message.includes("\n"), how);
    }
    await refused(`${folder}/broken.db`, /not a database|damaged/);
  });
});

test("openFile: refuses a file that is not a database, and leaves it as it is", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/letter.txt`;
    const text = "Dear Ann,\n" + "a letter is no database.\n".repeat(100);
    await Deno.writeTextFile(file, text);
    await refused(file, /not a database/);
    assertEquals(await Deno.readTextFile(file), text);
  });
});

test("openFile: refuses the database of another program", async () => {
  await withFolder((folder) => {
    const file = `${folder}/other.db`;
    const db = new DatabaseSync(file);
    db.exec("CREATE TABLE message (subject TEXT); CREATE TABLE mine (x)");
    db.close();
    const error = assertThrows(() => new SqliteJournal(file, OPTIONS), JournalError);
    assertMatch(error.message, /another program/);
    const after = new DatabaseSync(file);
    assertEquals(after.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!.n, 2);
    after.close();
  });
});

test("openFile: refuses a folder, and a place that does not exist", async () => {
  await withFolder(async (folder) => {
    await refused(folder, /cannot be opened/);
    await refused(`${folder}/none/chat.db`, /cannot be opened/);
  });
});

test("openFile: refuses a folder and a file that cannot be written", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    fill(file, 1);
    await Deno.chmod(file, 0o400);
    await Deno.chmod(folder, 0o500);
    if (Deno.uid() === 0) {
      // Root may write everywhere but where nobody can, and there the program may not even look.
      const open = () => new SqliteJournal("/proc/chat.db", OPTIONS);
      return void assertThrows(open, JournalError, "cannot be");
    }
    await refused(`${folder}/new.db`, /cannot be/);
    await refused(file, /cannot be/);
  });
});
