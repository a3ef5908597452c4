/** Deleted texts, earlier versions and forgotten messages are no longer in the files. */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../../config/limits.ts";
import type { Draft } from "../../../journal/journal.ts";
import { SqliteJournal, type SqliteOptions } from "../../../journal/sqlite/journal.ts";
import { change, draft, range } from "../../../testing/fakes.ts";
import { seeded } from "../../../testing/random.ts";
import { OPTIONS, withFolder } from "../../../testing/sqlite.ts";
import { rememberingLog, test, within } from "../../../testing/support.ts";

/** The bytes of all files of a database, one character each. */
function bytesIn(folder: string): string {
  return [...Deno.readDirSync(folder)]
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`)))
    .join("\n");
}

/** The secrets in the files: `secret1.` and the like. */
function secretsIn(folder: string): string[] {
  return [...new Set(bytesIn(folder).match(/secret\d+\./g) ?? [])].sort();
}

/** Does something with a journal in a folder of its own, which has no files but the database's. */
function withJournal(
  options: Partial<SqliteOptions>,
  fn: (journal: SqliteJournal, folder: string) => void | Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, { ...OPTIONS, ...options });
    try {
      await fn(journal, folder);
    } finally {
      journal.close();
    }
  });
}

const edit = (of: number, text: string) => change({ type: "edit", of, text });
const remove = (of: number) => change({ type: "delete", of });
/** A batch that is packed, with secrets in some places. */
const packed = (secrets: readonly number[]) =>
  range(1, LIMITS.rowLeast).map((n) => draft(secrets.includes(n) ? `secret${n}.` : `public${n}.`));

test("Eraser: erases deleted messages and earlier versions, single and packed", () =>
  withJournal({}, (journal, folder) => {
    journal.append(packed([3, 7, 9]));
    journal.append([draft("secret17.", { id: "x" }), edit(17, "secret18."), edit(17, "public.")]);
    assertEquals(secretsIn(folder).length, 3);
    journal.append([edit(3, "public."), remove(7), edit(9, "secret19."), remove(9)]);
    assert(secretsIn(folder).length > 0, "it was not in the log");
    assert(journal.erase());
    assertEquals(secretsIn(folder), []);
    journal.append([edit(17, "secret20."), draft("public.", { room: "other" }), remove(17)]);
    assert(journal.erase());
    assertEquals(secretsIn(folder), []);
    assert(bytesIn(folder).includes("public5."), "too much is gone");
  }));

test("Eraser: erases forgotten messages, also those in a packed row with newer ones", () =>
  withJournal({ keep: 10 }, (journal, folder) => {
    journal.append(packed([1, 2, 6]));
    assert(journal.erase());
    assertEquals(secretsIn(folder), []);
    assertEquals(journal.after("r", 0, 99).map(({ seq }) => seq), range(7, 16));
    journal.append([edit(9, "secret9."), ...range(1, 5).map((n) => draft(`public${n}`))]);
    assert(journal.erase());
    assertEquals(secretsIn(folder), []);
    assertEquals(journal.messagesUpTo("r", 99), 21);
    assertEquals(journal.page("r", { limit: 99 }).messages.length, 10);
  }));

test("Eraser: erases deleted messages from a file that is too large to be rebuilt", () =>
  withJournal({}, (journal, folder) => {
    const text = "x".repeat(1_000);
    for (let n = 0; n < 25; n++) {
      journal.append(range(1, 100).map(() => draft(text, { room: "s" })));
    }
    assert(journal.erase());
    assert(Deno.statSync(`${folder}/chat.db`).size > LIMITS.rewrittenPages * 4096);
    journal.append([...packed([3]), draft("secret17."), draft("secret18.", { id: "x" })]);
    assert(journal.erase());
    assertEquals(secretsIn(folder).length, 3);
    journal.append([remove(3), edit(17, "secret19."), remove(18)]);
    journal.append([edit(17, "public.")]);
    assert(journal.erase());
    assertEquals(secretsIn(folder), []);
  }));

test("Eraser: erases by itself, and is not taken for another process", async () => {
  const log = rememberingLog();
  await withJournal({ eraseMs: 0, log }, async (journal, folder) => {
    journal.append([draft("secret1."), remove(1)]);
    const erased = (async () => {
      while (secretsIn(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    })();
    await within(erased, "the erasing");
    journal.append([draft("public.")]);
    assertEquals(journal.after("r", 2, 9).map(({ seq }) => seq), [3]);
    assertEquals(log.events, []);
  });
});

test("Eraser: erases what was deleted just before the journal closes", () =>
  withFolder((folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, { ...OPTIONS, keep: 10 });
    journal.append([...packed([2, 8]), remove(8)]);
    journal.close();
    assertEquals(secretsIn(folder), []);
  }));

test("Eraser: waits for nobody who reads the file, and erases when they have ended", () =>
  withJournal({}, (journal, folder) => {
    journal.append([draft("secret1.")]);
    const reader = new DatabaseSync(`${folder}/chat.db`, { readOnly: true });
    reader.exec("BEGIN");
    assertEquals(reader.prepare("SELECT count(*) AS n FROM log").get()!.n, 1);
    journal.append([remove(1)]);
    assertEquals(journal.erase(), false);
    journal.append([draft("public.")]);
    assertEquals(secretsIn(folder), ["secret1."]);
    reader.close();
    assert(journal.erase());
    assertEquals(secretsIn(folder), []);
  }));

for (const keep of [0, 60]) {
  test(`Eraser: erases after a random history what is no longer to be seen (--keep ${keep})`, () =>
    withJournal({ keep }, (journal, folder) => {
      const random = seeded(3);
      const rooms = range(1, 8).map((n) => `room ${n}`);
      let count = 0;
      const text = () => `secret${++count}.${"x".repeat(random.int(300))}`;
      for (let batch = 0; batch < 600; batch++) {
        const size = random.chance(1, 3) ? 30 : 1 + random.int(5);
        const room = random.pick(rooms);
        const { seq } = journal.state(room);
        journal.append(
          range(1, size).map((): Draft => {
            const of = 1 + random.int(seq + 1);
            const id = random.chance(1, 2) ? `id${count}` : undefined;
            if (random.chance(3, 4)) return draft(text(), { room, id });
            return { ...random.chance(1, 2) ? edit(of, text()) : remove(of), room };
          }),
        );
      }
      assert(journal.erase(Infinity));
      const shown = rooms.flatMap((room) => journal.page(room, { limit: count }).messages)
        .flatMap((message) => message.text.match(/secret\d+\./) ?? []);
      assert(shown.length > 100, "the history is too short");
      assertEquals(secretsIn(folder), [...new Set(shown)].sort());
    }));
}
