/**
 * The way from a place in a room's log to its target: the place where the tail ended at the start.
 *
 * Messages come from memory if it still has all of them, otherwise from the journal, a page at a time. A
 * page that cannot be read is tried again after a pause. What is left of a page is read again after a
 * change, so that a slow client is not sent what was deleted meanwhile. Messages that are no longer kept
 * become one gap, for a client that had something before them. Sends nothing itself.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import { firstOf } from "../hub/entry.ts";
import type { Room } from "../hub/room.ts";
import type { Slice } from "../hub/tail.ts";
import type { LogEntry } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import type { Services } from "./services.ts";

/** Catches one cursor up. */
export class CatchUp {
  readonly #room: Room;
  readonly #wire: Wire;
  readonly #services: Services;
  readonly #target: { readonly seq: number; readonly at: number; readonly index: number };
  readonly #fellBehind: boolean;
  #reportsGaps: boolean;
  /** The newest message that was returned. */
  #seq: number;
  #page: readonly LogEntry[] = [];
  /** Of the room when the page was read: after a change, what is left of it is read again. */
  #version: number;
  /** The next message of the page. */
  #from = 0;

  /**
   * @param seq the newest message that the client has
   * @param how `fellBehind`: it also missed presence, which is not in the journal; `reportsGaps`: also
   *   a gap before the first message
   */
  constructor(
    room: Room,
    wire: Wire,
    services: Services,
    seq: number,
    how: { fellBehind: boolean; reportsGaps: boolean },
  ) {
    this.#room = room;
    this.#wire = wire;
    this.#services = services;
    this.#target = { seq: room.tail.seq, at: room.tail.at, index: room.tail.end };
    this.#seq = seq;
    this.#version = room.version;
    this.#fellBehind = how.fellBehind;
    this.#reportsGaps = how.reportsGaps;
  }

  /** The next slice; the last one has an `end`. Undefined if the journal must be asked again. */
  async next(): Promise<Slice | undefined> {
    if (this.#seq >= this.#target.seq) return this.#arrive();
    const { version } = this.#room;
    if (this.#from >= this.#page.length || version !== this.#version) {
      const page = this.#remembered() ?? await this.#read();
      if (!page) return;
      this.#page = page;
      this.#version = version;
      this.#from = 0;
      const first = page.length > 0 ? firstOf(page[0]) : this.#target.seq + 1;
      if (first > this.#seq + 1) return this.#gap(first - 1);
    }
    return this.#piece();
  }

  #arrive(): Slice {
    const { presence } = this.#room;
    const frames = this.#fellBehind ? this.#wire.members(presence.people(), presence.count) : [];
    return { frames, seq: 0, messages: 0, end: this.#target.index };
  }

  #gap(last: number): Slice {
    const frames = this.#reportsGaps ? this.#wire.gap(this.#seq + 1, last) : [];
    this.#seq = last;
    return { frames, seq: last, messages: 0, end: undefined };
  }

  #piece(): Slice {
    const { frames, count } = this.#services.pages.encode(this.#wire, this.#page, this.#from);
    const piece = this.#page.slice(this.#from, this.#from += count);
    const messages = piece.filter(({ kind }) => kind === "message").length;
    this.#seq = piece.at(-1)!.seq;
    this.#reportsGaps = true;
    return { frames, seq: this.#seq, messages, end: undefined };
  }

  /** The entries up to the target, if memory has all of them and they are all kept. */
  #remembered(): readonly LogEntry[] | undefined {
    const { keep } = this.#services.config;
    const entries = this.#room.tail.after(this.#seq, this.#target.seq);
    if (!entries || keep === 0) return entries;
    const messages = entries.filter(({ kind }) => kind === "message").length;
    return messages > keep ? undefined : entries;
  }

  async #read(): Promise<readonly LogEntry[] | undefined> {
    const { pages, log } = this.#services;
    await setImmediate();
    try {
      return await pages.after(this.#room, this.#seq, this.#target.seq, this.#target.at);
    } catch (error) {
      log.error("journal failed", { error });
      await new Promise((resolve) => setTimeout(resolve, LIMITS.retryMs));
    }
  }
}
