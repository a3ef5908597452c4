/**
 * What a very long list of rooms costs: `deno run -A bench/rooms.ts [ROOMS]`.
 *
 * Fills a SQLite file with rooms (a million, if nothing else is said), then lets 20 pollers ask for
 * pages, all at once and again and again, as the pages of 20 people would, and measures how long the
 * event loop stood still and how long a page took. The same for a journal in memory.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Journal, RoomQuery } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { draft } from "./samples.ts";

const ROOMS = Number(Deno.args[0] ?? 1_000_000);
const POLLERS = 20;
const POLLS = 5;

const QUERIES: Record<string, Omit<RoomQuery, "limit">> = {
  "by newest activity": {},
  "by name": { after: "room5" },
  "with a text that many have": { q: "99" },
  "with a text that none has": { q: "nowhere" },
};

async function fill(journal: Journal): Promise<void> {
  for (let from = 0; from < ROOMS; from += LIMITS.batch) {
    const count = Math.min(LIMITS.batch, ROOMS - from);
    const name = (n: number) => `room${from + n}`;
    await journal.append(Array.from({ length: count }, (_, n) => draft(n, { room: name(n) })));
  }
}

/** Milliseconds: the longest that the event loop stood still, and the median and longest page. */
async function poll(journal: Journal, query: Omit<RoomQuery, "limit">): Promise<number[]> {
  const times: number[] = [];
  const poller = async () => {
    for (let n = 0; n < POLLS; n++) {
      const began = performance.now();
      await journal.rooms({ ...query, limit: LIMITS.roomsListed });
      times.push(performance.now() - began);
      await setImmediate();
    }
  };
  let stall = 0;
  let last = performance.now();
  let polling = true;
  const watcher = async () => {
    for (; polling; last = performance.now()) {
      await setImmediate();
      stall = Math.max(stall, performance.now() - last);
    }
  };
  const watching = watcher();
  await Promise.all(Array.from({ length: POLLERS }, poller));
  polling = false;
  await watching;
  times.sort((a, b) => a - b);
  return [stall, times[times.length >> 1], times.at(-1)!];
}

const folder = Deno.makeTempDirSync({ prefix: "hubbub-bench-" });
const file = `${folder}/chat.db`;
const journals: Record<string, () => Journal> = {
  sqlite: () => new SqliteJournal(file, { keep: 0, sync: "normal" }),
  memory: () => new MemoryJournal(),
};
for (const [kind, open] of Object.entries(journals)) {
  const journal = open();
  const began = performance.now();
  await fill(journal);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${kind}: ${ROOMS} rooms in ${seconds.toFixed(1)} s`);
  for (const [name, query] of Object.entries(QUERIES)) {
    const [stall, median, most] = await poll(journal, query);
    console.log(
      `  ${name}: stall ${stall.toFixed(1)} ms, page ${median.toFixed(1)} ms, at most ${
        most.toFixed(1)
      } ms`,
    );
  }
  await journal.close();
}
Deno.removeSync(folder, { recursive: true });
