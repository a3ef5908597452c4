/** What a `room` command takes. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { parseCommand } from "../../wire/commands.ts";
import { cleanTitle, cleanTopic, parseRoomOrder, peopleOf } from "../../wire/room_order.ts";

Deno.test("cleanTopic: puts a topic on one line, and takes an empty one", () => {
  assertEquals(cleanTopic("  tea\nand\u2028cake\0 "), "tea and cake");
  assertEquals(cleanTopic(" \n"), "");
});

Deno.test("cleanTopic: refuses one that is too long, counted in characters", () => {
  assertEquals(cleanTopic("😀".repeat(LIMITS.topic))?.length, 2 * LIMITS.topic);
  assertEquals(cleanTopic("x".repeat(LIMITS.topic + 1)), undefined);
  assertEquals(cleanTopic("x".repeat(10_000_000)), undefined);
});

Deno.test("cleanTitle: needs something visible", () => {
  assertEquals(cleanTitle(" Tea\n"), "Tea");
  for (const title of ["", " \n", "\u2800", "x".repeat(LIMITS.title + 1), 5]) {
    assertEquals(cleanTitle(title), undefined);
  }
});

Deno.test("peopleOf: takes one id or several, each once", () => {
  assertEquals(peopleOf("ann"), ["ann"]);
  assertEquals(peopleOf(["ann", "bob", "ann"]), ["ann", "bob"]);
  const many = Array.from({ length: LIMITS.membersAtOnce + 1 }, (_, n) => `m${n}`);
  for (const ids of [[], [5], "", "a\0", "x".repeat(129), "\ud800", many, undefined]) {
    assertEquals(peopleOf(ids), undefined, JSON.stringify(ids));
  }
});

Deno.test("parseRoomOrder: has what was given, and nothing else", () => {
  assertEquals(parseRoomOrder({ topic: " x", more: 1 }), { topic: "x" });
  const all = { topic: "", title: "T", add: ["a"], remove: ["b"], archived: false };
  assertEquals(parseRoomOrder({ ...all, add: "a" }), all);
});

Deno.test("parseRoomOrder: says what is wrong", () => {
  const bad = [{}, { topic: 5 }, { title: "" }, { add: [] }, { remove: 5 }, { archived: "yes" }, {
    add: "a",
    remove: ["a", "b"],
  }];
  for (const fields of bad) {
    assertEquals(typeof parseRoomOrder(fields), "string", JSON.stringify(fields));
  }
});

Deno.test("parseCommand: tells a topic alone from other settings of a room", () => {
  const parse = (fields: object) =>
    parseCommand(JSON.stringify({ type: "room", id: "x", ...fields }));
  assertEquals(parse({ topic: "tea" }), { type: "room", topic: "tea", id: "x" });
  const order = { title: "Tea", remove: ["ann"] };
  assertEquals(parse({ title: "Tea", remove: "ann" }), { type: "settings", order, id: "x" });
});
