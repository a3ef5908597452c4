/** The objects of the wire and of HTTP, as they are checked on arrival. */

import { assertEquals, assertThrows } from "@std/assert";
import { checkEntry, parseFrame } from "../../sdk/decode.ts";

const welcome = {
  type: "welcome",
  room: "tea",
  you: { id: "1", name: "Ann", role: "owner" },
  access: "private",
  title: "Tea",
  archived: true,
  epoch: "e",
  seq: 3,
  members: [{ id: "1", name: "Ann" }],
  count: 1,
};
const message = { type: "message", seq: 1, at: 2, from: "1", name: "Ann", text: "hi" };
const change = { seq: 2, at: 3, from: "1" };
const changes = [
  { type: "edit", ...change, of: 1, text: "new", id: "x" },
  { type: "delete", ...change, of: 1 },
  { type: "react", ...change, name: "Ann", of: 1, emoji: "👍", on: true, count: 3 },
  { type: "pin", ...change, of: 1, on: false },
  { type: "room", ...change, topic: "Tea" },
  { type: "room", ...change, title: "Tea", added: "2", removed: "3", archived: false },
  { type: "skip", from: 1, to: 2, at: 3, id: "x" },
];
const frame = (...objects: unknown[]) => objects.map((one) => JSON.stringify(one)).join("\n");

Deno.test("parseFrame: gives the known objects of a frame, in order", () => {
  assertEquals(parseFrame(frame(welcome, message)), [welcome, message] as never);
});

Deno.test("parseFrame: takes the role of a person, and the kinds of access that there are", () => {
  for (const access of ["open", "private", "direct"]) {
    const given = { ...welcome, you: { ...welcome.you, role: "owner" }, access };
    assertEquals(parseFrame(frame(given)), [given] as never);
  }
  const { access: _, ...rest } = welcome;
  const you = { id: welcome.you.id, name: welcome.you.name };
  const odd = { ...rest, you: { ...you, role: 1 }, access: "secret" };
  assertEquals(parseFrame(frame(odd)), [{ ...rest, you }] as never);
});

Deno.test("parseFrame: passes over unknown types and what is no object", () => {
  const strange = [{ type: "news" }, { type: "constructor" }, { type: "__proto__" }, {}, null, 7];
  const text = `${frame(...strange, [message])}\n\nnot JSON\n${frame(message)}`;
  assertEquals(parseFrame(text), [message] as never);
});

Deno.test("parseFrame: passes over objects whose fields have the wrong shape", () => {
  const wrong = [
    { ...message, seq: "1" },
    { ...message, seq: -1 },
    { ...message, seq: 1e300 },
    { ...message, at: 1e300 },
    { ...message, text: { toString: "hi" } },
    { ...message, name: undefined },
    { ...welcome, you: {} },
    { ...welcome, epoch: 1 },
    { type: "gap", from: 1 },
    ...changes.map((one) => ({ ...one, at: undefined })),
    { ...changes[0], of: "1" },
    { ...changes[2], emoji: 1 },
    { ...changes[2], on: 1 },
    { type: "error", code: "x" },
  ];
  assertEquals(parseFrame(frame(...wrong)), []);
});

Deno.test("parseFrame: drops optional fields, list items and unknown fields that are wrong", () => {
  const odd = { ...message, avatar: 7, id: null, html: "<b>" };
  const crowd = { ...welcome, members: [{ id: "1", name: "Ann" }, null, { id: 2 }], at: "now" };
  assertEquals(parseFrame(frame(odd, crowd)), [message, welcome] as never);
});

Deno.test("parseFrame: gives changes, and what a message has become", () => {
  assertEquals(parseFrame(frame(...changes)), changes as never);
  const reactions = { "👍": { count: 2, from: ["1", "2"] } };
  const full = { ...message, reply: 3, to: ["2"], v: 9, edited: 8, deleted: true, reactions };
  const set = { ...welcome, topic: "Tea", pins: [2, 1] };
  assertEquals(parseFrame(frame(full, set)), [full, set] as never);
});

Deno.test("parseFrame: takes no field that only this client may set, and no odd reactions", () => {
  const reactions = JSON.parse(
    '{"👍":{"count":1,"from":["1",2],"mine":true},"🎉":{"count":-1},"__proto__":{"count":1,"from":[]}}',
  );
  const [found] = parseFrame(frame({ ...message, textVersion: 7, deleted: 1, reactions }));
  const expected = [["👍", { count: 1, from: ["1"] }], ["__proto__", { count: 1, from: [] }]];
  assertEquals(found, { ...message, reactions: Object.fromEntries(expected) } as never);
});

Deno.test("checkEntry: takes any entry, and nothing else", () => {
  for (const entry of [message, ...changes]) assertEquals(checkEntry(entry), entry as never);
  for (const other of [welcome, null, { ...message, seq: "1" }]) {
    assertThrows(() => checkEntry(other), TypeError);
  }
});
