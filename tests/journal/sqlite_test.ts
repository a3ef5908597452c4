/** The SQLite file: what others may read in it, and what is told of one that cannot be used. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { JournalError } from "../../journal/journal.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { draft } from "../../testing/fakes.ts";
import { openHouse, Peer, run, startServer, test } from "../../testing/support.ts";

const OPTIONS = { keep: 0, sync: "normal" } as const;

async function withFolder(fn: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.chmod(folder, 0o700);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Does something while another program holds the file locked. */
function whileLocked(file: string, fn: () => void): void {
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  fn();
  other.exec("ROLLBACK");
  other.close();
}

/** A file in which so much was said. */
function fill(file: string, count: number): void {
  const journal = new SqliteJournal(file, OPTIONS);
  journal.append(Array.from({ length: count }, (_, n) => draft(`message ${n}`, { id: `id${n}` })));
  journal.close();
}

/** Checks that the program opens nothing with this database and says why in one line. */
async function refused(file: string, why: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(["--addr", "127.0.0.1:0", "--db", file]);
  assertEquals([code, stdout], [1, ""], stderr);
  assertEquals(stderr.trim().split("\n").length, 1, stderr);
  assertMatch(stderr, why);
  assert(stderr.includes(file), stderr);
  assert(!/\bat \w|Error:/.test(stderr), stderr);
}

test("SqliteJournal is readable while the server runs: one row a message, plain columns", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    await using server = await startServer("--db", file);
    await using ann = await Peer.join(server.host, "/rooms/東京?name=Ann&email=ann@example.org");
    ann.say('two\nlines "quoted"', "id-1");
    const { at, from, avatar } = await ann.next("message");
    ann.say("second");
    await ann.next("message");

    const db = new DatabaseSync(file, { readOnly: true });
    const rows = db.prepare("SELECT * FROM log ORDER BY seq").all();
    const types = db.prepare("SELECT DISTINCT typeof(seq) s, typeof(at) a FROM message").all();
    const messages = db.prepare("SELECT count(*) AS n FROM message").get()!.n;
    db.close();
    assertEquals({ ...rows[0] }, {
      room: "東京",
      seq: 1,
      at,
      member: from,
      name: "Ann",
      avatar,
      text: 'two\nlines "quoted"',
      id: "id-1",
    });
    assertEquals([rows.length, messages, rows[1].text, rows[1].id], [2, 2, "second", null]);
    assertEquals(types.map((row) => ({ ...row })), [{ s: "integer", a: "integer" }]);
    await toolSays(file, "SELECT seq, text FROM log WHERE seq = 2", "2|second\n");
  });
});

test("SqliteJournal shows a crowd's messages in the view one row each, plain columns", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    const crowd = Array.from(
      { length: LIMITS.rowMost + 1 },
      (_, n) => draft(`"${n}"\n`, { name: `N${n}` }),
    );
    const kept = [...journal.append([draft("first")]), ...journal.append(crowd)];
    const db = new DatabaseSync(file, { readOnly: true });
    assertEquals(db.prepare("SELECT count(*) AS n FROM page").get()!.n, 2);
    const rows = db.prepare("SELECT * FROM log ORDER BY seq").all();
    db.close();
    journal.close();
    assertEquals(
      rows.map((row) => ({ ...row })),
      kept.map(({ seq, at, from, name, text }) => (
        { room: "r", seq, at, member: from, name, avatar: null, text, id: null }
      )),
    );
    await toolSays(file, "SELECT seq, name FROM log WHERE seq = 2", "2|N0\n");
  });
});

test("SqliteJournal brings the file of an older version up to date", async () => {
  await withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const db = new DatabaseSync(file);
    db.exec(VERSION_1);
    db.close();
    const journal = new SqliteJournal(file, OPTIONS);
    assertEquals(journal.epoch, "e1");
    const crowd = Array.from({ length: 20 }, (_, n) => draft(`m${n}`));
    assertEquals(journal.append([draft("again", { id: "x" })])[0].text, "old");
    journal.append(crowd);
    assertEquals(journal.after("r", 0, 99).map(({ text }) => text).slice(0, 2), ["old", "m0"]);
    assertEquals(journal.rooms(), [{ name: "r", seq: 21 }]);
    journal.close();
    const after = new DatabaseSync(file);
    assertEquals(after.prepare("SELECT count(*) AS n FROM log").get()!.n, 21);
    after.close();
  });
});

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

