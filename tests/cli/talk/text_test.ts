/** Text on a terminal. */

import { assertEquals } from "@std/assert";
import { columnsOf, fit, printable } from "../../../cli/talk/text.ts";

Deno.test("printable: leaves nothing that controls a terminal", () => {
  assertEquals(printable("a\x1b[2Jb\x9bc\x07d\r\ne\u202ef\u2066g\u2028h\ttab"), "a[2Jbcd efgh tab");
  assertEquals(printable("Grüße, 東京 👩‍👧 e\u0301"), "Grüße, 東京 👩‍👧 e\u0301");
  assertEquals([printable(undefined), printable(7)], ["", "7"]);
});

Deno.test("columnsOf: counts two for wide letters and emoji, also those below U+10000", () => {
  assertEquals(["a", "東", "👩‍👧", "✅", "⌚", "e\u0301", "𝐀"].map(columnsOf), [1, 2, 2, 2, 2, 1, 1]);
});

Deno.test("fit: shows what is around the cursor", () => {
  assertEquals(fit("abc", "def", 10), ["abc", "def"]);
  assertEquals(fit("abcdef", "g", 4), ["cdef", ""]);
  assertEquals(fit("ab", "cdef", 4), ["ab", "cd"]);
  assertEquals(fit("東京", "", 3), ["京", ""]);
});
