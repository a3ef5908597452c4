/**
 * Pages of the journal, shared by all who catch up: those who fell behind together read the same.
 *
 * A page begins at a multiple of its length. It is read once for all who ask while it is read or soon
 * after, and encoded once for a wire. Only a page whose last message is kept when it is asked for is
 * shared: appending does not change it any more, and what trimming takes away may still be sent for
 * {@linkcode LIMITS.pageMs}.
 */

import { LIMITS } from "../config/limits.ts";
import type { Journal, Message } from "../journal/journal.ts";
import { countThatFits } from "../hub/tail.ts";
import type { Wire } from "../wire/wire.ts";

/** What one frame should hold of a page. */
interface Piece {
  readonly frames: readonly string[];
  readonly count: number;
}

/** Reads pages. */
export class PageCache {
  readonly #journal: Journal;
  /** By epoch, place and room, the oldest first; since when (`performance.now()`). */
  readonly #shared = new Map<string, { page: Promise<Message[]>; since: number }>();
  readonly #pieces = new WeakMap<readonly Message[], Map<Wire, Piece[]>>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The next messages behind `seq`, a page at most, up to `last`, which must be kept already. */
  async after(room: string, seq: number, last: number): Promise<readonly Message[]> {
    const start = seq - seq % LIMITS.page;
    const page =
      await (start + LIMITS.page <= last
        ? this.#share(room, start)
        : this.#read(room, seq, last - seq));
    const wanted = (message: Message) => message.seq > seq && message.seq <= last;
    return page.every(wanted) ? page : page.filter(wanted);
  }

  async #read(room: string, seq: number, limit: number): Promise<Message[]> {
    return await this.#journal.after(room, seq, limit);
  }

  #share(room: string, start: number): Promise<Message[]> {
    const key = `${this.#journal.epoch} ${start} ${room}`;
    const now = performance.now();
    const found = this.#shared.get(key);
    if (found && now - found.since < LIMITS.pageMs) return found.page;
    const page = this.#read(room, start, LIMITS.page);
    page.catch(() => this.#shared.delete(key));
    this.#shared.delete(key);
    this.#shared.set(key, { page, since: now });
    if (this.#shared.size > LIMITS.pagesShared) {
      this.#shared.delete(this.#shared.keys().next().value!);
    }
    return page;
  }

  /** What one frame should hold of the page from some place on. */
  encode(wire: Wire, page: readonly Message[], from: number): Piece {
    let wires = this.#pieces.get(page);
    if (!wires) this.#pieces.set(page, wires = new Map());
    let pieces = wires.get(wire);
    if (!pieces) wires.set(wire, pieces = []);
    return pieces[from] ??= piece(wire, page, from);
  }
}

function piece(wire: Wire, page: readonly Message[], from: number): Piece {
  const count = countThatFits(page, from);
  return { frames: wire.encode(page.slice(from, from + count)), count };
}
