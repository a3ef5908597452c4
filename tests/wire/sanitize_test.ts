import { assert, assertEquals, assertFalse } from "@std/assert";
import { cleanName, cleanText, fitsBytes, isRoomName, oneLine } from "../../wire/sanitize.ts";

Deno.test("cleanText: removes control characters, and every carriage return is a newline", () => {
  assertEquals(cleanText("a\0b\x07c\x1bd\x7fe\x85f\r\ng\th"), "abcdef\ng\th");
  const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join("");
  assertEquals(cleanText(controls), "\t\n\n");
  assertEquals(cleanText("a\r\nb\rc\n\rd"), "a\nb\nc\n\nd");
});

Deno.test("cleanText: removes lone surrogates and keeps pairs", () => {
  assertEquals(cleanText("a\ud800b\udc00c"), "abc");
  assertEquals(cleanText("\udc00\ud83d\ude00\ud83d"), "😀");
});

Deno.test("cleanText: keeps text of every script as it is", () => {
  for (
    const text of ["", "héllo", "שלום عالم", "日本語", "👩‍👩‍👧", "e\u0301", "a\u2028b", "<b>&amp;"]
  ) {
    assertEquals(cleanText(text), text);
  }
});

Deno.test("oneLine: turns whatever may end a line into a space", () => {
  assertEquals(oneLine("\n a\nb\n\nc \n"), "  a b  c  ");
  assertEquals(oneLine("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h"), "a b c d e f g h");
});

Deno.test("cleanName: trims, and counts code points", () => {
  assertEquals(cleanName("  Ada L. "), "Ada L.");
  assertEquals(cleanName("x".repeat(64)), "x".repeat(64));
  assertEquals(cleanName("x".repeat(65)), undefined);
  assertEquals(cleanName("😀".repeat(64)), "😀".repeat(64));
  assertEquals(cleanName("😀".repeat(65)), undefined);
  assertEquals(cleanName(` ${"é".repeat(64)} `), "é".repeat(64));
});

Deno.test("cleanName: refuses what is empty", () => {
  for (const name of ["", " ", "\n\t "]) assertEquals(cleanName(name), undefined);
});

Deno.test("cleanName: removes control characters, overrides of direction and whatever is invisible", () => {
  const codes = [0, 7, 9, 10, 27, 0x7f, 0x85, 0xad, 0x200b, 0x200d, 0x2028, 0x202a, 0x202e];
  for (const code of [...codes, 0x2066, 0x2069, 0x3164, 0xfe0f, 0xfeff, 0xe0041]) {
    const character = String.fromCodePoint(code);
    assertEquals(cleanName(`a${character}b`), "ab", code.toString(16));
    assertEquals(cleanName(character), undefined, code.toString(16));
  }
  assertEquals(cleanName("a\ud800b"), undefined);
});

Deno.test("cleanName: keeps joiners where an emoji or a script needs them", () => {
  const names = [
    "👩\u200d🚀",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "می\u200cخواهم",
    "क्\u200dष",
    "🏴\u{e0067}\u{e007f}",
  ];
  for (const name of names) assertEquals(cleanName(name), name);
  assertEquals(cleanName("a\u200d\u200cb"), "ab");
});

Deno.test("cleanName: refuses a name without letter, digit, symbol or emoji, and the server's own", () => {
  for (
    const name of ["...", "\u0301\u0301", "\u2800", "-- !", "server", " SERVER ", "ｓｅｒｖｅｒ"]
  ) {
    assertEquals(cleanName(name), undefined, name);
  }
});

Deno.test("cleanName: accepts names of every script", () => {
  for (const name of ["علي", "שרה", "हिन्दी", "李雷", "Łukasz", "👩‍🚀", "a:b", "O'Neill"]) {
    assertEquals(cleanName(name), name);
  }
});

Deno.test("isRoomName: accepts letters, digits and marks of every script", () => {
  const names = ["lobby", "Über", "東京", "مرحبا", "हिन्दी", "שלום", "a-b_c.d", "7", "٣", "가나다"];
  for (const name of names) assert(isRoomName(name), name);
});

Deno.test("isRoomName: counts code points up to 64", () => {
  assert(isRoomName("x".repeat(64)));
  assertFalse(isRoomName("x".repeat(65)));
  assert(isRoomName("𐌰".repeat(64)));
  assertFalse(isRoomName("𐌰".repeat(65)));
});

Deno.test("isRoomName: refuses what starts with a mark", () => {
  for (const name of ["\u0301a", "\u093fक", "-a", "_a", ".a", ".", ".."]) {
    assertFalse(isRoomName(name), name);
  }
});

Deno.test("isRoomName: refuses spaces, signs, controls and an empty name", () => {
  for (
    const name of [
      "",
      " ",
      "a b",
      "a/b",
      "a\\b",
      "a%b",
      "a?b",
      "😀",
      "a\n",
      "a\0",
      "a\u202eb",
      "a\ud800",
    ]
  ) {
    assertFalse(isRoomName(name), JSON.stringify(name));
  }
});

Deno.test("isRoomName: refuses what is not in NFC", () => {
  assert(isRoomName("caf\u00e9"));
  assertFalse(isRoomName("cafe\u0301"));
  assertFalse(isRoomName("\u1100\u1161"));
  assertFalse(isRoomName("\u212b"));
});

Deno.test("fitsBytes: counts bytes of UTF-8, to the byte", () => {
  for (const [text, bytes] of [["", 0], ["abc", 3], ["é", 2], ["日本", 6], ["😀", 4]] as const) {
    assert(fitsBytes(text, bytes), text);
    if (bytes > 0) assertFalse(fitsBytes(text, bytes - 1), text);
  }
  assert(fitsBytes("x".repeat(4096), 4096));
  assertFalse(fitsBytes("x".repeat(4097), 4096));
  assert(fitsBytes("é".repeat(2048), 4096));
  assertFalse(fitsBytes("é".repeat(2048) + "x", 4096));
});
