/**
 * The newest entries of a room, read by cursor.
 *
 * A cursor is an index that only grows: `start` is that of the oldest entry held, `end` that of the
 * next one to come. Readers see the entries before `published`, which moves for all of them at once, so
 * that readers at the same place get the very same frames, encoded once for each wire. A reader at
 * `published` has everything; a reader before `start` has fallen behind and must read the journal.
 * Messages have a `seq` without holes; the other entries (presence, typing, renamed) are held here
 * only, and a reader that falls behind misses them.
 */

import { LIMITS } from "../config/limits.ts";
import type { Message } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import type { Entry } from "./entry.ts";

/** The frames for a reader at some place, and the place to which they take it. */
export interface Slice {
  readonly frames: readonly string[];
  /** The `seq` of the newest message in it, 0 if it has none. */
  readonly seq: number;
  /** The number of messages in it. */
  readonly messages: number;
  /** The index after it; undefined in a slice from the journal, which has no index. */
  readonly end: number | undefined;
}

/** The rough length of an entry in a frame, in UTF-16 code units. */
export function estimateSize(entry: Entry): number {
  return entry.kind === "message" ? 64 + entry.text.length : 64;
}

/** How many of the entries in `[from, to)` fit in one frame; at least one. */
export function countThatFits(
  entries: readonly Entry[],
  from = 0,
  to: number = entries.length,
): number {
  let room: number = LIMITS.frameLength;
  let index = from;
  for (; index < to && room > 0; index++) room -= estimateSize(entries[index]);
  return index - from;
}

/** The newest entries of one room. */
export class Tail {
  #entries: Entry[] = [];
  readonly #limit: number;
  #end = 0;
  #published = 0;
  #messages = 0;
  #seq: number;
  #at = 0;
  readonly #slices = new Map<Wire, Map<number, Slice>>();

  /**
   * @param limit the entries that are held at least
   * @param seq the `seq` of the newest message before the first entry
   */
  constructor(limit: number, seq = 0) {
    this.#limit = limit;
    this.#seq = seq;
  }

  /** The index of the oldest entry held. */
  get start(): number {
    return this.#end - this.#entries.length;
  }

  /** The index of the next entry. */
  get end(): number {
    return this.#end;
  }

  /** Readers see the entries before this index. */
  get published(): number {
    return this.#published;
  }

  /** The `seq` of the room's newest message. */
  get seq(): number {
    return this.#seq;
  }

  /** The time of the room's newest message, or 0 if none has been pushed. */
  get at(): number {
    return this.#at;
  }

  /**
   * Appends an entry, which readers see once it is published.
   *
   * @throws {RangeError} for a message that does not follow {@linkcode Tail.seq}
   */
  push(entry: Entry): void {
    if (entry.kind === "message") {
      if (entry.seq !== this.#seq + 1) {
        throw new RangeError(`message ${entry.seq} does not follow message ${this.#seq}`);
      }
      this.#seq = entry.seq;
      this.#at = entry.at;
      this.#messages++;
    }
    this.#entries.push(entry);
    this.#end++;
    const most = Math.max(4 * this.#limit, LIMITS.tailUnpublished);
    if (this.#entries.length > most) this.#drop(this.#entries.length - this.#limit);
  }

  /**
   * Shows readers everything pushed so far. Drops the oldest published entries once there are twice
   * as many as must be held: rarely, so that it costs little.
   *
   * @returns the rough length of a frame with everything new, 0 if nothing is new
   */
  publish(): number {
    if (this.#published === this.#end) return 0;
    if (this.#entries.length >= 2 * this.#limit) {
      this.#drop(Math.min(this.#entries.length - this.#limit, this.#published - this.start));
    }
    let size = 0;
    const start = Math.max(this.#published - this.start, 0);
    for (let at = start; at < this.#entries.length; at++) size += estimateSize(this.#entries[at]);
    this.#published = this.#end;
    for (const slices of this.#slices.values()) slices.clear();
    return size;
  }

  #drop(count: number): void {
    if (count <= 0) return;
    for (const { kind } of this.#entries.splice(0, count)) if (kind === "message") this.#messages--;
  }

  /**
   * The next slice for a reader at `cursor`, as much as one frame holds; undefined if it fell behind.
   *
   * @throws {RangeError} for a cursor beyond {@linkcode Tail.published}
   */
  read(wire: Wire, cursor: number): Slice | undefined {
    if (cursor < this.start) return;
    if (cursor > this.#published) {
      throw new RangeError(
        `entry ${cursor} is not published, only those before ${this.#published}`,
      );
    }
    let slices = this.#slices.get(wire);
    if (!slices) this.#slices.set(wire, slices = new Map());
    let slice = slices.get(cursor);
    if (!slice) slices.set(cursor, slice = this.#encode(wire, cursor));
    return slice;
  }

  #encode(wire: Wire, cursor: number): Slice {
    const from = cursor - this.start;
    const to = this.#published - this.start;
    const entries = this.#entries.slice(from, from + countThatFits(this.#entries, from, to));
    let seq = 0;
    let messages = 0;
    for (const entry of entries) {
      if (entry.kind !== "message") continue;
      seq = entry.seq;
      messages++;
    }
    return { frames: wire.encode(entries), seq, messages, end: cursor + entries.length };
  }

  /** The message with this `seq`, if it is held. */
  find(seq: number): Message | undefined {
    return this.after(seq - 1, seq)?.[0];
  }

  /** The messages after `seq` up to `last`; undefined if some of them are no longer held. */
  after(seq: number, last: number): Message[] | undefined {
    if (seq < this.#seq - this.#messages) return;
    const found: Message[] = [];
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry.kind !== "message" || entry.seq > last) continue;
      if (entry.seq <= seq) break;
      found.push(entry);
    }
    return found.reverse();
  }
}
