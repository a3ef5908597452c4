/** The words of texts in many scripts, and where they are. */

import { assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { tokensOf, wordsOf } from "../../search/words.ts";
import { NASTY } from "../../testing/nasty.ts";

const CASES: readonly (readonly [text: string, ...tokens: string[]])[] = [
  ["Café STRAẞE ΟΔΟΣ İstanbul", "cafe", "strasse", "οδοσ", "istanbul"],
  ["Ёжик, ЁЖИК", "ежик", "ежик"],
  ["كتـــابٌ أحمد", "كتاب", "احمد"],
  ["東京都 行", "東京", "京都", "都", "行"],
  ["ｶﾞｷﾞ", "ガギ", "ギ"],
  ["ゟ", "より", "り"],
  ["서울에", "서울", "울에", "에"],
  ["हिन्दी", "हिन्दी"],
  ["iPhone发布x", "iphone", "发布", "布", "x"],
  ["snake_case don't １２½", "snake", "case", "don", "t", "1212"],
  ["\u{20000}\u{20001}", "\u{20000}\u{20001}", "\u{20001}"],
  ["\uE000ann \uE001link 👍🏽 — «»"],
];

for (const [text, ...tokens] of CASES) {
  Deno.test(`tokensOf: gives the words of ${text}`, () => {
    const expected = text.startsWith("\uE000") ? ["ann", "link"] : tokens;
    assertEquals(tokensOf(text), expected);
  });
}

Deno.test("tokensOf: gives letters, marks and digits alone, whatever a text has", () => {
  for (const text of [...NASTY, "ﷺ ﬁ ⅷ ¼ ⓐ", "a\u0301\u0302b", "\u0301", "-\"'*^():{}AND OR NOT"]) {
    for (const token of tokensOf(text)) assertMatch(token, /^[\p{L}\p{M}\p{N}]+$/u);
  }
});

Deno.test("tokensOf: cuts a very long word", () => {
  assertEquals(tokensOf("x".repeat(10_000)), ["x".repeat(LIMITS.search.token)]);
});

Deno.test("wordsOf: says where each word is in the text", () => {
  const text = "👍 Café: ｶﾞｷﾞ東";
  assertEquals(
    wordsOf(text).map(({ token, start, end, firstEnd }) => [
      token,
      text.slice(start, end),
      text.slice(start, firstEnd),
    ]),
    [
      ["cafe", "Café", "Café"],
      ["ガギ", "ｶﾞｷﾞ", "ｶﾞ"],
      ["ギ東", "ｷﾞ東", "ｷﾞ"],
      ["東", "東", "東"],
    ],
  );
});
