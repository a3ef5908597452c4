/** A text as mentions and plain text. */

import { assert, assertEquals } from "@std/assert";
import { mentions } from "../../static/text/mentions.ts";
import { piecesOf } from "../../static/text/pieces.ts";

Deno.test("piecesOf: gives back the whole text, whatever it is", () => {
  for (const text of ["", " a\n b ", "@Ann https://x.org/@Ann @ann!", "<b>@Ann</b>", "@Ann@Ann"]) {
    assertEquals(piecesOf(text, "Ann").map((piece) => piece.text).join(""), text);
  }
});

Deno.test("piecesOf: tells mentions and text apart", () => {
  assertEquals(piecesOf("hi @ann.", "Ann"), [
    { kind: "text", text: "hi " },
    { kind: "mention", text: "@ann" },
    { kind: "text", text: "." },
  ]);
  assertEquals(piecesOf("hi @ann", ""), [{ kind: "text", text: "hi @ann" }]);
});

Deno.test("mentions: takes a name as a word, in any case, and not in an address", () => {
  for (const text of ["@Ann", "hi @ann!", "(@ANN)", "@Ann你好"]) {
    assert(mentions(text, "Ann"), text);
  }
  for (const text of ["Ann", "@Anna", "me@ann.org", "@Ann_1", "@Añn"]) {
    assert(!mentions(text, "Ann"), text);
  }
  assert(mentions("@林晓你好", "林晓"));
  assert(mentions("@a.*(b", "a.*(b"));
  assert(!mentions("@", ""));
});
