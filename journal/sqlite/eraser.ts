/**
 * Erases the bytes of deleted texts from the files, within a minute.
 *
 * SQLite overwrites deleted rows with zeros (`secure_delete`), but four things remain: older pages in
 * the file's log, forgotten messages that are removed later together, those in a packed row with newer
 * ones, and some texts in the unused part of a page that SQLite rearranged before (one in 500 after 18,000
 * random edits and deletions). So after something was deleted, edited or forgotten, what is forgotten is
 * removed, packed rows are cut, a small file is rebuilt, and the log is emptied. While another process reads
 * the file, that is tried once a second; it never waits, since nothing could be kept meanwhile.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Connection } from "./connection.ts";
import type { MessageTable } from "./message_table.ts";
import type { OpenRoom } from "./numbering.ts";

/** Erases deleted texts from one file. */
export class Eraser {
  readonly #connection: Connection;
  readonly #messages: MessageTable;
  /** Up to which number rooms were trimmed, by the rooms' numbers. */
  readonly #trimmed = new Map<number, number>();
  #isNeeded = false;
  readonly #eraseMs: number;
  /** When it is tried (`performance.now()`); also after the start, since there may have been a crash. */
  #dueAt: number;

  /** @param eraseMs for how long deleted texts are collected, to be erased together */
  constructor(connection: Connection, messages: MessageTable, eraseMs: number) {
    this.#connection = connection;
    this.#messages = messages;
    this.#eraseMs = eraseMs;
    this.#dueAt = performance.now() + eraseMs;
  }

  /** Something was deleted. */
  note(): void {
    this.#isNeeded = true;
    if (this.#dueAt === Infinity) this.#dueAt = performance.now() + this.#eraseMs;
  }

  /** A room was trimmed. */
  noteTrimmed({ number, forgotten }: OpenRoom): void {
    this.note();
    this.#trimmed.set(number, forgotten);
    if (this.#trimmed.size > LIMITS.roomsNoted) this.#dueAt = 0;
  }

  /** Called once a second. */
  look(): void {
    if (performance.now() >= this.#dueAt) this.erase();
  }

  /**
   * Erases what was deleted until now; false if that is not possible now.
   *
   * @param pages the largest file that is rebuilt
   */
  erase(pages: number = LIMITS.rewrittenPages): boolean {
    try {
      if (this.#trimmed.size > 0) this.#connection.transact(() => this.#cut());
      this.#trimmed.clear();
      if (!this.#connection.empty(pages)) return false;
    } catch {
      // Another process holds a lock, or nothing can be kept: then appends fail and say why.
      return false;
    }
    this.#dueAt = Infinity;
    this.#isNeeded = false;
    return true;
  }

  #cut(): true {
    for (const [number, forgotten] of this.#trimmed) {
      this.#messages.forget(number, forgotten);
      this.#messages.cut(number, forgotten);
    }
    return true;
  }

  /** The journal closes. */
  close(): void {
    if (this.#isNeeded) this.erase();
  }
}
