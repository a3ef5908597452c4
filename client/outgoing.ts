/**
 * Lines that wait on a connection for all rooms: about the person's own log, and the activity of rooms.
 *
 * A newer line about the same thing replaces the older one, so what waits for a slow client is limited
 * by the number of its rooms. A line is made when it is sent, so its numbers are those of that moment: what
 * was true when it began to wait may be older than what has been sent meanwhile.
 */

import type { ListedRoom } from "../hub/room_list.ts";
import { activityLine } from "../wire/all_rooms.ts";

/** Makes a line; undefined where there is nothing to say any more. */
export type Line = () => string | undefined;

/** Lines to send, the newest of each kind. */
export class Outgoing {
  readonly #lines = new Map<string, Line>();
  readonly #activity = new Map<string, ListedRoom>();

  /** Whether there is nothing to send. */
  get isEmpty(): boolean {
    return this.#lines.size === 0 && this.#activity.size === 0;
  }

  /** Adds a line; `key` says what it is about. */
  add(key: string, line: Line): void {
    this.#lines.delete(key);
    this.#lines.set(key, line);
  }

  /** Adds what happened in a room. */
  addActivity(room: ListedRoom): void {
    this.#activity.set(room.name, room);
  }

  /** Forgets the activity of a room. */
  forget(room: string): void {
    this.#activity.delete(room);
  }

  /** Everything that waits, a line each. */
  take(): string[] {
    const lines: string[] = [];
    for (const make of this.#lines.values()) {
      const line = make();
      if (line !== undefined) lines.push(line);
    }
    if (this.#activity.size > 0) lines.push(activityLine([...this.#activity.values()]));
    this.#lines.clear();
    this.#activity.clear();
    return lines;
  }
}
