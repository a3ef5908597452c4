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
import { applyChange, supersedes, targetOf } from "../journal/changes.ts";
import type { Attachment, Change, LogEntry } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import { type Entry, firstOf, isLogEntry } from "./entry.ts";

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

/** The rough length of an entry in a frame, in UTF-16 code units. */
export function estimateSize(entry: Entry): number {
  if (entry.kind === "message") {
    return 64 + entry.text.length + (entry.files ? sizeOfFiles(entry.files) : 0);
  }
  return entry.kind === "change" && entry.action.type === "edit"
    ? 64 + entry.action.text.length
    : 64;
}

function sizeOfFiles(files: readonly Attachment[]): number {
  return files.reduce((sum, { name, alt = "" }) => sum + 150 + name.length + alt.length, 0);
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
  /** The newest entry of the log that is no longer held. */
  #dropped: number;
  #seq: number;
  #at = 0;
  /** The changes that supersede something unpublished, and those of the last publication. */
  #waiting: Change[] = [];
  #due: Change[] = [];
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
    if (this.#waiting.length + this.#due.length > 0) this.#applyDue();
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

  /**
   * Applies a change to its message and what it supersedes; frames with the old are forgotten. What
   * has not been published is superseded only after it was: readers who keep up see every change.
   * Only a deletion does not wait.
   */
  #apply(change: Change): void {
    const of = targetOf(change.action);
    const unpublished = change.action.type === "delete" ? Infinity : this.#published - this.start;
    let mustWait = false;
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry.kind === "message" && entry.seq === of) {
        this.#entries[at] = applyChange(entry, change);
        break;
      }
      if (entry.kind !== "change" || entry.seq >= change.seq || !supersedes(change, entry)) {
        continue;
      }
      if (at >= unpublished) {
        mustWait = true;
        continue;
      }
      const { seq, at: time, id } = entry;
      this.#entries[at] = { kind: "skip", from: seq, seq, at: time, id };
      if (of === undefined) break;
    }
    if (mustWait) this.#waiting.push(change);
    this.#slices.clear();
  }

  /** Applies once more the changes that were published together with what they supersede. */
  #applyDue(): void {
    const due = this.#due;
    this.#due = this.#waiting;
    this.#waiting = [];
    for (const change of due) this.#apply(change);
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
