/** The SQLite journal: what others may read in its file, and what it holds in memory and in the file. */

import { assert, assertEquals, assertLess, assertMatch, assertThrows } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../../config/limits.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { change, draft, range } from "../../../testing/fakes.ts";
import { allKept, asMessage, textsOf } from "../../../testing/journals.ts";
import { OPTIONS, whileLocked, withFolder } from "../../../testing/sqlite.ts";
import { Peer, rememberingLog, startServer, test, within } from "../../../testing/support.ts";

/** Checks what the command-line tool says, where there is one. */
async function toolSays(file: string, sql: string, expected: string): Promise<void> {
  const tool = new Deno.Command("sqlite3", { args: ["-readonly", file, sql] });
  const said = await tool.output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (said) assertEquals(new TextDecoder().decode(said.stdout), expected);
}

test("SqliteJournal.append: leaves a file that is readable while the server runs, one row a message", async () => {
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
    const types = db.prepare("SELECT DISTINCT typeof(seq) s, typeof(at) a FROM single").all();
    const messages = db.prepare("SELECT count(*) AS n FROM single").get()!.n;
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

test("SqliteJournal.append: shows a large batch in the view, one row a message", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    const batch = Array.from(
      { length: LIMITS.rowMost + 1 },
      (_, n) => draft(`"${n}"\n`, { name: `N${n}` }),
    );
    const kept = allKept([...journal.append([draft("first")]), ...journal.append(batch)]);
    const db = new DatabaseSync(file, { readOnly: true });
    assertEquals(db.prepare("SELECT count(*) AS n FROM packed").get()!.n, 2);
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

test("SqliteJournal.append: never writes an email", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    await using server = await startServer("--db", file);
    await using ann = await Peer.join(server.host, "/rooms/lobby?email=very.secret@example.org");
    ann.say("hello");
    await ann.next("message");
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile) continue;
      const bytes = new TextDecoder("latin1").decode(await Deno.readFile(`${folder}/${name}`));
      assert(!/very\.secret/.test(bytes), name);
    }
  });
});

test("SqliteJournal: works with --sync full", async () => {
  await withFolder(async (folder) => {
    await using server = await startServer("--db", `${folder}/chat.db`, "--sync", "full");
    await using ann = await Peer.join(server.host, "/rooms/lobby");
    ann.say("hello");
    assertEquals((await ann.next("message")).seq, 1);
  });
});

test("SqliteJournal.append: keeps nothing of a batch that another program's lock prevents", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    journal.append([draft("before")]);
    await whileLocked(file, () => {
      assertThrows(() => journal.append([draft("lost"), draft("lost too")]));
    });
    assertEquals(allKept(journal.append([draft("after")])).map(({ seq }) => seq), [2]);
    assertEquals(textsOf(journal.after("r", 0, 9)), ["before", "after"]);
    journal.close();
  });
});

test("SqliteJournal.ready: is false after a failed batch until something can be kept again", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    journal.append([draft("one")]);
    await whileLocked(file, async () => {
      assertThrows(() => journal.append([draft("two")]), Error, "locked");
      assertEquals(await journal.ready(), false);
    });
    assertEquals(await journal.ready(), true);
    assertEquals(allKept(journal.append([draft("three")]))[0].seq, 2);
    journal.close();
    assertEquals(await journal.ready(), false);
  });
});

/** How many rows a table has, in all rooms. */
function rowsOf(file: string, table: "single" | "packed"): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const { n } = db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!;
  db.close();
  return Number(n);
}

test("SqliteJournal.append: removes what is no longer kept from the file, rows and packed rows", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const keep = 2 * LIMITS.rowMost;
    const journal = new SqliteJournal(file, { ...OPTIONS, keep });
    for (let batch = 0; batch < 20; batch++) {
      journal.append(range(1, LIMITS.rowMost).map((n) => draft(`packed ${n}`)));
      journal.append(range(1, LIMITS.rowLeast - 1).map((n) => draft(`single ${n}`)));
    }
    const [single, packed] = [rowsOf(file, "single"), rowsOf(file, "packed")];
    journal.close();
    // The oldest packed row stays whole as long as one of its messages is kept.
    assert(packed > 0 && packed <= 3, `${packed} packed rows`);
    assert(single > 0 && single <= 3 * LIMITS.rowLeast, `${single} rows`);
  }));

