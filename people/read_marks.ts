/**
 * The read marks of one person: kept at most once a second for each room, the newest one.
 *
 * All devices that are connected to this server share them. A lower mark than before changes nothing. Once
 * they are closed nothing waits any more: a mark that still comes is kept at once.
 */

import { LIMITS } from "../config/limits.ts";

/** Keeps a mark. */
export type KeepMark = (room: string, seq: number) => Promise<void>;

/** Marks that wait for their turn. */
export class ReadMarks {
  readonly #keep: KeepMark;
  readonly #failed: (error: unknown) => void;
  /** By room: the mark that waits, 0 if none, and the timer until it may be kept. */
  readonly #waiting = new Map<string, { seq: number; timer: ReturnType<typeof setTimeout> }>();
  #isClosed = false;

  /** @param failed is called where a mark that had to wait could not be kept */
  constructor(keep: KeepMark, failed: (error: unknown) => void) {
    this.#keep = keep;
    this.#failed = failed;
  }

  /** Keeps a mark now, or soon. */
  async set(room: string, seq: number): Promise<void> {
    const waiting = this.#waiting.get(room);
    if (waiting) waiting.seq = Math.max(waiting.seq, seq);
    else await this.#keepNow(room, seq);
  }

  async #keepNow(room: string, seq: number): Promise<void> {
    if (!this.#isClosed) {
      const timer = setTimeout(() => this.#next(room), LIMITS.readMs);
      this.#waiting.set(room, { seq: 0, timer });
    }
    await this.#keep(room, seq);
  }

  #next(room: string): void {
    const { seq } = this.#waiting.get(room)!;
    this.#waiting.delete(room);
    if (seq > 0) this.#keepNow(room, seq).catch(this.#failed);
  }

  /** Keeps what waits, at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [room, { seq, timer }] of waiting) {
      clearTimeout(timer);
      if (seq > 0) await this.#keep(room, seq).catch(this.#failed);
    }
  }
}
