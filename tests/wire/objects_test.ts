/** Objects of the JSON wire: each entry of a log as one line. */

import { assert, assertEquals } from "@std/assert";
import { kept, message, sampleWelcome } from "../../testing/fakes.ts";
import { gapLine, logLine, messageLine, skipLine, welcomeLine } from "../../wire/objects.ts";

const parsed = (line: string) => {
  assert(!line.includes("\n"), "it is more than a line");
  return JSON.parse(line);
};

Deno.test("messageLine: gives a message that nobody changed no fields of changes", () => {
  assertEquals(parsed(messageLine({ ...message(1, 'a"\nb'), id: "x" })), {
    type: "message",
    seq: 1,
    at: 1,
    from: "f",
    name: "guest-f",
    text: 'a"\nb',
    id: "x",
  });
});

Deno.test("messageLine: gives a message in its current state", () => {
  const reactions = { "👍": { count: 2, from: ["ann", "bob"] } };
  const state = { reply: 1, to: ["ann"], v: 9, edited: 5, reactions };
  const object = parsed(messageLine({ ...message(4, "hi"), ...state, textVersion: 7 }));
  assertEquals(object, {
    type: "message",
    seq: 4,
    at: 1,
    from: "f",
    name: "guest-f",
    text: "hi",
    ...state,
  });
});

Deno.test("messageLine: gives a tombstone an empty text", () => {
  const { text, deleted, v } = parsed(messageLine({ ...message(4, ""), v: 9, deleted: true }));
  assertEquals([text, deleted, v], ["", true, 9]);
});

Deno.test("messageLine: gives a reply and mentions alone", () => {
  assertEquals(parsed(messageLine({ ...message(4), reply: 2 })).reply, 2);
  assertEquals(parsed(messageLine({ ...message(4), to: ["ann"] })).to, ["ann"]);
  assertEquals(parsed(messageLine({ ...message(4), to: [] })).to, []);
});

Deno.test("logLine: gives each change the fields of its type", () => {
  const head = { seq: 5, at: 1, from: "f" };
  const of = 2;
  const lines = [
    kept(5, { type: "edit", of, text: "a\nb" }, { id: "x" }),
    kept(5, { type: "delete", of }),
    kept(5, { type: "react", of, emoji: "👍", on: true }, { name: "Ann", count: 3 }),
    kept(5, { type: "pin", of, on: false }),
    kept(5, { type: "room", topic: "tea" }),
    kept(5, { type: "set", key: "title", value: { title: "Tea" } }, { id: "x" }),
    kept(5, { type: "set", key: "member/ann", value: { added: "ann", secret: 1 } }),
    kept(5, { type: "set", key: "archived", value: { archived: false } }),
    kept(5, { type: "set", key: "else", value: null }),
  ].map((change) => parsed(logLine(change)));
  assertEquals(lines, [
    { type: "edit", ...head, of, text: "a\nb", id: "x" },
    { type: "delete", ...head, of },
    { type: "react", ...head, name: "Ann", of, emoji: "👍", on: true, count: 3 },
    { type: "pin", ...head, of, on: false },
    { type: "room", ...head, topic: "tea" },
    { type: "room", ...head, title: "Tea", id: "x" },
    { type: "room", ...head, added: "ann" },
    { type: "room", ...head, archived: false },
    { type: "room", ...head },
  ]);
});

Deno.test("skipLine: gives the range of what was superseded, and the id of a single entry", () => {
  const skip = { kind: "skip", from: 3, seq: 7, at: 9 } as const;
  assertEquals(parsed(skipLine(skip)), { type: "skip", from: 3, to: 7, at: 9 });
  assertEquals(parsed(logLine({ ...skip, from: 7, id: "x" })), {
    type: "skip",
    from: 7,
    to: 7,
    at: 9,
    id: "x",
  });
});

Deno.test("gapLine: gives the range of what is no longer kept", () => {
  assertEquals(parsed(gapLine(3, 7)), { type: "gap", from: 3, to: 7 });
});

Deno.test("welcomeLine: gives the role of an admin, and of nobody else", () => {
  const welcome = { ...sampleWelcome(), members: [sampleWelcome().you] };
  assertEquals("role" in parsed(welcomeLine(welcome)).you, false);
  const { you, members } = parsed(welcomeLine({ ...welcome, role: "admin" }));
  assertEquals([you.role, "role" in members[0]], ["admin", false]);
});

Deno.test("welcomeLine: gives topic and pins where there are some", () => {
  const welcome = sampleWelcome();
  const without = parsed(welcomeLine(welcome));
  assertEquals(["topic" in without, "pins" in without], [false, false]);
  const { topic, pins } = parsed(welcomeLine({ ...welcome, topic: 'a "b"', pins: [7, 3] }));
  assertEquals([topic, pins], ['a "b"', [7, 3]]);
});
