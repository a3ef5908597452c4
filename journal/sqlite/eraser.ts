/**
 * Takes the bytes of what was deleted out of the files, within a minute.
 *
 * SQLite overwrites what is deleted with zeros (`secure_delete`), but three things stay: older pages in
 * the file's log, messages beyond `--keep` that are in a packed row with newer ones, and about one text
 * in five hundred in the unused part of a page that SQLite has rearranged before. So, once something was
 * deleted, edited or trimmed, the packed rows are cut, a small file is written anew, and the log is
 * emptied. That is tried again each second while somebody reads the file, whom it never waits for.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Connection } from "./connection.ts";
import type { MessageTable } from "./message_table.ts";
import type { OpenRoom } from "./numbering.ts";

/** Erases what was deleted from one file. */
export class Eraser {
  readonly #connection: Connection;
  readonly #messages: MessageTable;
  /** Up to which number rooms were trimmed, by the rooms' numbers. */
  readonly #trimmed = new Map<number, number>();
  #isNeeded = false;
  /** When it is tried (`performance.now()`): soon after the start, for what a crash left behind. */
  #dueAt = performance.now() + LIMITS.eraseMs;

  constructor(connection: Connection, messages: MessageTable) {
    this.#connection = connection;
    this.#messages = messages;
  }

  /** Something was deleted. */
  note(): void {
    this.#isNeeded = true;
    if (this.#dueAt === Infinity) this.#dueAt = performance.now() + LIMITS.eraseMs;
  }

  /** A room was trimmed. */
  noteTrimmed({ number, forgotten }: OpenRoom): void {
    this.note();
    this.#trimmed.set(number, forgotten);
    if (this.#trimmed.size > LIMITS.roomsNoted) this.#dueAt = 0;
  }

  /** Once a second. What was deleted within some time is erased at once. */
  look(): void {
    if (performance.now() >= this.#dueAt) this.erase();
  }

  /** Erases what was deleted until now, if nobody else uses the file; reports whether it could. */
  erase(): boolean {
    try {
      if (this.#trimmed.size > 0) this.#connection.transact(() => this.#cut());
      this.#trimmed.clear();
      if (!this.#connection.empty(LIMITS.rewrittenPages)) return false;
    } catch {
      // Nothing can be written now. Why is said when something is to be kept.
      return false;
    }
    this.#dueAt = Infinity;
    this.#isNeeded = false;
    return true;
  }

  #cut(): true {
    for (const [number, forgotten] of this.#trimmed) this.#messages.cut(number, forgotten);
    return true;
  }

  /** The journal closes. */
  close(): void {
    if (this.#isNeeded) this.erase();
  }
}
