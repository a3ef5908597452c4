/** What the tests of the search share: a search over a journal, and asking it. */

import { LIMITS } from "../config/limits.ts";
import type { Journal } from "../journal/journal.ts";
import { parseQuery } from "../search/query.ts";
import { type FoundPage, type Scope, Search, type SearchOptions } from "../search/search.ts";
import { rememberingLog } from "./servers.ts";
import { until } from "./wait.ts";

/** All open rooms. */
export const OPEN: Scope = { isOpen: true, rooms: [] };

/** A search over a journal, in memory unless the options say otherwise; and its log. */
export function searchOver(journal: Journal, options: Partial<SearchOptions> = {}) {
  const log = rememberingLog();
  const search = new Search({ journal, log, path: ":memory:", keep: 0, ...options });
  return { search, log, [Symbol.asyncDispose]: () => search.close() };
}

/** One page of results. */
export function ask(
  search: Search,
  text: string,
  more: Partial<Parameters<Search["find"]>[0]> = {},
): Promise<FoundPage> {
  return search.find({
    query: parseQuery(text),
    scope: OPEN,
    limit: LIMITS.search.page,
    address: "192.0.2.1",
    signal: new AbortController().signal,
    ...more,
  });
}

/** The results, when the index has caught up: each as its room and number, newest first. */
export async function results(
  search: Search,
  text: string,
  more: Partial<Parameters<Search["find"]>[0]> = {},
): Promise<string[]> {
  let page: FoundPage | undefined;
  await until(
    async () => !(page = await ask(search, text, more)).isPartial,
    `the index to have everything for ${text}`,
  );
  return page!.found.map(({ room, message }) => `${room}/${message.seq}`);
}

/** All that is in a file and in its log, as Latin-1. */
export function bytesOf(path: string): string {
  const decoder = new TextDecoder("latin1");
  return ["", "-wal"].map((end) => {
    try {
      return decoder.decode(Deno.readFileSync(path + end));
    } catch {
      return "";
    }
  }).join("");
}
