/** What is said of files in words, and how large they are shown. */

import { assertEquals } from "@std/assert";
import { endingOf, kindOf, spaceOf, summaryOf } from "../../static/text/files.ts";
import { sizesIn } from "../../static/text/sizes.ts";

const file = (more: Record<string, unknown>) => ({ id: "x", name: "x", ...more });

Deno.test("kindOf: shows pictures, sound and films in their place, and everything else as a card", () => {
  assertEquals(kindOf(file({ type: "image/png", width: 1, height: 1 })), "image");
  assertEquals(kindOf(file({ type: "image/png" })), "card");
  assertEquals(kindOf(file({ type: "audio/ogg" })), "audio");
  assertEquals(kindOf(file({ type: "video/mp4" })), "video");
  for (const type of ["text/plain", "application/pdf", "", "imagery/png", undefined]) {
    assertEquals(kindOf(file({ type })), "card");
  }
});

Deno.test("spaceOf: fits a picture into its space, keeps its shape, and enlarges none", () => {
  assertEquals(spaceOf(file({ width: 40, height: 30 })), { width: 40, height: 30 });
  assertEquals(spaceOf(file({ width: 1600, height: 900 })), { width: 416, height: 234 });
  assertEquals(spaceOf(file({ width: 600, height: 1400 })), { width: 137, height: 320 });
  assertEquals(spaceOf(file({ width: 10_000, height: 1 })), { width: 416, height: 1 });
});

Deno.test("endingOf: is a short ending, in capitals", () => {
  const endings = ["a.pdf", "a.tar.gz", "a", "a.", ".x", "a.something"];
  assertEquals(endings.map((name) => endingOf(file({ name }))), ["PDF", "GZ", "", "", "X", ""]);
});

Deno.test("summaryOf: is the text, else what the files show or are called", () => {
  const bare = { id: "x", name: "x", type: "", size: 1 };
  const files = [{ ...bare, alt: "a flag" }, bare];
  assertEquals(summaryOf({ text: "**see**", files }), "see");
  assertEquals(summaryOf({ text: "", files }), "a flag, x");
  assertEquals(summaryOf({ text: "" }), "");
});

Deno.test("sizesIn: writes sizes in the reader's language", () => {
  const [en, de, zh] = ["en", "de", "zh"].map((language) => sizesIn([language]));
  assertEquals([0, 1, 999, 1_000, 248_000, 10_485_760, 5e9].map(en), [
    "0 byte",
    "1 byte",
    "999 byte",
    "1 kB",
    "248 kB",
    "10.5 MB",
    "5 GB",
  ]);
  assertEquals([de(10_485_760), zh(1_500)], ["10,5 MB", "1.5 kB"]);
});
