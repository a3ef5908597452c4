/**
 * The query language: what people type, as terms.
 *
 * All words must match. `"a phrase"` is words that follow each other, `begin*` the beginning of a word, and
 * so is the last word as long as nothing follows it. `from:name`, `in:room`, `has:file`, `has:link`,
 * `before:2026-01-31` and `after:2026-01-31` narrow the search. Everything else is text: nobody can reach
 * the syntax of FTS5. A query that is too long, or finds everything, throws a {@linkcode QueryError}.
 */

import { LIMITS } from "../config/limits.ts";
import { type Word, wordsOf } from "./words.ts";

/** Tokens that follow each other; of the last one perhaps only the beginning. */
export interface Term {
  readonly tokens: readonly string[];
  readonly isPrefix: boolean;
}

/** What a message must have. */
export interface Query {
  /** Each of them is in its text. */
  readonly terms: readonly Term[];
  /** One of them is in its sender's name, if there are any. */
  readonly senders: readonly Term[];
  /** It has all of these. */
  readonly has: readonly Having[];
  /** It was said in one of these, if there are any; names of rooms as they were typed. */
  readonly rooms: readonly string[];
  /** It was said before this time, and at this time or later, in milliseconds since 1970. */
  readonly before?: number;
  readonly after?: number;
}

/** What else a message can have. */
export type Having = "file" | "link";

/** A query that cannot be answered. The message says why, for people. */
export class QueryError extends Error {
  override name = "QueryError";
}

/** A part of a query: an operator with its value, a quoted text, or a word. */
const PARTS = /(?:(from|in|has|before|after):)?(?:"([^"]*)"?(\*?)|(\S*))/giu;
const QUOTES = /[“”„‟«»＂]/gu;

type Draft = { -readonly [K in keyof Query]: Query[K] } & Record<"terms" | "senders", Term[]> & {
  has: Having[];
  rooms: string[];
};

/**
 * Reads a query.
 *
 * @example
 * ```ts
 * parseQuery('from:ann "see you" tomo'); // two terms, the second a prefix, and a sender
 * ```
 * @param isNarrowed something else narrows the search already, so that it may be empty
 * @throws {QueryError} if it is too long, has no word, or an operator has a value that it does not take
 */
export function parseQuery(text: string, isNarrowed = false): Query {
  if (text.length > LIMITS.search.query) {
    throw new QueryError(`a query has ${LIMITS.search.query} characters at most`);
  }
  const draft: Draft = { terms: [], senders: [], has: [], rooms: [] };
  const clean = text.replace(QUOTES, '"').replaceAll("：", ":");
  for (const part of clean.matchAll(PARTS)) {
    const [whole, operator, quoted, star, word] = part;
    const value = quoted ?? word;
    const isLast = word !== undefined && part.index + whole.length === clean.length;
    add(draft, operator?.toLowerCase(), value, isLast || star === "*" || value.endsWith("*"));
  }
  check(draft, isNarrowed);
  return draft;
}

function add(draft: Draft, operator: string | undefined, value: string, isOpen: boolean): void {
  switch (operator) {
    case "from":
      return push(draft.senders, termOf(value, isOpen));
    case "in":
      return push(draft.rooms, value || undefined);
    case "has":
      return push(draft.has, havingOf(value));
    case "before":
      draft.before = Math.min(draft.before ?? Infinity, dayOf("before", value));
      return;
    case "after":
      draft.after = Math.max(draft.after ?? 0, dayOf("after", value));
      return;
  }
  push(draft.terms, termOf(value, isOpen));
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

/**
 * The term for a text; undefined if there is no word in it.
 *
 * @param isOpen the last word may go on
 */
export function termOf(text: string, isOpen: boolean): Term | undefined {
  const words = wordsOf(text);
  const last = words.pop();
  if (!last) return;
  // Where a run of a script without spaces ends in the query, it may go on in the message.
  if (last.kind === "last" && words.at(-1)?.kind === "pair") {
    return { tokens: tokens(words), isPrefix: false };
  }
  const isLong = last.token.length >= LIMITS.search.prefix;
  const isPrefix = last.kind === "last" || isOpen && isLong;
  return { tokens: tokens([...words, last]), isPrefix };
}

const tokens = (words: readonly Word[]) => words.map(({ token }) => token);

function havingOf(value: string): Having {
  const word = value.toLowerCase();
  if (word === "file" || word === "link") return word;
  throw new QueryError("has: takes file or link");
}

/** When a day begins (UTC). */
function dayOf(operator: string, value: string): number {
  const time = parseDay(value);
  if (time !== undefined) return time;
  throw new QueryError(`${operator}: takes a date such as 2026-01-31`);
}

/** When a day begins (UTC), in milliseconds since 1970; undefined if it is no day. */
export function parseDay(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return;
  const time = Date.parse(text);
  // A month has no 31st day only for some parsers.
  return new Date(time || NaN).toJSON()?.startsWith(text) ? time : undefined;
}

function check({ terms, senders, has, rooms }: Draft, isNarrowed: boolean): void {
  const { terms: most, tokens } = LIMITS.search;
  const all = [...terms, ...senders];
  if (all.length + has.length + rooms.length > most) {
    throw new QueryError(`a query has ${most} words at most`);
  }
  if (all.reduce((sum, { tokens }) => sum + tokens.length, 0) > tokens) {
    throw new QueryError(`the words of a query have ${tokens} parts at most`);
  }
  if (all.length + has.length === 0 && !isNarrowed) {
    throw new QueryError("q needs a word, a from: or a has:");
  }
}
