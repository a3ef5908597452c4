/** The line that is being typed. */

import { assert, assertEquals } from "@std/assert";
import { Editor } from "../../../cli/talk/editor.ts";
import { LIMITS } from "../../../config/limits.ts";

function typed(...pieces: string[]): { editor: Editor; lines: string[]; ended: boolean } {
  const editor = new Editor();
  const results = pieces.flatMap((piece) => [...editor.feed(piece)]);
  const lines = results.flatMap((result) => result.kind === "line" ? [result.text] : []);
  return { editor, lines, ended: results.some(({ kind }) => kind === "end") };
}

Deno.test("Editor: makes lines of keys, in pieces of any size", () => {
  assertEquals(typed("hello\r").lines, ["hello"]);
  assertEquals(typed("h", "i\rthere\r").lines, ["hi", "there"]);
  assertEquals(typed("ab\x1b", "[", "Dx\r").lines, ["axb"]);
});

Deno.test("Editor: edits by graphemes, whatever they are made of", () => {
  assertEquals(typed("a👩‍👧e\u0301\x7f\x7f\r").lines, ["a"]);
  assertEquals(typed("ab\x1b[D\x1b[D\x1b[Cx\r").lines, ["axb"]);
  assertEquals(typed("bc\x01a\x05d\r").lines, ["abcd"]);
  assertEquals(typed("abc\x1b[D\x1b[3~\r").lines, ["ab"]);
  assertEquals(typed("one two\x17\r").lines, ["one "]);
  assertEquals(typed("one\x15two\x1b[D\x0b\r").lines, ["tw"]);
});

Deno.test("Editor: recalls what was typed before", () => {
  assertEquals(typed("one\rtwo\r\x1b[A\x1b[A\r").lines, ["one", "two", "one"]);
  assertEquals(typed("one\r\x1b[A\x1b[B\x1b[Bx\r").lines, ["one", "x"]);
});

Deno.test("Editor: ends on Ctrl-C always and on Ctrl-D in an empty line", () => {
  assert(typed("abc\x03").ended);
  assert(typed("\x04").ended);
  const { editor, ended } = typed("abc\x01\x04");
  assertEquals([ended, editor.right], [false, "bc"]);
});

Deno.test("Editor: takes no control character, no unknown key, and no endless line", () => {
  assertEquals(typed("a\x07\x1b[15~\x1bOP\x1bxb\r").lines, ["ab"]);
  const { editor } = typed("x".repeat(LIMITS.talkLine + 10));
  assertEquals(editor.left.length, LIMITS.talkLine);
});
