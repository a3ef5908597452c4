/** Commands in JSON: what is taken, and what is refused, field by field. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { isEmoji, parseCommand } from "../../wire/commands.ts";

const parse = (object: unknown) => parseCommand(JSON.stringify(object));

/** Fails unless each of these is refused as a bad command under its id. */
function assertRefused(...objects: Record<string, unknown>[]): void {
  for (const object of objects) {
    const command = parse({ ...object, id: "x" });
    assert(command.type === "invalid", JSON.stringify(object));
    assertEquals([command.code, command.id], ["bad_command", "x"]);
  }
}

Deno.test("parseCommand: takes every command, with its id", () => {
  const commands = [
    { type: "say", text: "hi" },
    { type: "say", text: "hi", reply: 3, to: ["ann", "bob"] },
    { type: "edit", of: 1, text: "hello", v: 4 },
    { type: "delete", of: 1 },
    { type: "react", of: 1, emoji: "👍", on: false },
    { type: "pin", of: 1, on: true },
    { type: "room", topic: "tea" },
    { type: "typing" },
    { type: "ping" },
    { type: "name", name: "Ann" },
  ];
  for (const command of commands) {
    assertEquals(parse({ ...command, id: "x" }), { ...command, id: "x" } as never);
  }
});

Deno.test("parseCommand: takes a reaction and a pin without on as one that is added", () => {
  const reaction = { type: "react", of: 1, emoji: "👍" } as const;
  assertEquals(parse(reaction), { ...reaction, on: true, id: undefined });
  assertEquals(parse({ type: "pin", of: 1 }), { type: "pin", of: 1, on: true, id: undefined });
});

Deno.test("parseCommand: cleans the text of a message and of an edit", () => {
  const text = "a\r\nb\0\u202e";
  const said = parse({ type: "say", text });
  const edited = parse({ type: "edit", of: 1, text });
  assert("text" in said && "text" in edited, "it is refused");
  assert(said.text.startsWith("a\nb") && !said.text.includes("\0"), said.text);
  assertEquals(edited.text, said.text);
});

Deno.test("parseCommand: leaves out fields that it does not know", () => {
  const hostile = '{"type":"delete","of":1,"from":"bob","seq":9,"__proto__":{"isAdmin":true}}';
  assertEquals(parseCommand(hostile), { type: "delete", of: 1, id: undefined });
});

Deno.test("parseCommand: refuses a seq that is no number of an entry", () => {
  const seqs = [undefined, null, 0, -1, 1.5, "1", [1], {}, true, 2 ** 53, 1e300];
  for (const of of seqs) {
    assertRefused(
      { type: "edit", of, text: "x" },
      { type: "delete", of },
      { type: "react", of, emoji: "👍" },
      { type: "pin", of },
    );
    if (of === undefined) continue;
    assertRefused({ type: "say", text: "x", reply: of }, { type: "edit", of: 1, text: "x", v: of });
  }
});

Deno.test("parseCommand: refuses texts, topics and names that are no strings", () => {
  for (const value of [undefined, null, 5, ["x"], {}, true]) {
    assertRefused(
      { type: "say", text: value },
      { type: "edit", of: 1, text: value },
      { type: "room", topic: value },
      { type: "name", name: value },
    );
  }
});

Deno.test("parseCommand: refuses an on that is neither true nor false", () => {
  for (const on of [null, 0, 1, "true", [], {}]) {
    assertRefused({ type: "react", of: 1, emoji: "👍", on }, { type: "pin", of: 1, on });
  }
});

Deno.test("parseCommand: refuses mentions that are no ids, or too many", () => {
  const longest = "x".repeat(LIMITS.idLength + 1);
  const lists = [null, "ann", {}, [1], [""], [null], ["a\0"], ["\ud800"], [longest], [["ann"]]];
  for (const to of [...lists, Array(LIMITS.mentions + 1).fill("ann")]) {
    assertRefused({ type: "say", text: "x", to });
  }
  const most = Array(LIMITS.mentions).fill("ann");
  assertEquals(parse({ type: "say", text: "x", to: most }).type, "say");
});

Deno.test("parseCommand: refuses types that only objects know", () => {
  for (const type of ["constructor", "toString", "__proto__", "", 5, null, ["say"]]) {
    assertRefused({ type, text: "x" });
  }
});

Deno.test("isEmoji: takes one character as people see it", () => {
  for (const emoji of ["👍", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "❤️", "1️⃣", "é", "x"]) {
    assert(isEmoji(emoji), emoji);
  }
});

Deno.test("isEmoji: refuses everything else", () => {
  const many = [
    "👍👍",
    "ab",
    "👍 ",
    "",
    " ",
    "\n",
    "\0",
    "/",
    "\u200d",
    "\ud83d",
    "x" + "\u0301".repeat(20),
  ];
  for (const value of [...many, 5, null, undefined, ["👍"]]) {
    assert(!isEmoji(value), JSON.stringify(value));
  }
});
