/**
 * The newest entries of a room, read by cursor.
 *
 * A cursor is an index that only grows: `start` is that of the oldest entry held, `end` that of the
 * next one to come. Readers see the entries before `published`, which moves for all of them at once, so
 * that readers at the same place get the very same frames, encoded once for each wire. A reader at
 * `published` has everything; a reader before `start` has fallen behind and must read the journal.
 * Entries of the log have a `seq` without holes; the others (presence, typing, renamed) are held here
 * only, and a reader that falls behind misses them. A message that is held is in its current state: a
 * change is applied to it. Of a superseded change only what a skip says is held.
 */

import { LIMITS } from "../config/limits.ts";
import { applyChange, keyOf, targetOf } from "../journal/changes.ts";
import type { Change, LogEntry } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import { type Entry, firstOf, isLogEntry } from "./entry.ts";
import { countThatFits, estimateSize } from "./frame_size.ts";

/** The frames for a reader at some place, and the place to which they take it. */
export interface Slice {
  readonly frames: readonly string[];
  /** The `seq` of the newest entry of the log in it, 0 if it has none. */
  readonly seq: number;
  /** The number of messages in it. */
  readonly messages: number;
  /** The index after it; undefined in a slice from the journal, which has no index. */
  readonly end: number | undefined;
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
  /** The indexes of the newest change of each key, and of messages that have changed, by their `seq`. */
  readonly #indexes = new Map<string | number, number>();
  /** The indexes of what was superseded before it was published, and of what has been since. */
  #waiting: number[] = [];
  #due: number[] = [];
  readonly #slices = new Map<Wire, Map<number, Slice>>();

  /**
   * @param limit the entries that are held at least
   * @param seq the `seq` of the newest entry of the log before the first one
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

  /** The index of the next entry. */
  get end(): number {
    return this.#end;
  }

  /** Readers see the entries before this index. */
  get published(): number {
    return this.#published;
  }

  /** The `seq` of the log's newest entry. */
  get seq(): number {
    return this.#seq;
  }

  /** The time of the log's newest entry, or 0 if none has been pushed. */
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
   * Shows readers everything pushed so far. Drops the oldest published entries once there are twice
   * as many as must be held: rarely, so that it costs little.
   *
   * @returns the rough length of a frame with everything new, 0 if nothing is new
   */
  publish(): number {
    if (this.#published === this.#end) return 0;
    if (this.#waiting.length + this.#due.length > 0) this.#supersedeDue();
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
    const { start } = this;
    for (const [key, index] of this.#indexes) if (index < start) this.#indexes.delete(key);
  }

  /**
   * Applies a change, which comes next, to its message and to what it supersedes; frames with the old
   * are forgotten. What has not been published is superseded only after it was: readers who keep up
   * see every change. Only a deletion does not wait.
   */
  #apply(change: Change): void {
    const { action, from } = change;
    const of = targetOf(action);
    const place = of === undefined ? undefined : this.#indexOf(of);
    if (place !== undefined) {
      const at = place - this.start;
      const message = this.#entries[at];
      if (message.kind === "message") this.#entries[at] = applyChange(message, change);
    }
    if (action.type === "delete") {
      for (let index = place ?? this.start; index < this.#end; index++) {
        const entry = this.#entries[index - this.start];
        if (entry.kind === "change" && targetOf(entry.action) === of) this.#supersede(index);
      }
    }
    const key = keyOf(action, from);
    const older = this.#indexes.get(key);
    if (older !== undefined && older < this.#published) this.#supersede(older);
    else if (older !== undefined) this.#waiting.push(older);
    this.#indexes.set(key, this.#end);
    this.#slices.clear();
  }

  /** The index of a message that is held. */
  #indexOf(seq: number): number | undefined {
    if (seq <= this.#dropped) return;
    const known = this.#indexes.get(seq);
    if (known !== undefined) return known;
    const at = this.#entries.findLastIndex((entry) =>
      entry.kind === "message" && entry.seq === seq
    );
    if (at < 0) return;
    this.#indexes.set(seq, this.start + at);
    return this.start + at;
  }

  /** Of the change at this index, if it is held, only what a skip says is held from now on. */
  #supersede(index: number): void {
    const entry = this.#entries[index - this.start];
    if (entry?.kind !== "change") return;
    const { seq, at, id } = entry;
    this.#entries[index - this.start] = { kind: "skip", from: seq, seq, at, id };
  }

  /** Supersedes what readers have seen since. */
  #supersedeDue(): void {
    const due = this.#due;
    this.#due = this.#waiting;
    this.#waiting = [];
    for (const index of due) this.#supersede(index);
    this.#slices.clear();
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
      if (!isLogEntry(entry)) continue;
      seq = entry.seq;
      if (entry.kind === "message") messages++;
    }
    return { frames: wire.encode(entries), seq, messages, end: cursor + entries.length };
  }

  /** The entry with this `seq`, if it is held. */
  find(seq: number): LogEntry | undefined {
    return this.after(seq - 1, seq)?.[0];
  }

  /** The entries of the log after `seq` up to `last`; undefined if some are no longer held. */
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