test("SqliteJournal.append: forgets at once what it removes from the file later", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const keep = 640;
    const journal = new SqliteJournal(file, { ...OPTIONS, keep });
    for (let n = 1; n <= keep + 5; n++) journal.append([draft(`text ${n}`, { id: `id${n}` })]);
    assertEquals(rowsOf(file, "single"), keep + 5);
    assertEquals(textsOf(journal.after("r", 0, 1)), ["text 6"]);
    assertEquals(journal.page("r", { limit: 1, after: 0 }).messages[0].seq, 6);
    assertEquals(journal.messagesUpTo("r", 1), 5);
    // The id of a forgotten message is free, for a message and for a change.
    assertEquals(allKept(journal.append([draft("again", { id: "id2" })]))[0].seq, keep + 6);
    assertEquals(rowsOf(file, "single"), keep + 1);
    const topic = change({ type: "room", topic: "t" }, { id: "id6" });
    const [kept] = journal.append([topic]);
    assertEquals(kept instanceof Error ? kept.message : kept.seq, keep + 7);
    assertEquals(rowsOf(file, "single"), keep);
    journal.close();
  }));

test("SqliteJournal.erase: removes what is forgotten from the file", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const keep = 640;
    const journal = new SqliteJournal(file, { ...OPTIONS, keep });
    for (let n = 1; n <= keep + 6; n++) journal.append([draft("more")]);
    assert(journal.erase());
    assertEquals(rowsOf(file, "single"), keep);
    for (let n = 1; n <= 20; n++) journal.append([draft("more")]);
    assertLess(rowsOf(file, "single"), keep + 12);
    journal.close();
  }));

test("SqliteJournal.append: answers for a draft that cannot be bound, and keeps the others", () =>
  withFolder(async (folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, OPTIONS);
    const unbindable = { ...draft("bad"), from: ["no string"] as unknown as string };
    const answers = journal.append([draft("a"), unbindable, draft("b"), draft("c", { room: "s" })]);
    assertEquals(
      answers.map((answer) => answer instanceof Error ? answer.code : asMessage(answer).text),
      ["a", "bad_command", "b", "c"],
    );
    const read = journal.after("r", 0, 9);
    assertEquals([read.map(({ seq }) => seq), textsOf(read)], [[1, 2], ["a", "b"]]);
    assertEquals(await journal.ready(), true);
    journal.close();
  }));

/** Writes a message into a file as another program would. */
function writeAsAnother(file: string, seq: number): void {
  const other = new DatabaseSync(file);
  other.exec(
    `INSERT INTO single SELECT room, ${seq}, at, member, name, avatar, 'theirs', NULL, NULL, NULL
    FROM single WHERE seq = 1`,
  );
  other.close();
}

test("SqliteJournal: reports another process that writes, and gives its messages, within a second", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const log = rememberingLog();
    const journal = new SqliteJournal(file, { ...OPTIONS, log });
    journal.append([draft("one")]);
    let notify = () => {};
    const subscription = journal.subscribe("r", 1, () => notify());
    for (const seq of [2, 3]) {
      const notified = new Promise<void>((resolve) => notify = resolve);
      writeAsAnother(file, seq);
      await within(notified, "the notice");
      assertEquals(subscription.take().map((entry) => [entry.seq, asMessage(entry).text]), [[
        seq,
        "theirs",
      ]]);
    }
    assertEquals(log.events.length, 1);
    assertMatch(log.events[0], /^another process writes to the same database .*Redis/);
    journal.close();
  }));

test("SqliteJournal.append: never gives a number again that another process has given", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    journal.append([draft("one")]);
    const subscription = journal.subscribe("r", 1, () => {});
    writeAsAnother(file, 2);
    // So many that they become a packed row, which no unique index compares with the other's row.
    const batch = range(1, LIMITS.rowLeast).map((n) => draft(`m${n}`));
    assertEquals(allKept(journal.append(batch)).map(({ seq }) => seq), range(3, batch.length + 2));
    assertEquals(subscription.take().map(({ seq }) => seq), range(2, batch.length + 2));
    journal.close();
  }));

test("SqliteJournal.ready: does not hold up the event loop while another program holds a lock", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    await whileLocked(file, async () => {
      let done = false;
      let turns = 0;
      const ready = Promise.all([journal.ready(), journal.ready()]).finally(() => done = true);
      for (; !done; turns++) await setImmediate();
      assertEquals(await ready, [false, false]);
      assert(turns > 10, `${turns} turns`);
    });
    journal.close();
  }));

test("SqliteJournal.ready: waits for a lock that is given back soon", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    let ready: Promise<boolean> | undefined;
    await whileLocked(file, () => void (ready = journal.ready()));
    assertEquals(await ready, true);
    journal.close();
  }));
