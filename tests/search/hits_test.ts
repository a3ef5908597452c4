/** Where queries match texts, and the pieces that show it. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { indexedOf } from "../../search/document.ts";
import { hitsOf, snippetOf } from "../../search/hits.ts";
import { parseQuery } from "../../search/query.ts";
import { message } from "../../testing/fakes.ts";
import { SENTENCES } from "../../testing/sentences.ts";

/** The text with its hits in brackets; undefined if the query does not match. */
function marked(text: string, query: string, name = "Ann Lee"): string | undefined {
  const hits = hitsOf(parseQuery(query), indexedOf({ ...message(1, text), name }));
  if (!hits) return;
  return snippetOf(text, hits).map((piece, n) => n % 2 === 1 ? `[${piece}]` : piece).join("");
}

const CASES: readonly (readonly [text: string, query: string, marked: string | undefined])[] = [
  ["see you, and YOU too", "you ", "see [you], and [YOU] too"],
  ["see you tomorrow", "tomo", "see you [tomorrow]"],
  ["see you tomorrow", "tomo ", undefined],
  ["see you tomorrow", '"you tomorrow"', "see [you tomorrow]"],
  ["you see tomorrow", '"you tomorrow"', undefined],
  ["Café au lait", "cafe lait ", "[Café] au [lait]"],
  ["東京都に", "京都", "東[京都]に"],
  ["東京都に", "京", "東[京]都に"],
  ["東京都に", "に", "東京都[に]"],
  ["東京 京都", "東京都", undefined],
  ["aa aa aa", '"aa aa"', "[aa aa aa]"],
  ["hello", "from:ann", "hello"],
  ["hello", 'from:"ann lee" hel*', "[hello]"],
  ["hello", "from:bob hello ", undefined],
  ["hello", "has:link hello ", undefined],
  ["at http://x.org", "has:link", "at http://x.org"],
  ["one\n\n two", "two ", "one [two]"],
];

for (const [text, query, expected] of CASES) {
  Deno.test(`hitsOf: compares ${text.replace(/\s+/g, " ")} with ${query}`, () => {
    assertEquals(marked(text, query), expected);
  });
}

Deno.test("hitsOf: finds what people look for in sentences of many scripts, and not the rest", () => {
  for (const { text, finds, misses } of SENTENCES) {
    for (const query of finds) assert(marked(text, query)?.includes("["), `${query} in ${text}`);
    for (const query of misses) assertEquals(marked(text, query), undefined, `${query} in ${text}`);
  }
});

Deno.test("snippetOf: shows a part of a long text, from shortly before the first hit", () => {
  const text = `${"before ".repeat(100)}needle${" after".repeat(100)}`;
  const start = text.indexOf("needle");
  const pieces = snippetOf(text, [{ start, end: start + 6 }]);
  assertEquals([pieces.length, pieces[1]], [3, "needle"]);
  assert(pieces[0].startsWith("…before"), pieces[0]);
  assert(pieces[2].endsWith("after …") || pieces[2].endsWith("after…"), pieces[2]);
  assertLess(pieces.join("").length, LIMITS.search.snippet + LIMITS.search.lead);
});

Deno.test("snippetOf: cuts no letter in two, and a hit where the part ends", () => {
  const text = "🙂".repeat(500);
  for (const piece of snippetOf(text, [{ start: 100, end: 102 }])) assert(piece.isWellFormed());
  for (const piece of snippetOf(text, [])) assert(piece.isWellFormed());
  const long = snippetOf("x".repeat(1_000), [{ start: 0, end: 1_000 }]);
  assertEquals(long.map(({ length }) => length), [0, LIMITS.search.snippet, 1]);
});
