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
  #isDue: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastAt = -Infinity;

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

  /** Words have gone, or there are many pieces; called in the transaction of that. */
  note(): void {
    this.#isDue = true;
    this.#sql.setDue.run(1);
    const rest = this.#lastAt + this.#options.restMs - performance.now();
    this.#schedule(Math.max(this.#options.eraseMs, rest));
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => this.#begin(), ms);
  }

  #begin(): void {
    this.#lastAt = performance.now();
    this.#go();
  }

  #go(): void {
    try {
      this.#timer = this.#step() ? undefined : setTimeout(() => this.#go(), 0);
    } catch {
      // The disk is full, for example: it is still due.
      this.#timer = setTimeout(() => this.#begin(), LIMITS.search.retryMs);
    }
  }

  /** One step; true if nothing is left to erase. */
  #step(): boolean {
    this.#commit();
    const before = this.#changes();
    this.#sql.merge.run(-LIMITS.search.mergePages);
    // As FTS5 documents it: a step that does nothing changes fewer than two rows.
    if (this.#changes() - before >= 2) return false;
    if (Number(this.#sql.free.get()!.freelist_count) > 0) {
      this.#sql.shrink.all();
      return false;
    }
    this.#sql.setDue.run(0);
    this.#sql.emptyLog.get();
    this.#isDue = false;
    return true;
  }

  #changes(): number {
    return Number(this.#sql.changes.get()!.changes);
  }

  /** Ends it; false if there was not enough time to erase everything. */
  close(): boolean {
    clearTimeout(this.#timer);
    const until = performance.now() + LIMITS.search.closeMs;
    try {
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
