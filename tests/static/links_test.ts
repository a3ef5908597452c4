/** Addresses in a text, and what belongs to the sentence around them. */

import { assertEquals } from "@std/assert";
import { linksOf } from "../../static/text/links.ts";

const found = (text: string) => linksOf(text).map(({ start, end }) => text.slice(start, end));

const ADDRESS = "https://example.org/a";

Deno.test("linksOf: finds http and https in any case, and nothing else", () => {
  assertEquals(found(`see ${ADDRESS} and HTTP://x.org`), [ADDRESS, "HTTP://x.org"]);
  assertEquals(found("javascript:alert(1) ftp://x.org mailto:a@x.org example.org //x.org"), []);
  assertEquals(found("https:// http://[::bad https://%zz"), []);
});

Deno.test("linksOf: leaves the sentence's punctuation out", () => {
  for (
    const after of [".", ",", ";", ":", "!", "?", "…", "...", "?!", "'", "’", ")", ").", "]", "}."]
  ) {
    assertEquals(found(`see ${ADDRESS}${after}`), [ADDRESS], after);
    assertEquals(found(`see ${ADDRESS}${after} more`), [ADDRESS], after);
  }
});

Deno.test("linksOf: ends at quotes, angle brackets and full-width punctuation", () => {
  for (const [before, after] of ["“”", "「」", "（）", "<>", '""', "«»", "《》", "【】"]) {
    assertEquals(found(`${before}${ADDRESS}${after}好`), [ADDRESS], after);
  }
  for (const after of "，。、；：！？～") {
    assertEquals(found(`看${ADDRESS}${after}好`), [ADDRESS], after);
  }
  assertEquals(found("看https://zh.example.org/东京，好"), ["https://zh.example.org/东京"]);
});

Deno.test("linksOf: keeps brackets that the address opens, and no others", () => {
  assertEquals(found("(https://x.org/a_(b)?c=d), more"), ["https://x.org/a_(b)?c=d"]);
  assertEquals(found("[https://x.org/a[1]]"), ["https://x.org/a[1]"]);
  assertEquals(found("((https://x.org/(a)))"), ["https://x.org/(a)"]);
});

Deno.test("linksOf: keeps apostrophes inside, and a trailing *, _ or ~ that is not emphasis", () => {
  const inside = "https://en.example.org/wiki/Hubble's_law";
  assertEquals(found(`'${inside}'`), [inside]);
  for (const mark of "*_~") {
    assertEquals(found(`${ADDRESS}/${mark} all`), [`${ADDRESS}/${mark}`]);
    assertEquals(found(`${mark}${ADDRESS}${mark}`), [ADDRESS]);
    assertEquals(found(`${mark}${mark}${ADDRESS}${mark}${mark}.`), [ADDRESS]);
  }
});

Deno.test("linksOf: ends at marks that change the direction of what follows", () => {
  assertEquals(found(`${ADDRESS}\u202egpj.exe`), [ADDRESS]);
  assertEquals(found(`\u2068${ADDRESS}\u2069`), [ADDRESS]);
});

/** How often a function reads a character of a text, by a text that counts. */
function readsOf(text: string, use: (text: string) => unknown): number {
  let reads = 0;
  const counted = new Proxy(Object(text), {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  use(counted as string);
  return reads;
}

Deno.test("linksOf: reads each character a constant number of times", () => {
  const trap = (n: number) => `世 https://a/${".".repeat(n)}x${")".repeat(n)}`;
  const many = (n: number) => "https://".repeat(n);
  for (const text of [trap, many]) {
    const [small, large] = [100, 1_000].map((n) => readsOf(text(n), linksOf));
    assertEquals(large < small * 11, true, `${small} and ${large} reads`);
  }
});
