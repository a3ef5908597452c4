/** A room's tail: what readers at a place get, and what it holds. */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Entry } from "../../hub/entry.ts";
import { Tail } from "../../hub/tail.ts";
import { message, words } from "../../testing/fakes.ts";
import { tailOf } from "../../testing/tails.ts";

const typing: Entry = { kind: "typing", at: 0, from: "f", name: "n" };

Deno.test("Tail.read: gives everything from the cursor to the end", () => {
  const tail = tailOf(4);
  const slice = tail.read(words, 1)!;
  assertEquals(slice, { frames: ["m2", "m3", "m4"], seq: 4, messages: 3, end: 4 });
});

Deno.test("Tail.read: gives no frame and no number at the end", () => {
  const tail = tailOf(2);
  assertEquals(tail.read(words, tail.end), { frames: [], seq: 0, messages: 0, end: 2 });
});

Deno.test("Tail.read: gives readers at one place the very same frames", () => {
  const tail = tailOf(3);
  const first = tail.read(words, 1)!;
  tail.push(message(4));
  assertStrictEquals(tail.read(words, 1)!.frames, first.frames);
  assert(tail.read({ ...words }, 1)!.frames !== first.frames, "another wire shares them");
});

Deno.test("Tail.read: shows an entry only once it is published", () => {
  const tail = tailOf(1);
  tail.push(message(2));
  assertEquals([tail.published, tail.end, tail.seq], [1, 2, 2]);
  assertEquals(tail.read({ ...words }, 0)!.frames, ["m1"]);
  assertEquals(tail.read(words, 1)!.frames, []);
  tail.publish();
  assertEquals(tail.read(words, 0)!.frames, ["m1", "m2"]);
  assertEquals(tail.read(words, 1)!.frames, ["m2"]);
});

Deno.test("Tail.read: gives the newest message's number though other entries follow it", () => {
  const tail = tailOf(2);
  tail.push(typing);
  tail.publish();
  const { seq, end, frames } = tail.read(words, 0)!;
  assertEquals([seq, end], [2, 3]);
  assertEquals(frames, ["m1", "m2", "(typing)"]);
});

Deno.test("Tail.read: cuts what is too long for a frame, and loses nothing", () => {
  const tail = new Tail(100);
  const text = "x".repeat(LIMITS.frameLength / 2);
  for (let seq = 1; seq <= 5; seq++) tail.push(message(seq, text));
  tail.publish();
  const counts: number[] = [];
  for (let cursor = 0; cursor < tail.end;) {
    const end = tail.read(words, cursor)!.end!;
    assert(end > cursor, "the cursor does not move");
    counts.push(end - cursor);
    cursor = end;
  }
  assertEquals(counts, [2, 2, 1]);
});

Deno.test("Tail.read: gives undefined to a cursor before the start", () => {
  const tail = tailOf(20, { limit: 10 });
  assertEquals(tail.read(words, tail.start - 1), undefined);
  assertEquals(tail.read(words, tail.start)!.frames.length, 10);
});

Deno.test("Tail.read: refuses a cursor beyond what is published", () => {
  const tail = tailOf(2);
  tail.push(message(3));
  assertThrows(() => tail.read(words, 3), RangeError);
});

Deno.test("Tail.push: refuses a message that does not follow the last one", () => {
  const tail = tailOf(2, { seq: 5 });
  for (const seq of [6, 7, 9]) assertThrows(() => tail.push(message(seq)), RangeError, `${seq}`);
  assertEquals([tail.end, tail.seq], [2, 7]);
});

Deno.test("Tail.push: holds a limited number of entries, however long none is published", () => {
  const tail = new Tail(16);
  for (let seq = 1; seq <= 3 * LIMITS.tailUnpublished; seq++) {
    tail.push(message(seq));
    assert(tail.end - tail.start <= LIMITS.tailUnpublished);
  }
  // A reader that waited at the published place has fallen behind, and knows it.
  assertEquals(tail.read(words, tail.published), undefined);
  tail.publish();
  assertEquals(tail.read(words, tail.start)!.seq > 0, true);
  assertEquals(tail.published, 3 * LIMITS.tailUnpublished);
});

Deno.test("Tail.publish: drops old entries only once twice the limit is held", () => {
  const tail = tailOf(19, { limit: 10 });
  assertEquals([tail.start, tail.end], [0, 19]);
  tail.push(message(20));
  tail.publish();
  assertEquals([tail.start, tail.end, tail.seq], [10, 20, 20]);
});

Deno.test("Tail.publish: drops nothing that nobody could have seen", () => {
  const tail = tailOf(5, { limit: 10 });
  for (let seq = 6; seq <= 100; seq++) tail.push(message(seq));
  tail.publish();
  assertEquals(tail.start, 5);
  tail.push(message(101));
  tail.publish();
  assertEquals(tail.start, 91);
});

Deno.test("Tail.publish: holds no more than twice the limit however much comes", () => {
  const tail = new Tail(16);
  for (let seq = 1; seq <= 1_000; seq++) {
    tail.push(message(seq));
    tail.publish();
    assert(tail.end - tail.start <= 32);
  }
  assertEquals(tail.end, 1_000);
});

Deno.test("Tail.publish: estimates the size of what is new, and of nothing before it", () => {
  const tail = new Tail(100);
  tail.push(message(1, "x".repeat(100_000)));
  const large = tail.publish();
  assert(large >= 100_000 && large < 101_000, `${large}`);
  assertEquals(tail.publish(), 0);
  tail.push(message(2, "y"));
  const small = tail.publish();
  assert(small > 0 && small < 1_000, `${small}`);
});

Deno.test("Tail: starts at the number it is given", () => {
  const tail = tailOf(2, { seq: 40 });
  assertEquals([tail.start, tail.end, tail.seq], [0, 2, 42]);
});

Deno.test("Tail.after: gives the messages between two numbers, without other entries", () => {
  const tail = tailOf(3);
  tail.push(typing);
  tail.push(message(4));
  const texts = (seq: number, last: number) =>
    tail.after(seq, last)?.map((entry) => "text" in entry && entry.text);
  assertEquals(texts(0, 4), ["m1", "m2", "m3", "m4"]);
  assertEquals(texts(1, 3), ["m2", "m3"]);
  assertEquals(texts(4, 4), []);
});

Deno.test("Tail.after: gives undefined where it no longer has all", () => {
  const tail = tailOf(19, { limit: 10, seq: 100 });
  assertEquals(tail.after(99, 119), undefined);
  assertEquals(tail.after(100, 119)?.length, 19);
  tail.push(message(120));
  tail.publish();
  assertEquals(tail.after(109, 120), undefined);
  assertEquals(tail.after(110, 120)?.length, 10);
});

Deno.test("Tail.after: counts messages alone, though other entries were dropped with them", () => {
  const tail = new Tail(4);
  for (let seq = 1; seq <= 4; seq++) {
    tail.push(typing);
    tail.push(message(seq));
    tail.publish();
  }
  assertEquals(tail.after(1, 4), undefined);
  assertEquals(tail.after(2, 4)?.map(({ seq }) => seq), [3, 4]);
});
