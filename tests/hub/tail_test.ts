import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Entry } from "../../hub/entry.ts";
import { countThatFits, Tail } from "../../hub/tail.ts";
import { said, words } from "../../testing/fakes.ts";

const typing: Entry = { kind: "typing", at: 0, from: "f", name: "n" };

function tailOf(count: number, { limit = 100, seq = 0 } = {}): Tail {
  const tail = new Tail(limit, seq);
  for (let n = 1; n <= count; n++) tail.push(said(seq + n));
  return tail;
}

Deno.test("Tail.read gives everything from the cursor to the end", () => {
  const tail = tailOf(4);
  const stretch = tail.read(words, 1)!;
  assertEquals(stretch.frames, ["m2", "m3", "m4"]);
  assertEquals(stretch.end, tail.end);
  assertEquals(stretch.seq, 4);
});

Deno.test("Tail.read gives no frame and no number at the end", () => {
  const tail = tailOf(2);
  assertEquals(tail.read(words, tail.end), { frames: [], end: 2, seq: 0 });
});

Deno.test("Tail.read gives readers at the same place the very same frames", () => {
  const tail = tailOf(3);
  const first = tail.read(words, 1)!;
  assertStrictEquals(tail.read(words, 1)!.frames, first.frames);
  assert(tail.read({ ...words }, 1)!.frames !== first.frames, "another wire shares them");
});

Deno.test("Tail.read shows what was pushed after it was last read", () => {
  const tail = tailOf(1);
  tail.read(words, 0);
  tail.push(said(2));
  assertEquals(tail.read(words, 0)!.frames, ["m1", "m2"]);
});

Deno.test("Tail.read tells the newest message's number though other entries follow it", () => {
  const tail = tailOf(2);
  tail.push(typing);
  const { seq, end, frames } = tail.read(words, 0)!;
  assertEquals([seq, end], [2, 3]);
  assertEquals(frames, ["m1", "m2", "(typing)"]);
});

Deno.test("Tail.read cuts what is too long for a frame, and loses nothing", () => {
  const tail = new Tail(100);
  const text = "x".repeat(LIMITS.frameLength / 2);
  for (let seq = 1; seq <= 5; seq++) tail.push(said(seq, text));
  const seen: number[] = [];
  for (let cursor = 0; cursor < tail.end;) {
    const stretch = tail.read(words, cursor)!;
    assert(stretch.end > cursor, "the cursor stands still");
    seen.push(stretch.end - cursor);
    cursor = stretch.end;
  }
  assertEquals(seen, [2, 2, 1]);
});

Deno.test("Tail.read is too late for a cursor before the start", () => {
  const tail = tailOf(20, { limit: 10 });
  tail.trim();
  assertEquals(tail.read(words, tail.start - 1), undefined);
  assertEquals(tail.read(words, tail.start)!.frames.length, 10);
});

Deno.test("Tail.trim lets go only once twice the limit is held", () => {
  const tail = tailOf(19, { limit: 10 });
  tail.trim();
  assertEquals([tail.start, tail.end], [0, 19]);
  tail.push(said(20));
  tail.trim();
  assertEquals([tail.start, tail.end, tail.seq], [10, 20, 20]);
});

Deno.test("Tail holds no more than twice its limit however much is pushed", () => {
  const tail = new Tail(16);
  for (let seq = 1; seq <= 1_000; seq++) {
    tail.push(said(seq));
    tail.trim();
    assert(tail.end - tail.start < 32);
  }
  assertEquals(tail.end, 1_000);
});

Deno.test("Tail starts at the number it is given", () => {
  const tail = tailOf(2, { seq: 40 });
  assertEquals([tail.start, tail.end, tail.seq], [0, 2, 42]);
});

Deno.test("Tail.after gives the messages between two numbers, other entries aside", () => {
  const tail = tailOf(3);
  tail.push(typing);
  tail.push(said(4));
  const texts = (seq: number, last: number) => tail.after(seq, last)?.map(({ text }) => text);
  assertEquals(texts(0, 4), ["m1", "m2", "m3", "m4"]);
  assertEquals(texts(1, 3), ["m2", "m3"]);
  assertEquals(texts(4, 4), []);
});

Deno.test("Tail.after answers nothing where it no longer has all", () => {
  const tail = tailOf(20, { limit: 10, seq: 100 });
  assertEquals(tail.after(99, 120), undefined);
  assertEquals(tail.after(100, 120)?.length, 20);
  tail.trim();
  assertEquals(tail.after(109, 120), undefined);
  assertEquals(tail.after(110, 120)?.length, 10);
});

Deno.test("Tail.after counts messages only, though other entries were trimmed with them", () => {
  const tail = new Tail(4);
  for (let seq = 1; seq <= 4; seq++) {
    tail.push(typing);
    tail.push(said(seq));
  }
  tail.trim();
  assertEquals(tail.after(1, 4), undefined);
  assertEquals(tail.after(2, 4)?.map(({ seq }) => seq), [3, 4]);
});

Deno.test("fitting takes at least one entry, however large", () => {
  const large = said(1, "x".repeat(10 * LIMITS.frameLength));
  assertEquals(countThatFits([large, large]), 1);
  assertEquals(countThatFits([said(1), large, said(3)]), 2);
  assertEquals(countThatFits([said(1), said(2)], 1), 1);
  assertEquals(countThatFits([], 0), 0);
});
