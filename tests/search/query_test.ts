/** What people type, as terms; and what is refused. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { parseDay, parseQuery, QueryError } from "../../search/query.ts";

/** A query in short: `word`, `two+words`, `begin*`, `@sender`, and what else narrows it. */
function short(text: string): string {
  const { terms, senders, has, rooms, before, after } = parseQuery(text);
  const term = ({ tokens, isPrefix }: typeof terms[number]) =>
    tokens.join("+") + (isPrefix ? "*" : "");
  const day = (time: number) => new Date(time).toJSON().slice(0, 10);
  return [
    ...terms.map(term),
    ...senders.map((one) => `@${term(one)}`),
    ...has.map((one) => `has ${one}`),
    ...rooms.map((room) => `in ${room}`),
    ...before === undefined ? [] : [`before ${day(before)}`],
    ...after === undefined ? [] : [`after ${day(after)}`],
  ].join(", ");
}

const QUERIES: Readonly<Record<string, string>> = {
  "hello world ": "hello, world",
  "hello wor": "hello, wor*",
  "wo": "wo",
  "hel* x ": "hel*, x",
  '"see you" later ': "see+you, later",
  '"see yo"* x ': "see+yo, x",
  '"see you': "see+you",
  "“see you” ": "see+you",
  "don't ": "don+t",
  "https://example.org/a ": "https+example+org+a",
  "東": "東*",
  "東京都": "東京+京都",
  "都x東京 ": "都+x+東京",
  "FROM:Ann in:lobby x ": "x, @ann, in lobby",
  'from:"Ann Lee" from:bo': "@ann+lee, @bo",
  "from：ann　has：link": "@ann, has link",
  "has:file has:LINK": "has file, has link",
  "x before:2026-02-01 after:2026-01-31 ": "x, before 2026-02-01, after 2026-01-31",
  "x before:2026-02-01 before:2025-02-01": "x, before 2025-02-01",
  "x from: in: ": "x",
  "word NOT other OR (x) ^y {z} -a col:b ": "word, not, other, or, x, y, z, a, col+b",
};

for (const [text, expected] of Object.entries(QUERIES)) {
  Deno.test(`parseQuery: reads ${text}`, () => assertEquals(short(text), expected));
}

Deno.test("parseQuery: refuses a query that finds everything, or that it does not understand", () => {
  for (
    const text of ["", " ", '"', '""', "*", "-", "👍", "in:lobby", "before:2026-01-01", "from:"]
  ) {
    assertThrows(() => parseQuery(text), QueryError, "needs a word", text);
  }
  for (const text of ["has:x", "has:"]) {
    assertThrows(() => parseQuery(text), QueryError, "file or link");
  }
  for (const day of ["2026-13-01", "2026-02-30", "yesterday", "20260101", "9999999-01-01", ""]) {
    assertThrows(() => parseQuery(`x before:${day}`), QueryError, "a date", day);
  }
});

Deno.test("parseQuery: takes LIMITS.search of characters, words and parts, and not one more", () => {
  const { query, terms, tokens } = LIMITS.search;
  parseQuery("x".repeat(query));
  assertThrows(() => parseQuery("x".repeat(query + 1)), QueryError, "characters at most");
  parseQuery("x ".repeat(terms));
  assertThrows(() => parseQuery("x ".repeat(terms + 1)), QueryError, "words at most");
  assertThrows(() => parseQuery("in:x ".repeat(terms) + "x"), QueryError, "words at most");
  parseQuery(`"${"x ".repeat(tokens)}"`);
  assertThrows(() => parseQuery(`"${"x ".repeat(tokens + 1)}"`), QueryError, "parts at most");
});

Deno.test("parseDay: gives the beginning of a day in UTC", () => {
  assertEquals(parseDay("2026-01-31"), Date.UTC(2026, 0, 31));
  assert(parseDay("2024-02-29"));
  assertEquals(parseDay("2023-02-29"), undefined);
});
