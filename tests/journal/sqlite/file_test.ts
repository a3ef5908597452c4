/** The SQLite file: how it is opened, and what is reported of one that cannot be used. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "../../../journal/journal.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { draft } from "../../../testing/fakes.ts";
import { fill, modesIn, OPTIONS, PRIVATE, withFolder } from "../../../testing/sqlite.ts";
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
    assertEquals(after.prepare("SELECT count(*) AS n FROM single").get()!.n, 1);
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

test("openFile: makes files that only the server's user can read", () =>
  withFolder((folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, OPTIONS);
    journal.append([draft("hello")]);
    assertEquals(modesIn(folder), PRIVATE);
    journal.close();
  }));

test("openFile: leaves nothing behind that was not there when it fails", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    // SQLite's log cannot be made in its place.
    await Deno.mkdir(`${file}-wal/x`, { recursive: true });
    assertThrows(() => new SqliteJournal(file, OPTIONS), JournalError);
    assertEquals(Object.keys(modesIn(folder)), ["chat.db-wal"]);
    await Deno.writeFile(file, new Uint8Array());
    assertThrows(() => new SqliteJournal(file, OPTIONS), JournalError);
    assertEquals(Object.keys(modesIn(folder)), ["chat.db", "chat.db-wal"]);
  }));

test("openFile: corrects the list of rooms after a crash", () =>
  withFolder(async (folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, OPTIONS);
    for (let at = 1; at <= 3; at++) {
      journal.append(
        ["a", "b"].map((room) => draft("x", { room, at: at + (room === "a" ? 9 : 0) })),
      );
    }
    // What is in the files now is what a crash would leave.
    for (const end of ["", "-wal"]) {
      await Deno.copyFile(`${folder}/chat.db${end}`, `${folder}/crashed.db${end}`);
    }
    const expected = await journal.rooms({ limit: 10 });
    journal.close();
    const after = new SqliteJournal(`${folder}/crashed.db`, OPTIONS);
    assertEquals(expected.map(({ name, seq }) => [name, seq]), [["a", 3], ["b", 3]]);
    assertEquals(await after.rooms({ limit: 10 }), expected);
    after.close();
  }));

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
