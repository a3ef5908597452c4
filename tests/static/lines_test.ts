/** The window on a room's log. */

import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../sdk/mod.ts";
import { Lines } from "../../static/state/lines.ts";

const NOON = new Date("2026-11-25T12:00").getTime();

const message = (seq: number, more: Partial<Message> = {}): Message => ({
  type: "message",
  seq,
  at: NOON + seq * 1000,
  from: "ann",
  name: "Ann",
  text: `m${seq}`,
  ...more,
});
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
const seqs = (lines: Lines) => lines.all.map((line) => line.message.seq);
const holding = (...held: Message[]) => {
  const lines = new Lines();
  lines.insert(held, true);
  return lines;
};

Deno.test("insert: keeps messages in order, none twice", () => {
  const lines = holding(message(5), message(7));
  lines.insert([message(6), message(5), message(3)], true);
  assertEquals(seqs(lines), [3, 5, 6, 7]);
});

Deno.test("insert: groups what one person says within five minutes of a day", () => {
  const lines = holding(
    message(1),
    message(2),
    message(3, { from: "ben" }),
    message(4, { from: "ben", name: "Benno" }),
    message(5, { from: "ben", name: "Benno", at: NOON + 6 * 60_000 }),
    message(6, { at: NOON + 86_400_000 }),
  );
  const grouped = lines.all.map(({ isGrouped }) => isGrouped);
  assertEquals(grouped, [false, true, false, false, false, false]);
  assertEquals(lines.all.map(({ isNewDay }) => isNewDay), [true, false, false, false, false, true]);
});

Deno.test("insert: groups an action with anything, and nothing with an action", () => {
  const lines = holding(
    message(1),
    message(2, { from: "ben", text: "/me waves" }),
    message(3, { from: "ben" }),
  );
  assertEquals(lines.all.map(({ isGrouped }) => isGrouped), [false, true, false]);
});

Deno.test("insert: replaces only the lines that change", () => {
  const lines = holding(message(1), message(2), message(5));
  const before = lines.all;
  lines.insert([message(3)], true);
  assertEquals(lines.all[0], before[0]);
  assert(lines.all[0] === before[0] && lines.all[1] === before[1]);
  assertEquals(lines.all[3].gap, 1);
});

Deno.test("insert: shows what is missing as a gap, and what is lost as lost", () => {
  const lines = holding(message(2), message(10));
  assertEquals([lines.all[1].gap, lines.all[1].isLost], [7, false]);
  lines.setOldest(10);
  assertEquals([lines.all[1].gap, lines.all[1].isLost], [7, true]);
  assertEquals(holding(message(4)).isLostBefore, false);
  const cut = holding(message(4));
  cut.setOldest(4);
  assertEquals([cut.isLostBefore, cut.hasBefore(4)], [true, false]);
});

Deno.test("insert: drops the end that is further away once there are more than 500", () => {
  const lines = holding(...messages(1001, 1500));
  lines.insert(messages(1501, 1501), true);
  assertEquals([lines.first, lines.last, lines.isOpen], [1152, 1501, true]);
  lines.insert(messages(900, 1151), false);
  assertEquals([lines.first, lines.last, lines.isOpen], [900, 1249, false]);
  lines.clear();
  assertEquals([lines.all.length, lines.isOpen], [0, true]);
});

Deno.test("setMark: marks the first message from there on, and nothing for 0", () => {
  const lines = holding(message(1), message(2), message(5));
  lines.setMark(3);
  assertEquals(lines.all.map(({ isFirstNew }) => isFirstNew), [false, false, true]);
  lines.setMark(0);
  assertEquals(lines.all.some(({ isFirstNew }) => isFirstNew), false);
});

Deno.test("insert: takes changes between messages for no gap, once they have come", () => {
  const lines = holding(message(2));
  lines.insert([message(9)], true, [3, 9]);
  assertEquals(lines.all[1].gap, 0);
  lines.insert([message(20)], true, [18, 20]);
  assertEquals(lines.all[2].gap, 8);
  lines.insert([message(12)], true, [10, 17]);
  assertEquals(lines.all.map(({ gap }) => gap), [0, 0, 0, 0]);
});

Deno.test("insert: takes the newer state of a message, never the older", () => {
  const lines = holding(message(1), message(2));
  lines.insert([message(1, { text: "new", v: 5 })], true);
  lines.insert([message(1, { text: "older", v: 4 })], true);
  assertEquals(lines.all.map((line) => line.message.text), ["new", "m2"]);
});

Deno.test("change: replaces the line of its message, and no other", () => {
  const lines = holding(message(1), message(2), message(3));
  const before = lines.all;
  const edit = { type: "edit", seq: 4, at: NOON, from: "ann", of: 2, text: "other" } as const;
  lines.change(edit, "ann");
  lines.change({ ...edit, seq: 3, text: "older" }, "ann");
  assertEquals(lines.get(2)?.text, "other");
  assert(lines.all[0] === before[0] && lines.all[2] === before[2]);
});

Deno.test("lose: forgets what is no longer kept", () => {
  const lines = holding(message(1), message(5));
  lines.lose(5);
  assertEquals([lines.first, lines.isLostBefore, lines.hasBefore(5)], [5, true, false]);
});
