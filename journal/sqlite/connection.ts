/**
 * The connection to a SQLite file: transactions, and whether one could be kept right now.
 *
 * No transaction begins unless the file is where it was opened. Each transaction finds out whether another
 * process has written since the last one, before it reads anything. Only an append waits for another
 * process's lock; everything else must not, since that would delay everybody.
 */

import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import { prepareAll, type Prepared } from "../prepare.ts";
import { IN_MEMORY, openFile } from "./file.ts";
import { FileGuard } from "./guard.ts";
import { Scrubber } from "./scrubber.ts";

const SQL = {
  begin: "BEGIN IMMEDIATE",
  beginReading: "BEGIN",
  commit: "COMMIT",
  dataVersion: "PRAGMA data_version",
  probe: "UPDATE probe SET bytes = randomblob(?)",
} as const;

/** The options of a connection. */
export interface ConnectionOptions {
  readonly sync: "normal" | "full";
  /** The space that the disk must have to be ready, in bytes. */
  readonly probeBytes: number;
  /** Another process has written to the file; called before a transaction reads. */
  readonly onOthersWrote: () => void;
  readonly log: Log | undefined;
}

/** One open file. */
export class Connection {
  readonly db: DatabaseSync;
  readonly #sql: Prepared<typeof SQL>;
  /** None of a database in memory. */
  readonly #guard: FileGuard | undefined;
  readonly #scrubber: Scrubber | undefined;
  readonly #options: ConnectionOptions;
  #dataVersion: unknown;
  /** When another process's writing was last reported. */
  #reportedAt = -Infinity;
  /** When something was last kept (`performance.now()`), unless keeping has failed since. */
  #provenAt = -Infinity;
  #probing: Promise<boolean> | undefined;

  /** @throws {JournalError} if the file cannot be used, saying why */
  constructor(path: string, options: ConnectionOptions) {
    this.#options = options;
    this.db = openFile(path, options.sync, options.log);
    this.#sql = prepareAll(this.db, SQL);
    if (path !== IN_MEMORY) {
      this.#guard = new FileGuard(path, () => this.#emptyLog(), options.log);
      this.#scrubber = new Scrubber(this.db, Deno.realPathSync(path));
    }
    this.#dataVersion = this.#sql.dataVersion.get()!.data_version;
  }

  /**
   * Runs the work in one transaction, which is rolled back if it throws or returns undefined.
   *
   * @param isFlooded see {@linkcode FileGuard.check}
   */
  transact<T>(work: () => T | undefined, isFlooded = false): T | undefined {
    let result: T | undefined;
    this.#guard?.check(isFlooded);
    this.#sql.begin.run();
    try {
      this.#lookForOthers();
      const done = work();
      if (done === undefined) return;
      this.#sql.commit.run();
      this.#provenAt = performance.now();
      result = done;
      this.#writeBack();
      return result;
    } catch (error) {
      this.#provenAt = -Infinity;
      throw error;
    } finally {
      if (result === undefined) this.#rollBack();
    }
  }

  /** Reads several things as they are at one moment. */
  read<T>(work: () => T): T {
    this.#sql.beginReading.run();
    try {
      this.#lookForOthers();
      return work();
    } finally {
      this.#rollBack();
    }
  }

  /** Does a part of a transaction, which alone is rolled back if it throws. */
  attempt<T>(work: () => T): T {
    this.db.exec("SAVEPOINT part");
    let isDone = false;
    try {
      const result = work();
      isDone = true;
      return result;
    } finally {
      if (!isDone) this.db.exec("ROLLBACK TO part");
      this.db.exec("RELEASE part");
    }
  }

  /** Writes the file's log back to the file if it has become long. */
  #writeBack(): void {
    const scrubber = this.#scrubber;
    if (!scrubber?.committed()) return;
    try {
      this.withoutWaiting(() => scrubber.writeBackIfLong());
    } catch (error) {
      // What was to be kept is kept; appends fail and say why if there is no more room.
      this.#options.log?.error("database log cannot be emptied", { error });
    }
  }

  /** Has the disk take what was removed, beside the event loop. */
  async flush(): Promise<void> {
    // Where it fails, the next transaction finds out.
    await this.#scrubber?.flush().catch(() => {});
  }

  /**
   * Does a part of what removes deleted bytes from the file and its log. It does not wait, since nothing
   * could be kept meanwhile. A connection of its own in a Worker would not do: its writing would look
   * like another process's.
   *
   * @param isFirst it begins with what there is now
   * @returns whether that was all; undefined if another process prevents it by reading
   */
  scrub(isFirst: boolean): boolean | undefined {
    const scrubber = this.#scrubber;
    if (!scrubber) return true;
    this.#guard?.check();
    return this.withoutWaiting(() => {
      if (isFirst && !scrubber.begin()) return;
      return scrubber.step();
    });
  }

  #rollBack(): void {
    try {
      this.db.exec("ROLLBACK");
    } catch {
      // After an error such as a full disk there may be no transaction any more.
    }
  }

  #lookForOthers(): void {
    const version = this.#sql.dataVersion.get()!.data_version;
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#scrubber?.forget();
    this.#options.onOthersWrote();
    const now = performance.now();
    if (now - this.#reportedAt < LIMITS.reportMs) return;
    this.#reportedAt = now;
    const advice = "several servers need a Redis, see --db";
    this.#options.log?.error("another process writes to the same database", { advice });
  }

  /** Runs something that fails at once if another process holds a lock. */
  withoutWaiting<T>(action: () => T): T {
    this.db.exec("PRAGMA busy_timeout = 0");
    try {
      return action();
    } finally {
      this.db.exec(`PRAGMA busy_timeout = ${LIMITS.busyMs}`);
    }
  }

  /** Looks whether the file is there, and whether another process has written to it. */
  look(): void {
    this.#guard?.look();
    this.#lookForOthers();
  }

  /** Whether something as large as a message could be kept right now; tries it on the disk. */
  ready(): Promise<boolean> {
    this.#probing ??= this.#probe().finally(() => this.#probing = undefined);
    return this.#probing;
  }

  /** Waits for a lock as long as an append would, but beside the event loop. */
  async #probe(): Promise<boolean> {
    for (const until = performance.now() + LIMITS.busyMs;;) {
      try {
        this.withoutWaiting(() => this.#try());
        return true;
      } catch (error) {
        if (!isLocked(error) || performance.now() >= until) return false;
      }
      await pause(LIMITS.drainMs);
    }
  }

  /** Writes nothing if something has just been kept, so that frequent questions cost little. */
  #try(): void {
    const proven = performance.now() - this.#provenAt < LIMITS.probeMs;
    this.transact(() => proven ? undefined : this.#sql.probe.run(this.#options.probeBytes));
  }

  /**
   * Moves what is in the file's log to the file that is open, wherever that is now. SQLite would add
   * what it finds there to whichever file is at the path when it is opened next, and damage it.
   */
  #emptyLog(): void {
    this.#scrubber?.forget();
    try {
      this.withoutWaiting(() => this.db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    } catch (error) {
      this.#options.log?.error("database log cannot be emptied", { error });
    }
  }

  close(): void {
    this.#guard?.look();
    if (this.#guard?.isLost) this.#emptyLog();
    this.db.close();
    this.#scrubber?.close();
  }
}

/** Whether the reason is another process's lock. */
function isLocked(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode! & 0xff) === 5;
}
