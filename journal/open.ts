/** Opens the journal that `--db` names. The code of other kinds is not loaded. */

import type { Config } from "../config/config.ts";
import type { Log } from "../telemetry/log.ts";
import type { ImportTarget, Journal } from "./journal.ts";

type Options = Pick<Config, "db" | "keep" | "sync"> & Partial<Pick<Config, "maxMessage">>;

/**
 * Opens any journal.
 *
 * @throws {JournalError} if it cannot be used
 */
export async function openJournal(options: Options, log: Log): Promise<Journal> {
  if (options.db !== ":memory:") return await openDurableJournal(options, log);
  return new (await import("./memory.ts")).MemoryJournal(options.keep);
}

/**
 * Opens a journal that outlives this process.
 *
 * @throws {JournalError} if it cannot be used
 */
export async function openDurableJournal(
  { db, keep, sync, maxMessage }: Options,
  log: Log,
): Promise<ImportTarget> {
  if (/^rediss?:/.test(db)) {
    return await (await import("./redis/journal.ts")).RedisJournal.open(db, { keep, log });
  }
  return new (await import("./sqlite/journal.ts")).SqliteJournal(db, {
    keep,
    sync,
    maxMessage,
    log,
  });
}
