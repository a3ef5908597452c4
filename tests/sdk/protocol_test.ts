/** The objects of the wire, as they are checked on arrival. */

import { assertEquals } from "@std/assert";
import { parseFrame } from "../../sdk/protocol.ts";

const welcome = {
  type: "welcome",
  room: "tea",
  you: { id: "1", name: "Ann" },
  epoch: "e",
  seq: 3,
  members: [{ id: "1", name: "Ann" }],
  count: 1,
};
const message = { type: "message", seq: 1, at: 2, from: "1", name: "Ann", text: "hi" };
const frame = (...objects: unknown[]) => objects.map((one) => JSON.stringify(one)).join("\n");

Deno.test("parseFrame: gives the known objects of a frame, in order", () => {
  assertEquals(parseFrame(frame(welcome, message)), [welcome, message] as never);
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
    { type: "error", code: "x" },
  ];
  assertEquals(parseFrame(frame(...wrong)), []);
});

Deno.test("parseFrame: drops optional fields, list items and unknown fields that are wrong", () => {
  const odd = { ...message, avatar: 7, id: null, html: "<b>" };
  const crowd = { ...welcome, members: [{ id: "1", name: "Ann" }, null, { id: 2 }], at: "now" };
  assertEquals(parseFrame(frame(odd, crowd)), [message, welcome] as never);
});
