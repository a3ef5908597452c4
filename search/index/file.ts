/**
 * The file of the index: opening it, and its tables.
 *
 * It can be deleted at any time and is rebuilt, so one that is damaged, of another version or of another
 * epoch is thrown away. It belongs to one server, which holds it locked: of several servers with the same
 * folder each takes the first file that no other one uses. It holds texts, so it is for the server's user
 * alone.
 *
 * - `state`: one row, with the epoch, and whether deleted words are still in the file;
 * - `room`: a room's name, whether it is open to everybody, its position, and its oldest kept message;
 * - `chunk`: messages of a room with numbers from `first` on, at most {@linkcode LIMITS.search}`.chunk` of
 *   them; `times` has the time of each, as 32 bits after `start`;
 * - `word`: the documents. That of message `first + n` has the id `chunk × LIMITS.search.chunk + n`: ids are
 *   small and dense, which makes the index small, and in a room they are in the order of time. Where in a
 *   document a token is it does not know, which halves its size again.
 */

import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";

/** "Hubs", and the version of the tables. */
const APPLICATION = 0x48756273;
const VERSION = 1;

const TABLES = `
  CREATE TABLE state (epoch TEXT NOT NULL, erase INTEGER NOT NULL);
  CREATE TABLE room (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, open INTEGER NOT NULL,
    seq INTEGER NOT NULL, at INTEGER NOT NULL, oldest INTEGER NOT NULL
  );
  CREATE TABLE chunk (
    number INTEGER PRIMARY KEY, room INTEGER NOT NULL, first INTEGER NOT NULL,
    start INTEGER NOT NULL, newest INTEGER NOT NULL, times BLOB NOT NULL
  );
  CREATE INDEX chunk_first ON chunk (room, first);
  CREATE INDEX chunk_newest ON chunk (newest);
  CREATE VIRTUAL TABLE word USING fts5(
    tokens, content='', contentless_delete=1, detail='none', tokenize='ascii'
  );
  INSERT INTO word (word, rank) VALUES ('pgsz', ${LIMITS.search.pageBytes});
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** An index without a file. */
export const IN_MEMORY = ":memory:";

/** For the server's user alone. */
const MODE = 0o600;

/** A file that is open. */
export interface OpenFile {
  readonly db: DatabaseSync;
  readonly path: string;
  /** Why what was there could not be used, if so. */
  readonly discarded: string | undefined;
}

/**
 * Opens an index of this epoch: the first of `path`, `path-2`, `path-3` … that no other server uses.
 *
 * @throws {Error} if none can be used
 */
export function openFile(path: string, epoch: string): OpenFile {
  for (let n = 1;; n++) {
    const candidate = n === 1 || path === IN_MEMORY ? path : `${path}-${n}`;
    try {
      return openOrReplace(candidate, epoch);
    } catch (error) {
      if (codeOf(error) !== BUSY || n === LIMITS.search.indexes) throw error;
    }
  }
}

function openOrReplace(path: string, epoch: string): OpenFile {
  let discarded: string | undefined;
  let db: DatabaseSync | undefined;
  try {
    db = connect(path);
    discarded = flawOf(db, epoch);
    if (!discarded) return { db, path, discarded };
  } catch (error) {
    if (!isDamage(error)) throw error;
    discarded = "it is damaged";
  } finally {
    if (discarded) db?.close();
  }
  removeFile(path);
  return { db: create(path, epoch), path, discarded: discarded === EMPTY ? undefined : discarded };
}

/** Makes an empty index. */
function create(path: string, epoch: string): DatabaseSync {
  const db = connect(path);
  db.exec(`BEGIN; ${TABLES} COMMIT`);
  db.prepare("INSERT INTO state VALUES (?, 0)").run(epoch);
  return db;
}

/** Replaces an index by an empty one. */
export function replaceFile({ db, path }: Pick<OpenFile, "db" | "path">, epoch: string): OpenFile {
  db.close();
  removeFile(path);
  return { db: create(path, epoch), path, discarded: undefined };
}

/** Removes the file and what SQLite puts beside it. */
export function removeFile(path: string): void {
  if (path === IN_MEMORY) return;
  for (const end of ["", "-wal", "-shm", "-journal"]) {
    try {
      Deno.removeSync(path + end);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** The size of the file and its log, in bytes. */
export function sizeOf({ db, path }: Pick<OpenFile, "db" | "path">): number {
  if (path === IN_MEMORY) {
    const { bytes } = db.prepare(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    ).get()!;
    return Number(bytes);
  }
  return ["", "-wal"].reduce((sum, end) => sum + bytesOf(path + end), 0);
}

function bytesOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

/** Locks the file, for as long as it is open. Deleted rows are overwritten with zeros. */
function connect(path: string): DatabaseSync {
  if (path !== IN_MEMORY) {
    Deno.openSync(path, { create: true, write: true, mode: MODE }).close();
  }
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON");
    db.exec("PRAGMA auto_vacuum = INCREMENTAL");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const EMPTY = "it is empty";

/** Why an index cannot be used; undefined if it can. */
function flawOf(db: DatabaseSync, epoch: string): string | undefined {
  const { application } = db.prepare(
    "SELECT application_id AS application FROM pragma_application_id",
  ).get()!;
  const { version } = db.prepare("SELECT user_version AS version FROM pragma_user_version").get()!;
  if (application === 0) return EMPTY;
  if (application !== APPLICATION || version !== VERSION) return "it is of another version";
  const state = db.prepare("SELECT epoch FROM state").get();
  if (state?.epoch !== epoch) return "it is of another history";
}

const BUSY = 5;

/** The primary result code of an error of SQLite. */
function codeOf(error: unknown): number {
  const { errcode, message = "" } = error as { errcode?: number; message?: string };
  // `exec` reports no code.
  return errcode === undefined ? /is locked/.test(message) ? BUSY : 0 : errcode & 0xff;
}

/** Whether an error says that the file is damaged, or no database. */
export function isDamage(error: unknown): boolean {
  const isCode = [11, 26].includes(codeOf(error));
  return isCode || /malformed|not a database/.test((error as Error).message);
}
