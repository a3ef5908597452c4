/**
 * Opening the SQLite file behind the journal: making it, checking it, and saying what is wrong with
 * one that cannot be used.
 *
 * A file is made for the server's user alone, since it holds a secret; an older one becomes so when
 * it gets its secret. Nothing is changed in another program's database, and when opening fails,
 * nothing is left behind that was not there before.
 */

import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import { JournalError } from "../journal.ts";
import { correctRows } from "./recovery.ts";
import { identify, isUpToDate, upgrade } from "./schema.ts";

/** A whole check of the file is worth its time up to this size. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/** The endings of the file and of those that SQLite puts beside it. */
const FILES = ["", "-wal", "-shm", "-journal"];

/** A database that ends with its connection. */
export const IN_MEMORY = ":memory:";

/** For the server's user alone. */
const MODE = 0o600;

/**
 * Opens a file, which is created if there is none.
 *
 * @throws {JournalError} if it cannot be used, saying why
 */
export function openFile(path: string, sync: string, log?: Log): DatabaseSync {
  let db: DatabaseSync | undefined;
  const created = path !== IN_MEMORY && create(path);
  try {
    db = new DatabaseSync(path, { timeout: LIMITS.busyMs });
    identify(db);
    check(db);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${LIMITS.walPages}; PRAGMA secure_delete = ON`);
    if (!isUpToDate(db) && path !== IN_MEMORY) each(path, (file) => Deno.chmodSync(file, MODE));
    upgrade(db, log);
    correctRows(db);
    return db;
  } catch (error) {
    db?.close();
    if (created) each(path, (file) => Deno.removeSync(file));
    throw new JournalError(`--db: cannot use "${path}": ${reason(error as Error)}`);
  }
}

/** Creates the file if there is none; returns whether it did. */
function create(path: string): boolean {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: MODE }).close();
    return true;
  } catch {
    // It exists, or cannot be created: then SQLite says why.
    return false;
  }
}

/** Does something to each of the files that exist, if the system allows it. */
function each(path: string, action: (file: string) => void): void {
  for (const end of FILES) {
    try {
      action(path + end);
    } catch {
      // It is not there, or belongs to another user.
    }
  }
}

function check(db: DatabaseSync): void {
  const { bytes } = db.prepare(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  ).get()!;
  if (Number(bytes) > CHECKED_BYTES) return;
  const { quick_check } = db.prepare("PRAGMA quick_check(1)").get()!;
  if (quick_check !== "ok") throw new Error("database disk image is malformed");
}

/** Says what is wrong, and what to do about it. */
function reason({ message }: Error): string {
  if (/not a database/.test(message)) return "this file is not a database, choose another";
  if (/malformed/.test(message)) return "the database is damaged, restore it from a backup";
  if (/unable to open|Requires/.test(message)) {
    return "the file cannot be opened or made there, check the path and its permissions";
  }
  if (/readonly/.test(message)) return "it cannot be written, check its permissions";
  if (/locked/.test(message)) return "another process holds it locked, stop that one first";
  if (/is full|disk I\/O/.test(message)) return "it cannot be written, check the space on its disk";
  return message;
}
