/**
 * The read marks that one connection sets: kept at most once a second for each room, the newest one.
 *
 * A mark above the room's newest entry is refused. A lower one than before changes nothing.
 */

import { LIMITS } from "../config/limits.ts";
import type { OwnLog } from "./own.ts";
import type { Services } from "./services.ts";

/** Sets marks. */
export class ReadMarks {
  readonly #own: OwnLog;
  readonly #services: Services;
  /** By room: the mark that waits, 0 if none, and the timer until it may be kept. */
  readonly #waiting = new Map<string, { seq: number; timer: ReturnType<typeof setTimeout> }>();

  constructor(own: OwnLog, services: Services) {
    this.#own = own;
    this.#services = services;
  }

  /**
   * Marks a room as read up to an entry.
   *
   * @returns false if the room has no such entry
   */
  async set(room: string, seq: number): Promise<boolean> {
    const { hub, journal } = this.#services;
    const newest = hub.newest(room) ?? (await journal.before(room, Infinity, 1))[0]?.seq ?? 0;
    if (seq > newest) return false;
    const waiting = this.#waiting.get(room);
    if (waiting) waiting.seq = Math.max(waiting.seq, seq);
    else await this.#keep(room, seq);
    return true;
  }

  async #keep(room: string, seq: number): Promise<void> {
    const timer = setTimeout(() => this.#next(room), LIMITS.readMs);
    this.#waiting.set(room, { seq: 0, timer });
    const mark = this.#own.marks.get(room);
    if (mark && mark.seq >= seq) return;
    await this.#own.read(room, seq, await this.#services.journal.messagesUpTo(room, seq));
  }

  #next(room: string): void {
    const seq = this.#waiting.get(room)?.seq ?? 0;
    this.#waiting.delete(room);
    if (seq === 0) return;
    const failed = (error: unknown) => this.#services.log.error("own log failed", { error });
    this.#keep(room, seq).catch(failed);
  }

  /** Keeps what waits, at once. */
  close(): void {
    for (const [room, { timer }] of [...this.#waiting]) {
      clearTimeout(timer);
      this.#next(room);
    }
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