/** Checks what the command-line tool says, where there is one. */
async function toolSays(file: string, sql: string, expected: string): Promise<void> {
  const tool = new Deno.Command("sqlite3", { args: ["-readonly", file, sql] });
  const said = await tool.output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (said) assertEquals(new TextDecoder().decode(said.stdout), expected);
}

test("SqliteJournal never writes an email", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    await using server = await startServer("--db", file);
    await using ann = await Peer.join(server.host, "/rooms/lobby?email=very.secret@example.org");
    ann.say("hello");
    await ann.next("message");
    for await (const { name } of Deno.readDir(folder)) {
      const bytes = new TextDecoder("latin1").decode(await Deno.readFile(`${folder}/${name}`));
      assert(!/very\.secret/.test(bytes), name);
    }
  });
});

test("SqliteJournal sets the version of its schema, and WAL", async () => {
  await withFolder((folder) => {
    const file = `${folder}/chat.db`;
    fill(file, 1);
    const db = new DatabaseSync(file);
    assert(Number(db.prepare("PRAGMA user_version").get()!.user_version) >= 1);
    assertEquals(db.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
    db.close();
  });
});

test("SqliteJournal takes --sync full", async () => {
  await withFolder(async (folder) => {
    await using server = await startServer("--db", `${folder}/chat.db`, "--sync", "full");
    await using ann = await Peer.join(server.host, "/rooms/lobby");
    ann.say("hello");
    assertEquals((await ann.next("message")).seq, 1);
  });
});

test("SqliteJournal keeps nothing of a batch that another program's lock prevents", async () => {
  await withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    journal.append([draft("before")]);
    whileLocked(file, () => {
      const began = performance.now();
      assertThrows(() => journal.append([draft("lost"), draft("lost too")]));
      assert(performance.now() - began < LIMITS.busyMs + 2_000, "it waits too long");
    });
    assertEquals(journal.append([draft("after")]).map(({ seq }) => seq), [2]);
    assertEquals(journal.after("r", 0, 9).map(({ text }) => text), ["before", "after"]);
    journal.close();
  });
});

test("SqliteJournal refuses the file of a newer version", async () => {
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

test("SqliteJournal refuses a file that is broken, however it is", async () => {
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

test("SqliteJournal refuses a file that is no database, and leaves it as it is", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/letter.txt`;
    const text = "Dear Ann,\n" + "a letter is no database.\n".repeat(100);
    await Deno.writeTextFile(file, text);
    await refused(file, /not a database/);
    assertEquals(await Deno.readTextFile(file), text);
  });
});

test("SqliteJournal refuses the database of another program", async () => {
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

test("SqliteJournal refuses a folder, and a place that is not there", async () => {
  await withFolder(async (folder) => {
    await refused(folder, /cannot be opened/);
    await refused(`${folder}/none/chat.db`, /cannot be opened/);
  });
});

test("SqliteJournal refuses a folder and a file that cannot be written", async () => {
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

test("SqliteJournal.ready is false from what could not be kept until something can be", async () => {
  await withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    journal.append([draft("one")]);
    whileLocked(file, () => {
      assertThrows(() => journal.append([draft("two")]), Error, "locked");
      assertEquals(journal.ready(), false);
    });
    assertEquals(journal.ready(), true);
    assertEquals(journal.append([draft("three")])[0].seq, 2);
    journal.close();
    assertEquals(journal.ready(), false);
  });
});

test("Two servers on one file show everybody everything, though they should not be there", async () => {
  await withFolder(async (folder) => {
    const db = ["--db", `${folder}/chat.db`];
    await using here = await openHouse(...db);
    await using there = await openHouse(...db);
    await using ann = await Peer.join(here.host, "/rooms/lobby?name=Ann");
    await using bob = await Peer.join(there.host, "/rooms/lobby?name=Bob");
    await ann.next("welcome");
    await bob.next("welcome");
    for (let n = 1; n <= 6; n++) {
      const speaker = n % 2 ? ann : bob;
      const count = speaker.all("message").length;
      for (let errors = 0; speaker.all("message").length === count;) {
        speaker.say(`m${n}`, `id${n}`);
        const answered = () =>
          speaker.all("message").length > count || speaker.all("error").length > errors;
        errors = speaker.all("error").length;
        await speaker.until(answered, "an answer");
      }
    }
    assertEquals(bob.all("message").map(({ text }) => text), ["m1", "m2", "m3", "m4", "m5", "m6"]);
    assertEquals(ann.all("message").map(({ text }) => text), ["m1", "m2", "m3", "m4", "m5"]);
    const told = here.log.events.filter((event) => event.startsWith("another server"));
    assert(told.length > 0, "nobody is told");
  });
});
