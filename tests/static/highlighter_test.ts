/** The colours of code. */

import { assert, assertEquals } from "@std/assert";
import { languages } from "sugar-high/lang";
import { highlight } from "../../static/highlighter.ts";
import { seeded } from "../../testing/random.ts";

const kindsOf = (code: string, language: string) =>
  highlight(code, language)?.flatMap(({ kind, text }) => kind ? [`${kind} ${text.trim()}`] : []);

Deno.test("highlight: tells the parts of a line, by a language's name or alias", () => {
  const parts = ["keyword const", "string 'b'", "comment // c"];
  for (const name of ["ts", "TypeScript", "js"]) {
    assertEquals(kindsOf("const a = 'b' // c", name), parts, name);
  }
  assertEquals(kindsOf('{"a": 1}', "json"), ['property "a"', "name 1"]);
});

Deno.test("highlight: tells the lines of a difference", () => {
  assertEquals(kindsOf("@@ -1 +1 @@\n-old 'x'\n+new\n same", "diff"), [
    "comment @@ -1 +1 @@",
    "removed -old 'x'",
    "added +new",
  ]);
});

Deno.test("highlight: leaves code of other languages, and long code, as it is", () => {
  for (const language of ["", "nothing", "constructor", "__proto__"]) {
    assertEquals(highlight("const a", language), undefined, language);
  }
  const line = `a = '${"x".repeat(394)}'\n`;
  assert(highlight(line.slice(0, -1).slice(0, 400), "js"));
  assertEquals(highlight(`${line}x`.replace("a", "aa"), "js"), undefined);
  assert(highlight("a\n".repeat(4_000), "js"));
  assertEquals(highlight("a\n".repeat(4_001), "js"), undefined);
});

Deno.test("highlight: keeps every character, in every language", () => {
  let coloured = 0;
  const random = seeded(7);
  const parts = [
    "\n",
    "  ",
    "\t",
    "\r",
    "\u00a0",
    "'",
    '"',
    "`",
    "${",
    "}",
    "{",
    "<a b='c'>",
    "</",
  ];
  parts.push("/*", "*/", "//", "#", "--", "const", "\\", "12.4", "👍", "漢", "\ud83d", "@@", "+x");
  for (const { id } of languages) {
    for (let round = 0; round < 100; round++) {
      const code = Array.from({ length: random.int(20) }, () => random.pick(parts)).join("");
      const pieces = highlight(code, id);
      if (!pieces) continue;
      coloured++;
      assertEquals(pieces.map(({ text }) => text).join(""), code, id);
    }
  }
  // What the library would change is not coloured, which must be rare.
  assert(coloured > 99 * (languages.length - 1), `${coloured}`);
});
