/** The kind of message that a text is, and how much of it is shown. */

import { assert, assertEquals } from "@std/assert";
import { actionOf, cut, isEmoji, oneLine, tidy } from "../../static/text/shape.ts";

Deno.test("isEmoji: takes one to eight emoji with spaces between them", () => {
  for (const text of ["🎉", "👩‍👩‍👧 🎉", " 🇩🇪 ", "👍🏽".repeat(8), "✅", "1️⃣"]) {
    assert(isEmoji(text), text);
  }
  for (const text of ["", " ", "a🎉", "🎉!", "🎉".repeat(9), "1", "👍".repeat(4000)]) {
    assert(!isEmoji(text), text.slice(0, 20));
  }
});

Deno.test("actionOf: takes what is behind /me", () => {
  assertEquals(actionOf("/me  waves\n twice"), "waves\n twice");
  assertEquals(actionOf("/me\nwaves"), "waves");
  for (const text of ["/me", "/me ", "/mean", "a /me b", ""]) {
    assertEquals(actionOf(text), undefined);
  }
});

Deno.test("cut: shows what is not tall as a whole", () => {
  for (const text of ["a", "a\n".repeat(23), "x".repeat(1500), ""]) {
    assertEquals(cut(text), undefined);
  }
});

Deno.test("cut: shows the beginning of what is tall, by lines or by length", () => {
  assertEquals(cut("a\n".repeat(100))?.split("\n").length, 16);
  const words = cut("word ".repeat(800))!;
  assert("word ".repeat(800).startsWith(words) && words.length < 1400, String(words.length));
});

Deno.test("cut: does not split a character that is made of many", () => {
  const family = "👩‍👩‍👧‍👦";
  const shown = cut(family.repeat(300))!;
  assertEquals(shown.length % family.length, 0);
});

Deno.test("tidy: keeps the first line's indentation, and drops blank lines around the text", () => {
  assertEquals(tidy("\n \n    indented\n  more  \n\n"), "    indented\n  more");
  assertEquals(tidy("  a"), "  a");
  for (const blank of ["", "  ", "\n \n\t"]) assertEquals(tidy(blank), "");
});

Deno.test("oneLine: gives the first line that says something, without its marks", () => {
  assertEquals(oneLine("\n  \n> quoted\nanswer"), "quoted");
  assertEquals(oneLine("```ts\nlet a;\n```"), "let a;");
  assertEquals(oneLine("a".repeat(1000)).length, 200);
  assertEquals(oneLine("> \n\n"), "");
  assertEquals(
    oneLine("**all *at* once**, `a_b`, [here](https://example.org)"),
    "all at once, a_b, here",
  );
});
