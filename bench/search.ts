/**
 * What the search costs: building the index of a long history, its size, and queries.
 *
 *     deno run -A bench/search.ts [--messages N] [--rooms N]
 *
 * The texts are made of words whose frequencies follow Zipf's law, a fifth of them without spaces, and
 * the same every time. The longest delay of the loop is that of a timer in this thread, which is also the
 * one that reads the journal.
 */

import { number, parseWords, valuesOf } from "../config/flags.ts";
import type { MessageDraft } from "../journal/journal.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { parseQuery } from "../search/query.ts";
import { Search } from "../search/search.ts";
import { Histogram } from "./histogram.ts";
import { draft } from "./samples.ts";
import { markdown, time } from "./table.ts";

const QUERIES = 300;
const BATCH = 4_000;
const VOCABULARY = 60_000;
/** The share of texts in a script without spaces. */
const SPACELESS = 0.2;
const SYLLABLES =
  "ba be bi bo da de di do ka ke ki ko la le li lo ma mi mo na ne no ra re ri ro sa se ta ti to"
    .split(" ");

/** Numbers from 0 to 1, the same every time. */
function* chances(seed = 1): Generator<number, never> {
  for (let state = seed;;) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223 | 0;
    yield (state >>> 8) / 2 ** 24;
  }
}

const chance = chances();
const next = () => chance.next().value;

/** A number below `count`; twice as large a one is half as frequent. */
const zipf = (count: number) => Math.min(count - 1, Math.floor(count ** next()) - 1);

function word(rank: number): string {
  let text = "";
  // The more frequent a word, the shorter it is.
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length];
  }
  return text;
}

const words = Array.from({ length: VOCABULARY }, (_, rank) => word(rank));
const letter = () => String.fromCharCode(0x4e00 + zipf(3_000));
const spacelessWords = Array.from({ length: 20_000 }, () => letter() + letter());
const spaceless = () => spacelessWords[zipf(20_000)];

function sentence(): string {
  const count = 1 + Math.floor(-Math.log(1 - next()) * 10);
  if (next() < SPACELESS) return Array.from({ length: count }, spaceless).join("");
  return Array.from({ length: count }, () => words[zipf(VOCABULARY)]).join(" ");
}

/** Writes a history of this many messages; answers with the bytes of their texts. */
function write(journal: SqliteJournal, messages: number, rooms: number): number {
  const encoder = new TextEncoder();
  let bytes = 0;
  for (let from = 0; from < messages; from += BATCH) {
    const drafts = Array.from(
      { length: Math.min(BATCH, messages - from) },
      (_, n): MessageDraft => {
        const text = sentence();
        bytes += encoder.encode(text).length;
        const room = `room-${zipf(rooms)}`;
        const at = 1_700_000_000_000 + (from + n) * 10_000;
        return { ...draft(0, { text, room }), name: `person ${zipf(200)}`, at };
      },
    );
    journal.append(drafts);
  }
  return bytes;
}

/** The longest delay of a timer until it is stopped, in microseconds. */
function watchLoop(): () => number {
  let longest = 0;
  let due = performance.now() + 1;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - due);
    due = performance.now() + 1;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest * 1000;
  };
}

/** Asks until the index has everything. */
async function built(search: Search): Promise<void> {
  const signal = new AbortController().signal;
  const scope = { isOpen: true, rooms: [] };
  const asked = { query: parseQuery("ba "), scope, limit: 1, address: "", signal };
  while ((await search.find(asked)).isPartial) await new Promise((done) => setTimeout(done, 500));
}

/** How long queries of one kind take, one after the other. */
async function times(search: Search, text: () => string): Promise<string[]> {
  const spread = new Histogram();
  const signal = new AbortController().signal;
  const scope = { isOpen: true, rooms: [] };
  let found = 0;
  let longest = 0;
  for (let n = 0; n < QUERIES; n++) {
    const began = performance.now();
    const query = parseQuery(text());
    const page = await search.find({ query, scope, limit: 20, address: "", signal });
    const took = (performance.now() - began) * 1000;
    found += page.found.length;
    spread.record(took);
    longest = Math.max(longest, took);
  }
  const figures = [time(spread.quantile(0.5)), time(spread.quantile(0.99)), time(longest)];
  return [...figures, (found / QUERIES).toFixed(1)];
}

const two = () => `${words[zipf(VOCABULARY)]} ${words[zipf(VOCABULARY)]} `;

const KINDS: Readonly<Record<string, () => string>> = {
  "one word": () => `${words[zipf(VOCABULARY)]} `,
  "two words": two,
  "two words, the second a beginning": () => two().slice(0, -2),
  "the two most frequent words": () => `${words[0]} ${words[1]} `,
  "a word without spaces": spaceless,
  "a phrase": () => `"${words[zipf(100)]} ${words[zipf(100)]}"`,
  "of one person": () => `from:"person ${zipf(200)}" ${words[zipf(1000)]} `,
};

async function measure(folder: string, messages: number, rooms: number): Promise<void> {
  const journal = new SqliteJournal(`${folder}/chat.db`, { keep: 0, sync: "normal" });
  const bytes = write(journal, messages, rooms);
  const log = { info() {}, warn: console.error, error: console.error };
  const longest = watchLoop();
  const began = performance.now();
  const search = new Search({ journal, log, path: `${folder}/search`, keep: 0 });
  await built(search);
  const seconds = (performance.now() - began) / 1000;
  const delay = longest();
  const rows = [["query", "median", "99 %", "longest", "results"]];
  for (const [name, text] of Object.entries(KINDS)) rows.push([name, ...await times(search, text)]);
  await search.close();
  const ratio = Deno.statSync(`${folder}/search`).size / bytes;
  journal.close();
  console.log(
    `${messages.toLocaleString("en")} messages in ${rooms} rooms, ` +
      `${Math.round(bytes / messages)} bytes each: built in ${seconds.toFixed(0)} s, ` +
      `the loop was late by ${time(delay)} at most, the index is ${
        ratio.toFixed(2)
      } times the text.\n`,
  );
  console.log(markdown(rows, 1));
}

if (import.meta.main) {
  const FLAGS = {
    messages: number("N", 1_000_000, "how long the history is", 1_000, 10_000_000),
    rooms: number("N", 50, "how many rooms it is in", 1, 100_000),
  };
  const { messages, rooms } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS).flags);
  const folder = await Deno.makeTempDir({ prefix: "hubbub-bench-" });
  try {
    await measure(folder, messages, rooms);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
