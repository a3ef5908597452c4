/**
 * Pages of the journal, shared by all clients that catch up, since clients that fell behind together
 * read the same.
 *
 * A page begins at a multiple of its length. It is read once for all clients that want it within
 * {@linkcode LIMITS.pageMs}, encoded once for each wire, and then forgotten. Only complete pages are
 * shared, since appending messages does not change them; a change does, so it ends the sharing of what
 * was read before it. Entries that are trimmed may still be sent as long as their page is held.
 */

import { LIMITS } from "../config/limits.ts";
import type { Journal, LogEntry } from "../journal/journal.ts";
import { firstOf } from "../hub/entry.ts";
import { countThatFits } from "../hub/frame_size.ts";
import type { Wire } from "../wire/wire.ts";

/** As much of a page as one frame holds. */
interface Piece {
  readonly frames: readonly string[];
  readonly count: number;
}

/** A page that is shared until the timer forgets it. */
interface Shared {
  readonly page: Promise<LogEntry[]>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Reads pages. */
export class PageCache {
  readonly #journal: Journal;
  readonly #pageMs: number;
  /** By epoch, place and room, the oldest first. */
  readonly #shared = new Map<string, Shared>();
  readonly #pieces = new WeakMap<readonly LogEntry[], Map<Wire, Piece[]>>();

  /** @param pageMs how long a page is held, in milliseconds */
  constructor(journal: Journal, pageMs: number = LIMITS.pageMs) {
    this.#journal = journal;
    this.#pageMs = pageMs;
  }

  /**
   * The next entries after `seq`, a page at most, up to `last`, which must be kept already.
   *
   * @param room its name, and its version: after a change, what was read before it is not shared
   * @param at the time of entry `last`, which a `Skip` gets that is cut there
   */
  async after(
    room: { readonly name: string; readonly version: number },
    seq: number,
    last: number,
    at = 0,
  ): Promise<readonly LogEntry[]> {
    const start = seq - seq % LIMITS.page;
    const page =
      await (start + LIMITS.page <= last
        ? this.#share(room, start)
        : this.#read(room.name, seq, last - seq));
    const isWanted = (entry: LogEntry) => firstOf(entry) > seq && entry.seq <= last;
    if (page.every(isWanted)) return page;
    return page.filter((entry) => entry.seq > seq && firstOf(entry) <= last)
      .map((entry) => clip(entry, seq, { seq: last, at }));
  }

  async #read(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    return await this.#journal.after(room, seq, limit);
  }

  #share(
    { name, version }: { readonly name: string; readonly version: number },
    start: number,
  ): Promise<LogEntry[]> {
    const key = `${this.#journal.epoch} ${version} ${start} ${name}`;
    const found = this.#shared.get(key);
    if (found) return found.page;
    const page = this.#read(name, start, LIMITS.page);
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
  encode(wire: Wire, page: readonly LogEntry[], from: number): Piece {
    let wires = this.#pieces.get(page);
    if (!wires) this.#pieces.set(page, wires = new Map());
    let pieces = wires.get(wire);
    if (!pieces) wires.set(wire, pieces = []);
    return pieces[from] ??= piece(wire, page, from);
  }
}

/** An entry as a reader between two numbers sees it. */
function clip(entry: LogEntry, seq: number, last: { seq: number; at: number }): LogEntry {
  if (entry.kind !== "skip") return entry;
  const cut = { ...entry, from: Math.max(entry.from, seq + 1) };
  return entry.seq > last.seq ? { ...cut, ...last } : cut;
}

function piece(wire: Wire, page: readonly LogEntry[], from: number): Piece {
  const count = countThatFits(page, from);
  return { frames: wire.encode(page.slice(from, from + count), true), count };
}
