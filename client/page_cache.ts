/**
 * Pages of the journal, shared by all clients that catch up, since clients that fell behind together
 * read the same.
 *
 * A page begins at a multiple of its length. It is read once for all clients that want it within
 * {@linkcode LIMITS.pageMs}, encoded once for each wire, and then forgotten. Only complete pages are
 * shared, since appending does not change them. Messages that are trimmed may still be sent as long as
 * their page is held.
 */

import { LIMITS } from "../config/limits.ts";
import type { Journal, Message } from "../journal/journal.ts";
import { countThatFits } from "../hub/tail.ts";
import type { Wire } from "../wire/wire.ts";

/** As much of a page as one frame holds. */
interface Piece {
  readonly frames: readonly string[];
  readonly count: number;
}

/** A page that is shared until the timer forgets it. */
interface Shared {
  readonly page: Promise<Message[]>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Reads pages. */
export class PageCache {
  readonly #journal: Journal;
  readonly #pageMs: number;
  /** By epoch, place and room, the oldest first. */
  readonly #shared = new Map<string, Shared>();
  readonly #pieces = new WeakMap<readonly Message[], Map<Wire, Piece[]>>();

  /** @param pageMs how long a page is held, in milliseconds */
  constructor(journal: Journal, pageMs: number = LIMITS.pageMs) {
    this.#journal = journal;
    this.#pageMs = pageMs;
  }

  /** The next messages after `seq`, a page at most, up to `last`, which must be kept already. */
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
    const found = this.#shared.get(key);
    if (found) return found.page;
    const page = this.#read(room, start, LIMITS.page);
    page.catch(() => this.#forget(key));
    const timer = setTimeout(() => this.#forget(key), this.#pageMs);
    this.#shared.set(key, { page, timer });
    if (this.#shared.size > LIMITS.pagesShared) this.#forget(this.#shared.keys().next().value!);
    return page;
  }

  #forget(key: string): void {
    clearTimeout(this.#shared.get(key)?.timer);
    this.#shared.delete(key);
  }

  /** Forgets all pages. */
  close(): void {
    for (const key of [...this.#shared.keys()]) this.#forget(key);
  }

  /** As much of the page as one frame holds, from some place on. */
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
