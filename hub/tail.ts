/**
 * The newest entries of a room, read by cursor.
 *
 * A cursor is an index that only grows: `start` is the oldest entry held, `end` the next to come.
 * A reader at `end` has everything; a reader before `start` has fallen behind and must go to the
 * journal. Among the entries the messages carry a `seq`, without holes; the others (presence,
 * typing, renamed) live here only and are lost to whoever falls behind.
 *
 * Readers of one wire that stand at the same place get the very same frames, encoded once.
 */

import { LIMITS } from "../config/limits.ts";
import type { Entry } from "./entry.ts";
import type { Message } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";

/** Frames for a reader at some place, and where they take it. */
export interface Slice {
  readonly frames: readonly string[];
  readonly end: number;
  /** The number of the newest message in it, 0 if it has none. */
  readonly seq: number;
}

/** About how long an entry is in a frame. */
export function estimateSize(entry: Entry): number {
  return entry.kind === "message" ? 64 + entry.text.length : 64;
}

/** How many of the entries from `from` on one frame should hold: at least one of them. */
export function countThatFits(entries: readonly Entry[], from = 0): number {
  let room = LIMITS.frameLength;
  let index = from;
  for (; index < entries.length && room > 0; index++) {
    room -= estimateSize(entries[index]);
  }
  return index - from;
}

/** The newest entries of one room. */
export class Tail {
  #entries: Entry[] = [];
  readonly #limit: number;
  #end = 0;
  #messages = 0;
  #seq: number;
  #encodedAt = 0;
  readonly #stretches = new Map<Wire, Map<number, Slice>>();

  /**
   * @param limit how many entries are held at the least
   * @param seq the number of the newest message before the first entry
   */
  constructor(limit: number, seq = 0) {
    this.#limit = limit;
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

  /** The number of the room's newest message. */
  get seq(): number {
    return this.#seq;
  }

  /** Appends an entry; a message must follow on {@linkcode Tail.seq}. */
  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#end++;
    if (entry.kind !== "message") return;
    this.#seq = entry.seq;
    this.#messages++;
  }

  /**
   * Lets go of the oldest entries once there are twice as many as must be held: seldom, so that it
   * costs little, and after the readers had their turn, so that no batch outruns them.
   */
  trim(): void {
    if (this.#entries.length < 2 * this.#limit) return;
    const gone = this.#entries.splice(0, this.#entries.length - this.#limit);
    for (const { kind } of gone) if (kind === "message") this.#messages--;
  }

  /** What a reader at `cursor` gets next, as much as one frame should hold; undefined: too late. */
  read(wire: Wire, cursor: number): Slice | undefined {
    if (cursor < this.start) return;
    if (this.#encodedAt !== this.#end) {
      this.#encodedAt = this.#end;
      for (const made of this.#stretches.values()) made.clear();
    }
    let made = this.#stretches.get(wire);
    if (!made) this.#stretches.set(wire, made = new Map());
    let stretch = made.get(cursor);
    if (!stretch) made.set(cursor, stretch = this.#encode(wire, cursor));
    return stretch;
  }

  #encode(wire: Wire, cursor: number): Slice {
    const from = cursor - this.start;
    const entries = this.#entries.slice(from, from + countThatFits(this.#entries, from));
    const seq = entries.findLast((entry) => entry.kind === "message")?.seq ?? 0;
    return { frames: wire.encode(entries), end: cursor + entries.length, seq };
  }

  /** The messages from behind `seq` up to `last`; undefined where they are no longer all here. */
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
