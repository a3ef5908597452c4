/** The index by itself: very many matches, parts of rooms whose times overlap, and what is sent again. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { expressionOf } from "../../search/document.ts";
import { parseQuery } from "../../search/query.ts";
import { Index } from "../../search/index/index.ts";
import type { IndexQuery, Place, RoomBatch } from "../../search/requests.ts";
import { range } from "../../testing/fakes.ts";

function memoryIndex() {
  const options = { path: ":memory:", epoch: "e", eraseMs: 3_600_000, restMs: 0 };
  const index = new Index(options);
  return { index, [Symbol.dispose]: () => index.close() };
}

/** A batch with the messages from one number to another, one every `step` milliseconds. */
function batch(room: string, first: number, last: number, step = 1, text = "needle"): RoomBatch {
  const added = range(first, last).map((seq) => (
    { seq, at: seq * step, name: "Ann", text, has: [] }
  ));
  const at = last * step;
  return {
    ...{ room, after: first - 1, seq: last, at, added },
    ...{ changed: [], deleted: [], oldest: undefined },
  };
}

const query = (more: Partial<IndexQuery> = {}): IndexQuery => ({
  ...{ expression: '"needle"', isOpen: true, rooms: [], after: 0, before: Infinity, limit: 10 },
  ...more,
});

const names = (found: readonly Place[]) => found.map(({ room, seq }) => `${room}/${seq}`);

/** All results, page by page. */
function all(index: Index, more: Partial<IndexQuery>): string[] {
  const found: string[] = [];
  for (let before: IndexQuery["before"] = Infinity;;) {
    const page = index.find(query({ ...more, before }));
    found.push(...names(page.found));
    if (page.next === undefined) return found;
    before = page.next;
  }
}

Deno.test("Index.find: gives the newest of very many matches, whichever part of a room they are in", () => {
  using place = memoryIndex();
  const { index } = place;
  // One after the other, as when an index is made; their times overlap.
  const count = LIMITS.search.matches;
  index.write([batch("slow", 1, 500, 40)]);
  for (let from = 1; from < count; from += 500) index.write([batch("fast", from, from + 499, 3)]);
  index.write([batch("late", 1, 10, 2_000)]);
  const times = [
    ...range(1, 500).map((seq) => ({ at: seq * 40, name: `slow/${seq}`, seq })),
    ...range(1, count).map((seq) => ({ at: seq * 3, name: `fast/${seq}`, seq })),
    ...range(1, 10).map((seq) => ({ at: seq * 2_000, name: `late/${seq}`, seq })),
  ].sort((a, b) => b.at - a.at || b.seq - a.seq);
  assertEquals(all(index, { limit: 500 }), times.map(({ name }) => name));
  const narrow = all(index, { after: 1_000, limit: 7, isOpen: false, rooms: ["slow"] });
  assertEquals(narrow, range(25, 500).reverse().map((seq) => `slow/${seq}`));
});

Deno.test("Index.find: goes on at a place in the middle of messages of one time", () => {
  using place = memoryIndex();
  for (const room of ["a", "b", "c.d"]) place.index.write([batch(room, 1, 20, 0)]);
  const found = all(place.index, { limit: 7 });
  assertEquals(found.length, 60);
  assertEquals(new Set(found).size, 60);
  assertEquals(found.slice(0, 4), ["a/20", "b/20", "c.d/20", "a/19"]);
});

Deno.test("Index.write: keeps times that are far apart, and numbers that are no messages", () => {
  using place = memoryIndex();
  const year = 365 * 24 * 60 * 60 * 1000;
  const { index } = place;
  const message = (seq: number, at: number) => ({ seq, at, name: "", text: "needle", has: [] });
  const added = [message(3, year), message(400, 9 * year), message(2_000, 10 * year)];
  index.write([{ ...batch("r", 1, 2_000), at: 10 * year, added }]);
  assertEquals(index.find(query()).found, [
    { room: "r", seq: 2_000, at: 10 * year },
    { room: "r", seq: 400, at: 9 * year },
    { room: "r", seq: 3, at: year },
  ]);
});

Deno.test("Index.write: ignores what does not follow, so that nothing is there twice", () => {
  using place = memoryIndex();
  const { index } = place;
  for (let times = 0; times < 2; times++) index.write([batch("r", 1, 3), batch("s", 1, 1)]);
  index.write([batch("r", 9, 9)]);
  assertEquals(
    index.behind([
      { name: "r", seq: 3, at: 3 },
      { name: "s", seq: 1, at: 2 },
      { name: "t", seq: 1, at: 1 },
    ]),
    [{ room: "s", seq: 1, at: 1 }, { room: "t", seq: 0, at: 0 }],
  );
  assertEquals(names(index.find(query()).found), ["r/3", "r/2", "r/1", "s/1"]);
});

Deno.test("Index.write: replaces, removes and forgets", () => {
  using place = memoryIndex();
  const { index } = place;
  index.write([batch("r", 1, 1_000)]);
  const [changed] = batch("r", 600, 600, 1, "hay").added;
  const none = { ...batch("r", 1_001, 1_001), added: [] };
  index.write([{ ...none, changed: [changed], deleted: [700], oldest: 500 }]);
  const expected = range(500, 1_000).filter((seq) => seq !== 600 && seq !== 700).reverse();
  assertEquals(all(index, { limit: 400 }), expected.map((seq) => `r/${seq}`));
  assertEquals(names(index.find(query({ expression: '"hay"' })).found), ["r/600"]);
  // Older ones than are kept do not come back.
  const [old] = batch("r", 400, 400).added;
  index.write([{ ...none, after: 1_001, seq: 1_002, changed: [old] }]);
  assertEquals(all(index, { limit: 400 }).length, expected.length);
  index.forget("r");
  assertEquals(all(index, {}), []);
  assertEquals(index.behind([{ name: "r", seq: 9, at: 9 }]), [{ room: "r", seq: 0, at: 0 }]);
});

Deno.test("Index.find: reads the expressions of hostile queries as words", () => {
  using place = memoryIndex();
  place.index.write([batch("r", 1, 1, 1, "not needle or near 1 col")]);
  const hostile = [
    ...['needle" OR "', "needle NOT hay", "NEAR(needle hay, 1)", "col:needle", "{a b}:needle"],
    ...["needle*", "^needle", "(needle", "needle)", "-needle", "needle AND", "\0needle\0", "'; --"],
    ...['"\\"needle\\""', "needle+hay", "{needle", "needle\uE000", "\uD800needle", "＂needle＂"],
  ];
  for (const text of hostile) {
    let expression;
    try {
      expression = expressionOf(parseQuery(text));
    } catch (error) {
      assertEquals((error as Error).name, "QueryError", text);
      continue;
    }
    const { found } = place.index.find(query({ expression }));
    assert(found.length <= 1, text);
  }
});
