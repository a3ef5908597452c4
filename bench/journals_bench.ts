/**
 * What keeping and reading costs in each journal: batches as the hub makes them, and pages as
 * clients ask for them. The baseline is the journal in memory.
 *
 * Each journal keeps 10,000 messages, so that it is trimmed all the time, as in a room that has been
 * there for long.
 */

import type { Journal } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { draft } from "./samples.ts";

const KEEP = 10_000;
const folder = Deno.makeTempDirSync({ prefix: "hubbub-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const journals: [name: string, journal: Journal][] = [
  ["memory", new MemoryJournal(KEEP)],
  ["sqlite, normal", new SqliteJournal(`${folder}/normal.db`, { keep: KEEP, sync: "normal" })],
  ["sqlite, full", new SqliteJournal(`${folder}/full.db`, { keep: KEEP, sync: "full" })],
];

let ids = 0;

for (const withId of [false, true]) {
  for (const count of [1, 10, 100, 1000]) {
    const drafts = Array.from({ length: count }, (_, n) => draft(n));
    for (const [name, journal] of journals) {
      Deno.bench({
        name: `${name}: append ${count}${withId ? " with ids" : ""}`,
        group: `append ${count}${withId ? ", each with an id" : ""}`,
        baseline: name === "memory",
        fn: async () => {
          // An id is kept once, so there must be new ones each time.
          const all = withId ? drafts.map((one) => ({ ...one, id: `message ${++ids}` })) : drafts;
          await journal.append(all);
        },
      });
    }
  }
}

for (const [name, journal] of journals) {
  const baseline = name === "memory";
  await journal.append(Array.from({ length: KEEP }, (_, n) => draft(n, { room: "old" })));
  Deno.bench({
    name: `${name}: a page of 50 from the middle`,
    group: "a page of 50",
    baseline,
    fn: async () => {
      if ((await journal.before("old", KEEP / 2, 50)).length !== 50) throw new Error("too few");
    },
  });
  Deno.bench({
    name: `${name}: the next 200 for who catches up`,
    group: "the next 200",
    baseline,
    fn: async () => {
      if ((await journal.after("old", KEEP / 2, 200)).length !== 200) throw new Error("too few");
    },
  });
}
