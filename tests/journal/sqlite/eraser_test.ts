/** Deleted texts, earlier versions and forgotten messages are no longer in the files. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../../config/limits.ts";
import type { Draft } from "../../../journal/journal.ts";
import { SqliteJournal, type SqliteOptions } from "../../../journal/sqlite/journal.ts";
import { change, draft, range } from "../../../testing/fakes.ts";
import { type Random, seeded } from "../../../testing/random.ts";
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

/** Whether a promise is not settled after a turn of the event loop. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const other = Symbol();
  const turn = new Promise((resolve) => setTimeout(() => resolve(other)));
  return await Promise.race([promise, turn]) === other;
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
  withJournal({}, async (journal, folder) => {
    journal.append(packed([3, 7, 9]));
    journal.append([draft("secret17.", { id: "x" }), edit(17, "secret18."), edit(17, "public.")]);
    assertEquals(secretsIn(folder).length, 3);
    journal.append([edit(3, "public."), remove(7), edit(9, "secret19."), remove(9)]);
    assert(secretsIn(folder).length > 0, "it was not in the log");
    assertEquals(await journal.erase(), undefined);
    assertEquals(secretsIn(folder), []);
    journal.append([edit(17, "secret20."), draft("public.", { room: "other" }), remove(17)]);
    assertEquals(await journal.erase(), undefined);
    assertEquals(secretsIn(folder), []);
    assert(bytesIn(folder).includes("public5."), "too much is gone");
  }));

test("Eraser: erases forgotten messages, also those in a packed row with newer ones", () =>
  withJournal({ keep: 10 }, async (journal, folder) => {
    journal.append(packed([1, 2, 6]));
    assertEquals(await journal.erase(), undefined);
    assertEquals(secretsIn(folder), []);
    assertEquals(journal.after("r", 0, 99).map(({ seq }) => seq), range(7, 16));
    journal.append([edit(9, "secret9."), ...range(1, 5).map((n) => draft(`public${n}`))]);
    assertEquals(await journal.erase(), undefined);
    assertEquals(secretsIn(folder), []);
    assertEquals(journal.messagesUpTo("r", 99), 21);
    assertEquals(journal.page("r", { limit: 99 }).messages.length, 10);
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
  withJournal({}, async (journal, folder) => {
    journal.append([draft("secret1.")]);
    const reader = new DatabaseSync(`${folder}/chat.db`, { readOnly: true });
    reader.exec("BEGIN");
    assertEquals(reader.prepare("SELECT count(*) AS n FROM log").get()!.n, 1);
    journal.append([remove(1)]);
    assertMatch(await journal.erase() ?? "", /another program/);
    journal.append([draft("public.")]);
    assertEquals(secretsIn(folder), ["secret1."]);
    reader.close();
    assertEquals(await journal.erase(), undefined);
    assertEquals(secretsIn(folder), []);
  }));

/** A random history in some rooms, of texts with secrets, whose rows move among pages all the time. */
class Secrets {
  readonly rooms = range(1, 12).map((n) => `room ${n}`);
  readonly #random: Random;
  #count = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  #text(): string {
    return `secret${++this.#count}.${"x".repeat(this.#random.int(900))}`;
  }

  /** Appends batches of messages, edits and deletions. */
  append(journal: SqliteJournal, batches: number): void {
    const random = this.#random;
    for (let batch = 0; batch < batches; batch++) {
      const size = random.chance(1, 3) ? 30 : 1 + random.int(5);
      const room = random.pick(this.rooms);
      const { seq } = journal.state(room);
      journal.append(
        range(1, size).map((): Draft => {
          const of = 1 + random.int(seq + 1);
          const id = random.chance(1, 2) ? `id${this.#count}` : undefined;
          if (random.chance(3, 4)) return draft(this.#text(), { room, id });
          return { ...random.chance(1, 2) ? edit(of, this.#text()) : remove(of), room };
        }),
      );
    }
  }

  /** The secrets that a reader can see. */
  shownBy(journal: SqliteJournal): string[] {
    const messages = this.rooms.flatMap((room) =>
      journal.page(room, { limit: this.#count }).messages
    );
    return [...new Set(messages.flatMap(({ text }) => text.match(/secret\d+\./) ?? []))].sort();
  }
}

const isSound = (folder: string) => {
  const db = new DatabaseSync(`${folder}/chat.db`, { readOnly: true });
  const { integrity_check } = db.prepare("PRAGMA integrity_check").get()!;
  db.close();
  return integrity_check === "ok";
};

for (const seed of [1, 2, 3]) {
  for (const keep of [0, 300]) {
    const name = `keeping ${keep || "all"}, seed ${seed}`;
    test(`Eraser: leaves in large files only what is to be seen (${name})`, () =>
      withJournal({ keep, eraseMs: Infinity }, async (journal, folder) => {
        const secrets = new Secrets(seed);
        for (let round = 0; round < 3; round++) {
          secrets.append(journal, 250);
          const erased = journal.erase();
          if (round === 1) {
            // What comes meanwhile is erased the next time, and what was deleted before, now.
            const before = new Set(secretsIn(folder));
            const gone = before.difference(new Set(secrets.shownBy(journal)));
            while (await isPending(erased)) secrets.append(journal, 1);
            assertEquals(await erased, undefined);
            assertEquals(secretsIn(folder).filter((secret) => gone.has(secret)), []);
            continue;
          }
          assertEquals(await erased, undefined);
          assertEquals(secretsIn(folder), secrets.shownBy(journal));
        }
        assert(Deno.statSync(`${folder}/chat.db`).size > 512 * 4096 || keep > 0, "it is small");
        assert(isSound(folder));
      }));
  }
}

test("Eraser: finds what a crash has left in unused parts of pages", () =>
  withFolder(async (folder) => {
    const secrets = new Secrets(4);
    const options = { ...OPTIONS, eraseMs: Infinity };
    const first = new SqliteJournal(`${folder}/chat.db`, options);
    secrets.append(first, 300);
    // What a process leaves that is killed: the file and its log.
    const [copy, journal] = [`${folder}/copy`, `${folder}/copy/chat.db`];
    Deno.mkdirSync(copy);
    for (const end of ["", "-wal"]) Deno.copyFileSync(`${folder}/chat.db${end}`, journal + end);
    first.close();
    const second = new SqliteJournal(journal, options);
    const shown = secrets.shownBy(second);
    assertNotEquals(secretsIn(copy), shown);
    assertEquals(await second.erase(), undefined);
    assertEquals(secretsIn(copy), shown);
    second.close();
  }));
