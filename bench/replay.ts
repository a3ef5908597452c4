/**
 * What reading a room's log again costs, where half of it is changes: the baseline is a room of which
 * every entry is a message.
 *
 *     deno run -A bench/replay.ts [--rounds N] [--db WHERE]...
 *
 * Each room has 10,000 entries. They are read as a client that resumes at the beginning reads them, in
 * pages, and encoded for the JSON wire. Prints the fastest of the rounds, which alternate between rooms.
 */

import { LIMITS } from "../config/limits.ts";
import { number, parseWords, repeatable, text, valuesOf } from "../config/flags.ts";
import type { Action, ChangeDraft, Draft, Journal } from "../journal/journal.ts";
import { openJournal } from "../journal/open.ts";
import { json } from "../wire/json.ts";
import { draft } from "./samples.ts";
import { markdown } from "./table.ts";

const ENTRIES = 10_000;
const BATCHES = { "one by one": 1, "in batches of 100": 100 };

const ID = crypto.randomUUID();

function change(room: string, n: number, action: Action): ChangeDraft {
  return {
    room,
    at: 1_700_000_000_000 + n,
    from: `${ID}${n % 50}`,
    name: "Ann",
    id: ID + n,
    action,
  };
}

/** The entry `n` of a room: a message, or a change of one of the last messages. */
const ROOMS: Readonly<Record<string, (n: number, room: string) => Draft>> = {
  "messages": (n, room) => draft(n, { room }),
  "messages with ids": (n, room) => ({ ...draft(n, { room }), id: ID + n }),
  "half reactions": (n, room) =>
    n % 2 === 0
      ? draft(n, { room })
      : change(room, n, { type: "react", of: n - n % 20 + 1, emoji: "👍", on: true }),
  "half edits": (n, room) =>
    n % 2 === 0 ? draft(n, { room }) : change(room, n, { type: "edit", of: n, text: `edit ${n}` }),
  "half superseded": (n, room) =>
    n % 2 === 0
      ? draft(n, { room })
      : change(room, n, { type: "edit", of: n - n % 20 + 1, text: `edit ${n}` }),
};

async function fill(journal: Journal): Promise<void> {
  for (const [how, batch] of Object.entries(BATCHES)) {
    for (const [name, entry] of Object.entries(ROOMS)) {
      const room = `${name}, ${how}`;
      const drafts = Array.from({ length: ENTRIES }, (_, n) => entry(n, room));
      for (let at = 0; at < ENTRIES; at += batch) {
        await journal.append(drafts.slice(at, at + batch));
      }
    }
  }
}

/** Milliseconds to read and encode a room. */
async function replay(journal: Journal, room: string): Promise<number> {
  const began = performance.now();
  let seq = 0;
  while (seq < ENTRIES) {
    const page = await journal.after(room, seq, LIMITS.page);
    json.encode(page, true);
    seq = page.at(-1)!.seq;
  }
  return performance.now() - began;
}

async function measure(db: string, rounds: number): Promise<string[][]> {
  const log = { info() {}, warn() {}, error() {} };
  const journal = await openJournal({ db, keep: 0, sync: "normal" }, log);
  await fill(journal);
  const rooms = Object.keys(BATCHES).flatMap((how) =>
    Object.keys(ROOMS).map((name) => `${name}, ${how}`)
  );
  const times = new Map(rooms.map((room) => [room, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const room of rooms) times.get(room)!.push(await replay(journal, room));
  }
  await journal.close();
  return rooms.map((room) => {
    const fastest = Math.min(...times.get(room)!);
    return [db.replace(/^.*\//, ""), room, fastest.toFixed(1)];
  });
}

if (import.meta.main) {
  const FLAGS = {
    rounds: number("N", 21, "how often each room is read", 1, 1_000),
    db: repeatable(text("WHERE", "the journals, empty ones", "as --db of the server")),
  };
  const { rounds, db } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS).flags);
  const rows = [["journal", "10,000 entries", "ms"]];
  for (const where of db.length > 0 ? db : [":memory:"]) rows.push(...await measure(where, rounds));
  console.log(markdown(rows, 1));
}
