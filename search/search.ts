/**
 * The search of one chat: an index in a thread of its own, a cursor that feeds it, and queries.
 *
 * The texts of results are read from the journal as they are now, and a message that does not match any more
 * is no result. The index is opened when it is needed, shortly after the start or by the first search; while
 * it cannot be used, it is tried again and again, and the rest of the chat does not notice.
 */

import { LIMITS } from "../config/limits.ts";
import type { Journal, Message } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { SearchCounters } from "../telemetry/search_counters.ts";
import { expressionOf, indexedOf } from "./document.ts";
import { Feed } from "./feed.ts";
import { hitsOf, snippetOf } from "./hits.ts";
import { IndexThread } from "./index_thread.ts";
import type { Query } from "./query.ts";
import { SearchQueue } from "./queue.ts";
import type { IndexQuery, Matches, Place } from "./requests.ts";
import { messageAt } from "./room_reader.ts";

/** The rooms that may be searched. */
export interface Scope {
  /** All open rooms, which are those whose names do not begin with `~`. */
  readonly isOpen: boolean;
  /** Further rooms, named as they are kept. */
  readonly rooms: readonly string[];
}

/** A search. */
export interface SearchRequest {
  readonly query: Query;
  readonly scope: Scope;
  /** Behind this place, or before this time. */
  readonly before?: number | Place;
  readonly limit: number;
  /** The asker's address, as `countedAddress` gives it. */
  readonly address: string;
  /** Aborts when the asker has gone. */
  readonly signal: AbortSignal;
}

/** A result. */
export interface Found {
  readonly room: string;
  /** In its current state. */
  readonly message: Message;
  /** The piece of its text around the first hit: strings of which the second, fourth … are hits. */
  readonly snippet: readonly string[];
}

/** A page of results. */
export interface FoundPage {
  /** Newest first. */
  readonly found: readonly Found[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: number | Place | undefined;
  /** The index is behind, or there was not enough time: there may be others in between. */
  readonly isPartial: boolean;
}

/** The index cannot be used now. */
export class SearchUnavailableError extends Error {
  override name = "SearchUnavailableError";
}

/** What a search needs. */
export interface SearchOptions {
  readonly journal: Journal;
  readonly log: Log;
  /** The file of the index, or `:memory:`. */
  readonly path: string;
  /** Messages kept per room, 0 for all. */
  readonly keep: number;
  /** Whether much is said just now, so that the index has to wait. */
  readonly isBusy?: () => boolean;
  /** When deleted words are erased, and how long after the last time, in milliseconds. */
  readonly eraseMs?: number;
  readonly restMs?: number;
}

/** One chat's search. */
export class Search {
  readonly counters: SearchCounters = new SearchCounters();
  readonly #options: SearchOptions;
  readonly #feed: Feed;
  readonly #queue = new SearchQueue();
  #index: IndexThread | undefined;
  /** The searches that wait for the index to catch up, and the rooms that they search. */
  #waiting: { rooms: readonly string[]; resolve: () => void }[] = [];
  #wake = () => {};
  #isClosed = false;
  /** The last failure that was reported, and when. */
  #failure = { message: "", at: -Infinity };
  readonly #running: Promise<void>;

  /** Starts to follow the rooms after a moment. */
  constructor(options: SearchOptions) {
    this.#options = options;
    const { journal, keep, isBusy } = options;
    this.#feed = new Feed(journal, keep === 0, this.counters, isBusy);
    this.#running = this.#run();
  }

  /**
   * Finds the newest messages that match.
   *
   * @throws {QueueFullError} if too many searches wait
   * @throws {SearchUnavailableError} if the index cannot be used now
   */
  async find(request: SearchRequest): Promise<FoundPage> {
    const began = performance.now();
    const page = await this.#queue.run(
      request.address,
      request.signal,
      () => this.#find(request),
    );
    this.counters.searches.add((performance.now() - began) / 1000);
    return page;
  }

