/**
 * A search for messages while somebody types: asked once they pause, one request at a time. A request
 * whose query is outdated is aborted, and its answer never shown. What is listed follows the edits and
 * deletions that the page hears of. Does not know where the page is or what is open.
 */

import { batch, signal } from "@preact/signals";
import {
  applyChange,
  type MessageChange,
  type SearchPage,
  type SearchQuery,
  type SearchResult,
} from "../../sdk/mod.ts";
import { summaryOf } from "../text/files.ts";

const PAUSE_MS = 250;
const SLOW_MS = 500;
const PATIENCE_MS = 10_000;
/** With more results than this it is easier to narrow the search. */
const MOST = 500;

/** Words, and a room unless all are searched. */
export type Wanted = Pick<SearchQuery, "q" | "room">;
/** Asks a server for a page of results. */
export type Ask = (query: SearchQuery & { readonly signal: AbortSignal }) => Promise<SearchPage>;

/** The results so far, newest first. */
export interface Found {
  readonly results: readonly SearchResult[];
  /** Where the next page begins, if there is one to show. */
  readonly next?: string;
  /** The server has not looked at everything. */
  readonly isPartial: boolean;
}

/**
 * One search at a time.
 *
 * @example
 * ```ts
 * const messages = new MessageSearch((query) => search({ url, ...query }));
 * messages.found.subscribe((found) => console.log(found?.results));
 * messages.want({ q: "spare keys" });
 * ```
 */
export class MessageSearch {
  /** Undefined while there is no query that has been answered. */
  readonly found = signal<Found | undefined>(undefined);
  /** Why the last request failed. */
  readonly error = signal<unknown>(undefined);
  /** Whether an answer takes so long that the reader should know. */
  readonly isSlow = signal(false);
  readonly #ask: Ask;
  readonly #pauseMs: number;
  #wanted: Wanted = { q: "" };
  /** The query that `found` answers. */
  #answered: Wanted | undefined;
  #request = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Ask, pauseMs = PAUSE_MS) {
    this.#ask = ask;
    this.#pauseMs = pauseMs;
  }

  /** Asks this after a pause; what was wanted before is outdated. Earlier results stay until then. */
  want(wanted: Wanted): void {
    this.stop();
    this.#wanted = wanted;
    if (wanted.q.trim()) this.#timer = setTimeout(() => this.now(), this.#pauseMs);
    else batch(() => this.found.value = this.error.value = undefined);
  }

  /** Asks at once, or once more. */
  now(): void {
    if (this.#wanted.q.trim()) void this.#fetch();
  }

  /** Fetches the next page, unless another query is waiting for its first. */
  more(): void {
    const { next } = this.found.peek() ?? {};
    if (next !== undefined && this.#answered === this.#wanted) void this.#fetch(next);
  }

  /** Nobody waits for an answer any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#request.abort();
    this.isSlow.value = false;
  }

  /** A message of a room has changed: a deleted one is not listed, an edited one has its new text. */
  change(room: string, change: MessageChange): void {
    const found = this.found.peek();
    if (!found || (change.type !== "edit" && change.type !== "delete")) return;
    const results = found.results.flatMap((result) => {
      if (result.room !== room || result.message.seq !== change.of) return [result];
      const message = applyChange(result.message, change);
      if (message === result.message) return [result];
      return message.deleted ? [] : [{ room, message, snippet: [summaryOf(message)] }];
    });
    this.found.value = { ...found, results };
  }

  async #fetch(before?: string): Promise<void> {
    this.stop();
    const { signal } = this.#request = new AbortController();
    const slow = setTimeout(() => this.isSlow.value = !signal.aborted, SLOW_MS);
    try {
      const page = await this.#ask({
        ...this.#wanted,
        before,
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      if (!signal.aborted) this.#show(page, before === undefined);
    } catch (error) {
      if (!signal.aborted) this.#fail(error, before === undefined);
    } finally {
      clearTimeout(slow);
    }
  }

  #show({ results, next, partial = false }: SearchPage, isFirst: boolean): void {
    this.#answered = this.#wanted;
    const earlier = isFirst ? undefined : this.found.peek();
    const all = [...earlier?.results ?? [], ...results];
    batch(() => {
      this.isSlow.value = false;
      this.error.value = undefined;
      this.found.value = {
        results: all,
        next: all.length < MOST ? next : undefined,
        isPartial: partial || (earlier?.isPartial ?? false),
      };
    });
  }

  #fail(error: unknown, isFirst: boolean): void {
    batch(() => {
      this.isSlow.value = false;
      this.error.value = error;
      if (isFirst) this.found.value = undefined;
    });
  }
}
