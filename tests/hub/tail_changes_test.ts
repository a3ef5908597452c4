/** Changes in a room's tail: they apply to what it holds, and a deletion leaves no text. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Tail } from "../../hub/tail.ts";
import { kept, message, words } from "../../testing/fakes.ts";
import { tailOf } from "../../testing/tails.ts";
import { json } from "../../wire/json.ts";

/** Pushes and publishes changes of message 1, beginning with entry `seq`. */
function changeFirst(tail: Tail, seq: number, ...actions: Parameters<typeof kept>[1][]): void {
  for (const action of actions) tail.push(kept(seq++, action, { id: `id${seq}` }));
  tail.publish();
}

Deno.test("Tail.push: applies a change to the message that it holds", () => {
  const tail = tailOf(2);
  const before = tail.read(words, 0)!.frames;
  changeFirst(tail, 3, { type: "edit", of: 1, text: "new" });
  assertEquals(before, ["m1", "m2"]);
  assertEquals(tail.read(words, 0)!.frames, ["new", "m2", "(change)"]);
  const [first] = tail.after(0, 1)!;
  assertEquals(first.kind === "message" && [first.text, first.v, first.edited], ["new", 3, 1]);
});

Deno.test("Tail.push: takes a change of a message that it no longer holds", () => {
  const tail = tailOf(3, { seq: 40 });
  changeFirst(tail, 44, { type: "delete", of: 7 });
  assertEquals(tail.read(words, 0)!.frames, ["m41", "m42", "m43", "(change)"]);
});

Deno.test("Tail.push: leaves no text of a deleted message, in entries and in frames", () => {
  const tail = tailOf(1);
  changeFirst(tail, 2, { type: "edit", of: 1, text: "first secret" });
  changeFirst(tail, 3, { type: "edit", of: 1, text: "second secret" });
  for (const cursor of [0, 1, 2]) assert(tail.read(json, cursor)!.frames[0].includes("secret"));
  changeFirst(tail, 4, { type: "delete", of: 1 });
  for (const cursor of [0, 1, 2, 3]) {
    assert(!tail.read(json, cursor)!.frames[0].includes("secret"), `from ${cursor}`);
  }
  assert(!JSON.stringify(tail.after(0, 4)).match(/secret|m1/), "an entry has it");
  assertEquals(tail.after(0, 4)!.map(({ kind }) => kind), ["message", "skip", "skip", "change"]);
});

Deno.test("Tail.push: leaves number, time and id of what a deletion supersedes", () => {
  const tail = tailOf(1);
  changeFirst(tail, 2, { type: "edit", of: 1, text: "x" }, { type: "delete", of: 1 });
  assertEquals(tail.find(2), { kind: "skip", from: 2, seq: 2, at: 1, id: "id3" });
});

Deno.test("Tail.push: holds of a superseded change only its number, time and id", () => {
  const tail = tailOf(1);
  tail.push(kept(2, { type: "edit", of: 1, text: "typo" }, { id: "first" }));
  tail.push(kept(3, { type: "pin", of: 1, on: true }));
  tail.push(kept(4, { type: "room", topic: "old" }));
  tail.publish();
  const { at } = tail.find(2)!;
  assertEquals(tail.read(words, 1)!.frames, ["(change)", "(change)", "(change)"]);
  tail.push(kept(5, { type: "edit", of: 1, text: "right" }));
  tail.push(kept(6, { type: "room", topic: "new" }));
  tail.publish();
  assertEquals(tail.find(2), { kind: "skip", from: 2, seq: 2, at, id: "first" });
  assertEquals(
    tail.read(words, 0)!.frames,
    ["right", "(skip)", "(change)", "(skip)", "(change)", "(change)"],
  );
});

Deno.test("Tail.push: supersedes what came with a change only after readers saw it", () => {
  const tail = tailOf(1);
  tail.push(kept(2, { type: "edit", of: 1, text: "two" }));
  tail.push(kept(3, { type: "edit", of: 1, text: "three" }));
  tail.publish();
  assertEquals(tail.read(words, 1)!.frames, ["(change)", "(change)"]);
  tail.push(message(4, "four"));
  tail.publish();
  assertEquals(tail.read(words, 0)!.frames, ["three", "(skip)", "(change)", "four"]);
});

Deno.test("Tail.push: supersedes at once what a deletion does", () => {
  const tail = tailOf(1);
  tail.push(kept(2, { type: "edit", of: 1, text: "two" }));
  tail.push(kept(3, { type: "delete", of: 1 }));
  tail.publish();
  assertEquals(tail.read(words, 1)!.frames, ["(skip)", "(change)"]);
});

Deno.test("Tail.push: leaves other messages alone when one is deleted", () => {
  const tail = tailOf(2);
  tail.push(kept(3, { type: "edit", of: 2, text: "stays" }));
  changeFirst(tail, 4, { type: "delete", of: 1 });
  assertEquals(tail.read(words, 1)!.frames, ["stays", "(change)", "(change)"]);
});

Deno.test("Tail.push: takes a skip of several entries, and goes on behind it", () => {
  const tail = tailOf(2);
  tail.push({ kind: "skip", from: 3, seq: 6, at: 9 });
  assertEquals([tail.seq, tail.at], [6, 9]);
  assertThrows(() => tail.push(message(6)), RangeError);
  tail.push(message(7));
  assertEquals(tail.after(4, 7)?.map(({ seq }) => seq), [6, 7]);
});

Deno.test("Tail.push: gives no frame of a deleted message, though the deletion is not published", () => {
  const tail = tailOf(2);
  assertEquals(tail.read(words, 0)!.frames, ["m1", "m2"]);
  tail.push(kept(3, { type: "delete", of: 1 }));
  assertEquals(tail.read(words, 0)!.frames, ["", "m2"]);
});