  async #find(request: SearchRequest): Promise<FoundPage> {
    const { isOpen, rooms } = request.scope;
    await this.#catchUp(rooms);
    const page = await this.#collect(request);
    const isCurrent = this.#feed.isCurrent(isOpen ? undefined : rooms);
    return isCurrent ? page : { ...page, isPartial: true };
  }

  /** Looks among the matches of the index for those that are results, until there are enough. */
  async #collect({ query, scope, before = Infinity, limit }: SearchRequest): Promise<FoundPage> {
    const until = performance.now() + LIMITS.search.queryMs;
    const asked = { ...scope, limit: candidatesOf(query, limit), after: query.after ?? 0 };
    const expression = expressionOf(query);
    const found: Found[] = [];
    for (let place = earlier(before, query.before ?? Infinity);;) {
      const { found: places, next, isCut } = await this.#ask({
        ...asked,
        expression,
        before: place,
      });
      const loaded = await Promise.all(places.map((place) => this.#load(query, place)));
      for (const [n, one] of loaded.entries()) {
        if (one) found.push(one);
        if (found.length < limit) continue;
        const isLast = n === places.length - 1 && next === undefined;
        return { found, next: isLast ? undefined : places[n], isPartial: false };
      }
      if (next === undefined) return { found, next, isPartial: false };
      if (isCut || performance.now() > until) return { found, next, isPartial: true };
      place = next;
    }
  }

  async #ask(query: IndexQuery): Promise<Matches> {
    try {
      if (!this.#index) throw new Error("it is not open");
      return await this.#index.ask("find", query);
    } catch (error) {
      throw new SearchUnavailableError("the search index cannot be used now", { cause: error });
    }
  }

  /** A result as it is now; undefined if it does not match any more. */
  async #load(query: Query, { room, seq }: Place): Promise<Found | undefined> {
    const message = await messageAt(this.#options.journal, room, seq);
    if (!message || message.deleted) return;
    const hits = hitsOf(query, indexedOf(message));
    return hits && { room, message, snippet: snippetOf(message.text, hits) };
  }

  /** Lets the index catch up with the rooms, but not for long. */
  async #catchUp(rooms: readonly string[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ rooms, resolve });
    this.#wake();
    // An index that is not open yet has all the time that it takes.
    const timer = this.#index && setTimeout(resolve, LIMITS.search.catchUpMs);
    await promise;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    await this.#pause(LIMITS.search.startMs);
    while (!this.#isClosed) {
      const waiting = this.#waiting;
      this.#waiting = [];
      const pause = await this.#round(waiting.length > 0, waiting.flatMap(({ rooms }) => rooms));
      for (const { resolve } of waiting) resolve();
      await this.#pause(pause);
    }
    for (const { resolve } of this.#waiting) resolve();
  }

  /** One round; answers with the pause after it. */
  async #round(isUrgent: boolean, rooms: readonly string[]): Promise<number> {
    const { pollMs, retryMs } = LIMITS.search;
    if (!isUrgent && this.#feed.mayWait) return pollMs;
    try {
      const index = await this.#open();
      const isCut = () => this.#isClosed || this.#waiting.length > 0;
      const isBehind = await this.#feed.round(index, isCut, isUrgent ? rooms : undefined);
      this.counters.bytes = await index.ask("size");
      return isBehind ? 0 : pollMs;
    } catch (error) {
      this.#report(error as Error);
      this.#feed.restart();
      return retryMs;
    }
  }

  async #open(): Promise<IndexThread> {
    if (this.#index && !this.#index.isOver) return this.#index;
    const { eraseMs, restBetweenErasing } = LIMITS.search;
    const { journal, path, log } = this.#options;
    const options = { path, eraseMs, restMs: restBetweenErasing, ...erasing(this.#options) };
    const { index, opened } = await IndexThread.open({ ...options, epoch: journal.epoch });
    if (opened.discarded) log.warn("search index is rebuilt", { reason: opened.discarded });
    this.#feed.restart();
    this.counters.isUp = true;
    return this.#index = index;
  }

  /** Reports a failure; the same one once a minute. */
  #report(error: Error): void {
    this.counters.isUp = this.#index !== undefined && !this.#index.isOver;
    const { message } = error;
    const at = performance.now();
    const isKnown = message === this.#failure.message && at < this.#failure.at + LIMITS.reportMs;
    if (this.#isClosed || isKnown) return;
    this.#failure = { message, at };
    this.#options.log.error("search failed", { error, path: this.#options.path });
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isClosed || this.#waiting.length > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  /** Ends it; what was deleted is erased from the index first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#running;
    await this.#index?.close().catch(() => {});
  }
}

/** The erasing that was asked for, where it was. */
function erasing({ eraseMs, restMs }: SearchOptions): { eraseMs?: number; restMs?: number } {
  return { ...eraseMs !== undefined && { eraseMs }, ...restMs !== undefined && { restMs } };
}

/** How many matches to read at once: of a phrase many may be none. */
function candidatesOf({ terms }: Query, limit: number): number {
  return terms.some(({ tokens }) => tokens.length > 1) ? LIMITS.search.candidates : limit;
}

/** The narrower of two limits. */
function earlier(before: number | Place, time: number): number | Place {
  if (typeof before === "number") return Math.min(before, time);
  return before.at < time ? before : time;
}
