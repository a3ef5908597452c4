/**
 * Erases the bytes of deleted texts from the files, within a minute.
 *
 * SQLite overwrites deleted rows with zeros (`secure_delete`), but four things remain: older pages in
 * the file's log, forgotten messages that are removed later together, those in a packed row with newer
 * ones, and copies in unused parts of pages. So after something was deleted, edited or forgotten, what is
 * forgotten is removed, packed rows are cut, the log is emptied and the unused parts are overwritten, in
 * small steps between which the event loop goes on. While another process reads the file, that is tried
 * once a second; it never waits, since nothing could be kept meanwhile.
 */

import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import type { ChangeTable } from "./change_table.ts";
import type { Connection } from "./connection.ts";
import type { MessageTable } from "./message_table.ts";
import type { OpenRoom } from "./numbering.ts";

/** Erases deleted texts from one file. */
export class Eraser {
  readonly #connection: Connection;
  readonly #messages: MessageTable;
  readonly #changes: ChangeTable;
  /** Up to which number rooms were trimmed, by the rooms' numbers. */
  readonly #trimmed = new Map<number, number>();
  #isNeeded = false;
  /** It has begun to overwrite what there was when it began. */
  #isBegun = false;
  readonly #end = new AbortController();
  #erasing: Promise<boolean> | undefined;
  readonly #eraseMs: number;
  /** When it is tried (`performance.now()`); also after the start, since there may have been a crash. */
  #dueAt: number;

  /** @param eraseMs for how long deleted texts are collected, to be erased together */
  constructor(
    connection: Connection,
    messages: MessageTable,
    changes: ChangeTable,
    eraseMs: number,
  ) {
    this.#connection = connection;
    this.#changes = changes;
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

  /** Erases what was deleted until now; false if that is not possible now. */
  erase(): Promise<boolean> {
    this.#erasing ??= this.#eraseAll().finally(() => this.#erasing = undefined);
    return this.#erasing;
  }

  async #eraseAll(): Promise<boolean> {
    this.#dueAt = Infinity;
    this.#isNeeded = false;
    for (this.#isBegun = false;;) {
      const began = performance.now();
      const isDone = this.#step();
      if (isDone) return true;
      if (isDone === undefined) {
        this.#isNeeded = true;
        this.#dueAt = 0;
        return false;
      }
      const ms = Math.max(LIMITS.scrubPauseMs, 4 * (performance.now() - began));
      await this.#connection.flush();
      const isOver = pause(ms, false, { signal: this.#end.signal }).catch(() => true);
      if (await isOver) return false;
    }
  }

  /** Whether that was all; undefined if it is not possible now. */
  #step(): boolean | undefined {
    try {
      if (this.#trimmed.size > 0) this.#connection.transact(() => this.#cut());
      this.#trimmed.clear();
      if (this.#sweep()) return false;
      const isFirst = !this.#isBegun;
      this.#isBegun = true;
      return this.#connection.scrub(isFirst);
    } catch {
      // Another process holds a lock, or nothing can be kept: then appends fail and say why.
      this.#changes.reload();
    }
  }

  /** Whether there are changes of deleted messages left. */
  #sweep(): boolean {
    return this.#connection.transact(() => this.#changes.sweep() || undefined) ?? false;
  }

  #cut(): true {
    for (const [number, forgotten] of this.#trimmed) {
      this.#messages.forget(number, forgotten);
      this.#messages.cut(number, forgotten);
    }
    return true;
  }

  /** The journal closes. What remains in a large file is left to the next start. */
  close(): void {
    this.#end.abort();
    if (!this.#isNeeded && !this.#erasing) return;
    this.#isBegun = false;
    for (let n = 0; n < LIMITS.stepsAtClose && this.#step() === false; n++);
  }
}
