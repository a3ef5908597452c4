/** When two names are the same name. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { compareCodePoints, foldName, isListed } from "../../hub/room_name.ts";

const SAME = [
  ["lobby", "LOBBY", "Lobby", "ｌｏｂｂｙ", "ＬＯＢＢＹ"],
  ["straße", "STRASSE", "STRAẞE", "Strasse"],
  ["ΟΔΟΣ", "οδος", "οδοσ", "Οδός".normalize("NFD").replace(/\u0301/, "")],
  ["Ⅷ", "ⅷ", "viii"],
  ["①", "1"],
  ["ﬁsch", "FISCH"],
  ["Kelvin", "\u212aelvin"],
  ["café", "cafe\u0301", "CAFÉ"],
  ["ガ", "ｶﾞ", "カ\u3099"],
  ["ǰ", "J̌"],
  ["İ", "i\u0307"],
  ["𝒜", "a"],
  ["Ꮳ", "ꮳ"],
  ["日本", "日本\ufe0f"],
];

Deno.test("foldName: is the same for names that differ in case or width alone", () => {
  for (const names of SAME) {
    for (const name of names) assertEquals(foldName(name), foldName(names[0]), name);
  }
});

Deno.test("foldName: changes nothing when it is applied again", () => {
  for (const name of SAME.flat()) assertEquals(foldName(foldName(name)), foldName(name), name);
});

Deno.test("foldName: keeps other names apart", () => {
  const others = ["lobby", "lobbyy", "ı", "i", "cafe", "café", "ö", "o", "東京", "京都", "ς1", "а"];
  assertEquals(new Set(others.map(foldName)).size, others.length);
});

Deno.test("foldName: folds an iota below a letter after the marks above it, as Unicode says", () => {
  assertEquals(foldName("\u1f09\u20d2\u0345"), "\u1f01\u20d2\u03b9");
});

Deno.test("foldName: has no regard for the place of a letter", () => {
  assertEquals(foldName("ΣΣ"), foldName("Σ").repeat(2));
  assertNotEquals("ΣΣ".toLowerCase(), "Σ".toLowerCase().repeat(2));
});

Deno.test("compareCodePoints: orders surrogates after all other units, and prefixes first", () => {
  const ordered = ["", "a", "ab", "b", "\ufffd", "𝒜", "𝒜a", "𝒞"];
  for (let n = 1; n < ordered.length; n++) {
    assert(compareCodePoints(ordered[n - 1], ordered[n]) < 0, ordered[n]);
    assert(compareCodePoints(ordered[n], ordered[n - 1]) > 0, ordered[n]);
    assertEquals(compareCodePoints(ordered[n], ordered[n]), 0);
  }
});

Deno.test("isListed: is false for hidden rooms and the server's own logs", () => {
  const names = ["lobby", "日本", "~abc", "@people"];
  assertEquals(names.map(isListed), [true, true, false, false]);
});
