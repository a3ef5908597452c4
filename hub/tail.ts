/**
 * The newest entries of a room, read by cursor.
 *
 * A cursor is an index that only grows: `start` is the oldest entry held, `end` the next to come.
 * Readers see the entries up to `published`, which moves once for all of them, so that those at the
 * same place get the very same frames, encoded once for each wire. A reader at `published` has
 * everything; a reader before `start` has fallen behind and must go to the journal. Entries of the
 * log carry a `seq` without holes; the others (presence, typing, renamed) are held here only, and a
 * reader that falls behind misses them. A message that is held is in its current state: a change
 * is applied to it, and what a deletion supersedes is held no longer.
 */

import { LIMITS } from "../config/limits.ts";
import { applyChange, targetOf } from "../journal/changes.ts";
import type { Change, LogEntry } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import { type Entry, firstOf, isLogEntry } from "./entry.ts";

/** Frames for a reader at some place, and the place they take it to. */
export interface Slice {
  readonly frames: readonly string[];
  /** The number of the newest entry of the log in it, 0 if it has none. */
  readonly seq: number;
  /** How many messages are in it. */
  readonly messages: number;
  /** The index after it; undefined in a slice of the journal, which has none. */
  readonly end: number | undefined;
}

/** Roughly how long an entry is in a frame, in UTF-16 code units. */
export function estimateSize(entry: Entry): number {
  if (entry.kind === "message") return 64 + entry.text.length;
  return entry.kind === "change" && entry.action.type === "edit"
    ? 64 + entry.action.text.length
    : 64;
}

/** How many of the entries in `[from, to)` one frame should hold: at least one of them. */
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
  /** The newest entry of the log that is no longer held. */
  #dropped: number;
  #seq: number;
  #at = 0;
  readonly #slices = new Map<Wire, Map<number, Slice>>();

  /**
   * @param limit how many entries are held at the least
   * @param seq the number of the newest entry of the log before the first
   */
  constructor(limit: number, seq = 0) {
    this.#limit = limit;
    this.#dropped = seq;
    this.#seq = seq;
  }

  /** The index of the oldest entry held. */
  get start(): number {
    return this.#end - this.#entries.length;
  }

  /** The index that the next entry will have. */
  get end(): number {
    return this.#end;
  }

  /** Readers see the entries before this index. */
  get published(): number {
    return this.#published;
  }

  /** The number of the log's newest entry. */
  get seq(): number {
    return this.#seq;
  }

  /** The time of the log's newest entry, as far as one was pushed; else 0. */
  get at(): number {
    return this.#at;
  }

  /**
   * Appends an entry, which readers see once it is published.
   *
   * @throws {RangeError} for an entry of the log that does not follow {@linkcode Tail.seq}
   */
  push(entry: Entry): void {
    if (isLogEntry(entry)) {
      if (firstOf(entry) !== this.#seq + 1) {
        throw new RangeError(`entry ${firstOf(entry)} does not follow entry ${this.#seq}`);
      }
      this.#seq = entry.seq;
      this.#at = entry.at;
      if (entry.kind === "change") this.#apply(entry);
    }
    this.#entries.push(entry);
    this.#end++;
    const most = Math.max(4 * this.#limit, LIMITS.tailUnpublished);
    if (this.#entries.length > most) this.#drop(this.#entries.length - this.#limit);
  }

  /**
   * Shows readers everything pushed so far, and drops the oldest entries that they have seen once
   * there are twice as many as must be held: seldom, so that it costs little.
   *
   * @returns roughly how long a frame of what is new will be, 0 if nothing is
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
    for (const entry of this.#entries.splice(0, count)) {
      if (isLogEntry(entry)) this.#dropped = entry.seq;
    }
  }

  /** Brings the message that a change is of up to date; frames with its old text are forgotten. */
  #apply(change: Change): void {
    const of = targetOf(change.action);
    if (of === undefined) return;
    const isDeletion = change.action.type === "delete";
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry.kind === "message" && entry.seq === of) {
        this.#entries[at] = applyChange(entry, change);
        break;
      }
      if (isDeletion && entry.kind === "change" && targetOf(entry.action) === of) {
        const { seq, at: time, id } = entry;
        this.#entries[at] = { kind: "skip", from: seq, seq, at: time, id };
      }
    }
    this.#slices.clear();
  }

  /**
   * What a reader at `cursor` gets next, as much as one frame should hold; undefined: fell behind.
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
      if (!isLogEntry(entry)) continue;
      seq = entry.seq;
      if (entry.kind === "message") messages++;
    }
    return { frames: wire.encode(entries), seq, messages, end: cursor + entries.length };
  }

  /** The entry of this number, if it is held. */
  find(seq: number): LogEntry | undefined {
    return this.after(seq - 1, seq)?.[0];
  }

  /** The entries of the log after `seq` up to `last`; undefined where they are not all here. */
  after(seq: number, last: number): LogEntry[] | undefined {
    if (seq < this.#dropped) return;
    const found: LogEntry[] = [];
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (!isLogEntry(entry) || firstOf(entry) > last) continue;
      if (entry.seq <= seq) break;
      found.push(entry);
    }
    return found.reverse();
  }
}
