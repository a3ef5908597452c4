/** The emoji that a search finds, and the ways through them. */

import { assertEquals } from "@std/assert";
import {
  type Emoji,
  known,
  matching,
  sectionsOf,
  type Step,
  stepped,
} from "../../static/text/emoji.ts";

const EMOJI: readonly Emoji[] = [
  ["😍", "smiling face with heart-eyes", "crush heart love", 0],
  ["❤️", "red heart", "emotion love", 0],
  ["💘", "heart with arrow", "cupid", 0],
  ["👍", "thumbs up", "+1 good yes", 1],
  ["☕", "hot beverage", "coffee tea", 4],
];

/** What `deno task emoji` has written. */
const written = (language: string): Promise<Emoji[]> =>
  Deno.readTextFile(new URL(`../../static/emoji/${language}.json`, import.meta.url))
    .then(JSON.parse);

const found = (typed: string, all = EMOJI) => matching(all, typed).map(([emoji]) => emoji);

Deno.test("emoji: are the same in every language, once, in the form that everyone sends", async () => {
  const [en, zh] = await Promise.all([written("en"), written("zh")]);
  assertEquals(zh.map(([emoji]) => emoji), en.map(([emoji]) => emoji));
  assertEquals(en.filter(([emoji]) => /\p{Emoji_Presentation}\u{FE0F}/u.test(emoji)), []);
  assertEquals(en.find(([, name]) => name === "red heart")?.[0], "\u2764\ufe0f");
  assertEquals(en.find(([, name]) => name === "thumbs up")?.[0], "\u{1f44d}");
  assertEquals(sectionsOf(en).map(({ group }) => group), [0, 1, 3, 4, 5, 6, 7, 8, 9]);
  const emoji = new Set(en.map(([emoji]) => emoji));
  assertEquals([emoji.size, emoji.has("🏽")], [en.length, false]);
});

Deno.test("matching: finds words by their beginnings, and names that begin so first", () => {
  assertEquals(found("heart"), ["💘", "😍", "❤️"]);
  assertEquals(found("  HEAR  re "), ["❤️"]);
  assertEquals(found("eyes"), ["😍"]);
  assertEquals(found("eart"), []);
  assertEquals(found("+1"), ["👍"]);
  assertEquals(found("☕"), ["☕"]);
});

Deno.test("matching: finds parts of words where words are not separated", () => {
  const chinese: readonly Emoji[] = [["👍", "拇指向上", "同意 真棒", 1], ["☕", "热饮", "咖啡", 4]];
  assertEquals([found("向上", chinese), found("啡", chinese)], [["👍"], ["☕"]]);
});

Deno.test("matching: finds 160 at most", () => {
  const many = Array.from({ length: 500 }, (): Emoji => ["👍", "thumbs up", "", 1]);
  assertEquals(found("thumbs", many).length, 160);
});

Deno.test("known: leaves out what is not one emoji", () => {
  const all: readonly Emoji[] = [...EMOJI, ["👍👍", "two", "", 1], ["x", "a letter", "", 1]];
  assertEquals(known(all), [...EMOJI]);
});

Deno.test("sectionsOf: makes one of each group, in order", () => {
  assertEquals(sectionsOf(EMOJI).map(({ group, emoji }) => [group, emoji.length]), [
    [0, 3],
    [1, 1],
    [4, 1],
  ]);
});

Deno.test("stepped: goes along and across the rows, and stays at the ends", () => {
  // Rows: 0 to 7, 8 and 9; 10 to 12.
  const to = (at: number, step: Step) => stepped(at, step, [10, 3]);
  assertEquals([to(0, "before"), to(7, "after"), to(12, "after")], [0, 8, 12]);
  assertEquals([to(1, "down"), to(9, "down"), to(7, "down")], [9, 11, 9]);
  assertEquals([to(12, "up"), to(8, "up"), to(3, "up"), to(11, "down")], [9, 0, 3, 11]);
  assertEquals([stepped(0, "down", []), stepped(0, "after", [0])], [0, 0]);
});
