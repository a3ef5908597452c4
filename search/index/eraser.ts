/**
 * Merges the pieces of the index into one, which erases the words of deleted messages from the file.
 *
 * A deleted document is only hidden by FTS5; its words leave the index when that is merged, and the file
 * because freed pages are overwritten (`secure_delete`) and the log is emptied. One piece is also read
 * faster than many. That is done in small steps, so that queries are answered in between, and not too
 * often. The pages that are free then leave the file. That it is due is kept in the file, so a start goes on with it.
 */

import type { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { prepareAll, type Prepared } from "../../journal/prepare.ts";
import type { IndexOptions } from "../requests.ts";

const SQL = {
  due: "SELECT erase FROM state",
  setDue: "UPDATE state SET erase = ?",
  merge: "INSERT INTO word (word, rank) VALUES ('merge', CAST(? AS INTEGER))",
  changes: "SELECT total_changes() AS changes",
  free: "PRAGMA freelist_count",
  shrink: `PRAGMA incremental_vacuum(${LIMITS.search.shrinkPages})`,
  emptyLog: "PRAGMA wal_checkpoint(TRUNCATE)",
} as const;

/** Merges one index. */
export class Eraser {
  readonly #sql: Prepared<typeof SQL>;
  readonly #options: Pick<IndexOptions, "eraseMs" | "restMs">;
  readonly #commit: () => void;
  /** Words have gone that may still be in the file. */
  #isDue: boolean;
  /** Words have gone since the merging that is under way began. */
  #isDueAgain = false;
  /** All pieces have become parts of one merging. */
  #isTogether = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastAt = -Infinity;
  #writtenAt = -Infinity;

  /** @param commit ends the transaction that is open, if there is one */
  constructor(
    db: DatabaseSync,
    options: Pick<IndexOptions, "eraseMs" | "restMs">,
    commit: () => void,
  ) {
    this.#sql = prepareAll(db, SQL);
    this.#options = options;
    this.#commit = commit;
    this.#isDue = this.#sql.due.get()!.erase === 1;
    if (this.#isDue) this.#schedule(0);
  }

  /**
   * Something was written; called in its transaction.
   *
   * @param hasRemoved words may have gone
   * @param hasGrown there are many pieces
   */
  note(hasRemoved: boolean, hasGrown: boolean): void {
    this.#writtenAt = performance.now();
    if (hasRemoved) {
      this.#sql.setDue.run(1);
      this.#isDue = this.#isDueAgain = true;
    }
    if (hasRemoved || hasGrown) this.#scheduleNext();
  }

  #scheduleNext(): void {
    const rest = this.#lastAt + this.#options.restMs - performance.now();
    this.#schedule(Math.max(this.#options.eraseMs, rest));
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => this.#begin(), ms);
  }

  #begin(): void {
    this.#timer = undefined;
    // While much is being written, FTS5 merges by itself what is worth it.
    const isWriting = performance.now() - this.#writtenAt < LIMITS.search.quietMs;
    if (!this.#isDue && isWriting) return this.#scheduleNext();
    this.#lastAt = performance.now();
    this.#isTogether = false;
    this.#run(() => this.#step());
  }

  /** Goes on until a step says that it was the last. */
  #run(step: () => boolean): void {
    try {
      if (!step()) this.#timer = setTimeout(() => this.#run(() => this.#step()), 0);
      else if (this.#isDue) this.#scheduleNext();
    } catch {
      // The disk is full, for example: it is still due.
      this.#timer = setTimeout(() => this.#begin(), LIMITS.search.retryMs);
    }
  }

  /** One step; true if it was the last. */
  #step(): boolean {
    this.#commit();
    if (this.#merge(LIMITS.search.mergePages)) return false;
    // A merging that was under way before may have passed words that have gone since.
    if (!this.#isTogether) {
      this.#isTogether = true;
      this.#isDueAgain = false;
      // Makes all pieces that there are parts of one merging, which the next steps go on with.
      this.#merge(-LIMITS.search.mergePages);
      return false;
    }
    if (Number(this.#sql.free.get()!.freelist_count) > 0) {
      this.#sql.shrink.all();
      return false;
    }
    this.#isDue = this.#isDueAgain;
    if (!this.#isDue) this.#sql.setDue.run(0);
    this.#sql.emptyLog.get();
    this.#timer = undefined;
    return true;
  }

  /** Writes some pages; false if there was nothing to merge. */
  #merge(pages: number): boolean {
    const before = this.#changes();
    this.#sql.merge.run(pages);
    // As FTS5 documents it.
    return this.#changes() - before >= 2;
  }

  #changes(): number {
    return Number(this.#sql.changes.get()!.changes);
  }

  /** Ends it; false if there was not enough time to erase everything. */
  close(): boolean {
    clearTimeout(this.#timer);
    const until = performance.now() + LIMITS.search.closeMs;
    try {
      this.#isTogether = false;
      while (this.#isDue && !this.#step()) if (performance.now() > until) return false;
      return true;
    } catch {
      return false;
    }
  }

  /** Ends it at once: the index goes. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
