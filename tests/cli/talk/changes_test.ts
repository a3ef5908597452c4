/** What was done, as lines. */

import { assert, assertEquals } from "@std/assert";
import { describeChange, isNews } from "../../../cli/talk/changes.ts";
import { type Message, RoomState } from "../../../sdk/mod.ts";

const state = new RoomState(10, 10);
state.apply({
  type: "welcome",
  room: "tea",
  you: { id: "1", name: "ann" },
  epoch: "e",
  seq: 0,
  members: [{ id: "1", name: "ann" }],
  count: 1,
}, 0);
const base = { seq: 9, at: 9, from: "1" };

Deno.test("describeChange: names the person and the message in one line", () => {
  const react = { type: "react", ...base, name: "ann", of: 3, emoji: "👍" } as const;
  const lines = [
    describeChange({ type: "edit", ...base, of: 3, text: "a\nb" }, state),
    describeChange({ type: "delete", ...base, of: 3 }, state),
    describeChange({ ...react, on: true, count: 1 }, state),
    describeChange({ ...react, on: true, count: 2 }, state),
    describeChange({ ...react, on: false, count: 1 }, state),
    describeChange({ type: "pin", ...base, of: 3, on: true }, state),
    describeChange({ type: "pin", ...base, of: 3, on: false }, state),
    describeChange({ type: "room", ...base, topic: "Tea" }, state),
    describeChange({ type: "room", ...base, topic: "" }, state),
    describeChange({ type: "room", ...base, title: "Tea" }, state),
    describeChange({ type: "room", ...base, added: "1" }, state),
    describeChange({ type: "room", ...base, removed: "2\n" }, state),
    describeChange({ type: "room", ...base, archived: true }, state),
    describeChange({ type: "room", ...base, archived: false }, state),
  ];
  assertEquals(lines, [
    "ann edited #3: a b",
    "ann deleted #3",
    "ann reacted to #3 with 👍",
    "ann reacted to #3 with 👍 (2)",
    "ann withdrew 👍 from #3",
    "ann pinned #3",
    "ann unpinned #3",
    "ann set the topic: Tea",
    "ann removed the topic",
    "ann named the room: Tea",
    "ann added ann",
    "ann removed 2 ",
    "ann archived the room",
    "ann opened the room again",
  ]);
});

Deno.test("describeChange: knows those who are gone as authors of the message, or not at all", () => {
  const before: Message = { type: "message", seq: 3, at: 3, from: "2", name: "ben", text: "hi" };
  const change = { type: "delete", ...base, from: "2", of: 3 } as const;
  assertEquals(describeChange({ ...change, before }, state), "ben deleted #3");
  assertEquals(describeChange({ ...change, from: "3", before }, state), "somebody deleted #3");
});

Deno.test("describeChange: prints nothing that others wrote unfiltered", () => {
  const bad = "\x1b]0;x\x07evil\r\n";
  const lines = [
    describeChange({ type: "edit", ...base, of: 3, text: bad }, state),
    describeChange({ type: "room", ...base, topic: bad }, state),
    describeChange(
      { type: "react", ...base, name: bad, of: 3, emoji: bad, on: true, count: 1 },
      state,
    ),
  ];
  for (const line of lines) assert(line.includes("evil") && !/\p{Cc}/u.test(line), line);
});

Deno.test("isNews: is what changed a message that was shown, or is of one that is not held", () => {
  const message: Message = { type: "message", seq: 3, at: 3, from: "2", name: "ben", text: "hi" };
  assertEquals(isNews({}), true);
  assertEquals(isNews({ before: message, message: { ...message, v: 5 } }), true);
  assertEquals(isNews({ before: message, message }), false);
});
