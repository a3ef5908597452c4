/** `@name` in a text that is being written: where it begins, and whom it means. */

import { assertEquals } from "@std/assert";
import { meant, startOf } from "../../static/text/mentions.ts";

Deno.test("startOf: finds the @ of a word, and none in an address or behind a blank", () => {
  const found = ["@", "hi @be", "你好@本", "me@ho", "@ann ", "x @@a"].map((text) =>
    startOf(text, text.length)
  );
  assertEquals(found, [0, 3, 2, undefined, undefined, 3]);
  assertEquals(startOf("@ann and", 3), 0);
});

Deno.test("meant: a longer name counts before its beginning, a chosen one before a namesake", () => {
  const people = [
    { id: "1", name: "Ann" },
    { id: "2", name: "Ann Lee" },
    { id: "3", name: "Ben" },
    { id: "4", name: "Ben" },
  ];
  assertEquals(meant("@ann lee, hello", [], people), ["2"]);
  assertEquals(meant("@Ben and @Ann", [people[3]], people), ["4", "1"]);
  assertEquals(meant("@Ben or @Ben", [people[2], people[3]], people), ["3", "4"]);
  assertEquals(meant("nobody", [people[0]], people), []);
});
