/** The search over HTTP: messages of all rooms that may be entered, by their words. */

import { type Check, flag, list, object, optional, text } from "./check.ts";
import { checkMessage } from "./decode.ts";
import { ask, query, type Server, under } from "./http.ts";
import type { Message } from "./protocol.ts";

/** More results, and more pieces of a snippet, than any server sends. */
const MOST = 1_000;

/** What is searched for. */
export interface SearchQuery {
  /**
   * All words must match. `"a phrase"`, `begin*`, `from:name`, `in:room`, `has:file`, `has:link`,
   * `before:2026-01-31` and `after:2026-01-31` narrow it; the last word may be the beginning of one.
   */
  readonly q: string;
  /** Only in this room. */
  readonly room?: string;
  /** Only of people whose name has these words. */
  readonly from?: string;
  /** Only messages of this time or later: milliseconds since 1970, or a day such as `2026-01-31`. */
  readonly after?: number | string;
  /** Only messages before this time, or behind the place that an earlier page called `next`. */
  readonly before?: number | string;
  /** 1 to 50. */
  readonly limit?: number;
}

/** A result: the message in its current state. */
export interface SearchResult {
  readonly room: string;
  readonly message: Message;
  /** The piece of its text around the first hit; the second, fourth … of these strings are hits. */
  readonly snippet: readonly string[];
}

/** A page of results, newest first. */
export interface SearchPage {
  readonly results: readonly SearchResult[];
  /** Whether there are more. */
  readonly more: boolean;
  /** Where they begin: `before` of the next page. */
  readonly next?: string;
  /** The server has not looked at everything: there may be others in between later. */
  readonly partial?: boolean;
}

const checkPlace = object<Pick<SearchResult, "room" | "snippet">>({
  room: text,
  snippet: list(text, MOST),
});

const checkResult: Check<SearchResult> = (value) => ({
  ...checkPlace(value),
  message: checkMessage(value),
});

const checkPage = object({
  messages: list(checkResult, MOST),
  more: flag,
  next: optional(text),
  partial: optional(flag),
});

/**
 * Searches messages.
 *
 * @example
 * ```ts
 * const { results, next } = await search({ url: "https://chat.example", q: 'from:ann "spare keys"' });
 * for (const { room, message } of results) console.log(room, message.text);
 * ```
 * @throws {HttpError} 400 if the query cannot be understood; its message says why
 */
export async function search(
  { url, q, room, from, after, before, limit, ...server }: Server & SearchQuery,
): Promise<SearchPage> {
  const address = under(url, "search");
  address.search = query({ q, room, from, after, before, limit });
  const { messages, ...page } = await ask(checkPage, address, server);
  return { results: messages, ...page };
}
