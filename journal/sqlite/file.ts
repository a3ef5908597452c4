/**
 * The SQLite file behind the journal: its schema, how it is opened, and what is told of one that
 * cannot be used.
 *
 * `user_version` is the schema's version: the file of an older server is brought up to date when it
 * is opened, that of a newer one is refused, and so is one that is broken or another program's.
 */

import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { JournalError } from "../journal.ts";

/** Entry n takes a file from version n to version n + 1. What was released is never changed. */
const UPGRADES = [
  `
  CREATE TABLE journal (epoch TEXT NOT NULL);
  CREATE TABLE room (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE message (
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    member TEXT NOT NULL,
    name TEXT NOT NULL,
    avatar TEXT,
    text TEXT NOT NULL,
    id TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX message_id ON message (room, id) WHERE id IS NOT NULL;
  CREATE VIEW log AS
    SELECT room.name AS room, message.seq, at, member, message.name, avatar, text, id
    FROM message JOIN room ON room.number = message.room;
  `,
  `
  CREATE TABLE page (
    room INTEGER NOT NULL,
    last INTEGER NOT NULL,
    first INTEGER NOT NULL,
    messages TEXT NOT NULL,
    PRIMARY KEY (room, last)
  ) WITHOUT ROWID;
  DROP VIEW log;
  CREATE VIEW log AS
    SELECT room.name AS room, seq, at, member, message.name, avatar, text, id
    FROM message JOIN room ON room.number = message.room
    UNION ALL
    SELECT room.name, first + key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, NULL
    FROM page JOIN room ON room.number = page.room, json_each(messages);
  `,
];

/** A whole check of the file is worth its time up to this size. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/**
 * Opens a file, which is made if there is none.
 *
 * @throws {JournalError} if it cannot be used, saying why
 */
export function openFile(path: string, sync: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: LIMITS.busyMs });
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${LIMITS.walPages}`);
    check(db);
    upgrade(db);
    return db;
  } catch (error) {
    db?.close();
    throw new JournalError(`--db: cannot use "${path}": ${reason(error as Error)}`);
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

function upgrade(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  const version = Number(db.prepare("PRAGMA user_version").get()!.user_version);
  if (version > UPGRADES.length) {
    throw new Error(
      `it is of version ${version}, made by a newer Hubbub; this one knows up to ${UPGRADES.length}`,
    );
  }
  for (const step of UPGRADES.slice(version)) db.exec(step);
  if (version === 0) {
    db.prepare("INSERT INTO journal (epoch) VALUES (?)").run(crypto.randomUUID());
  }
  db.exec(`PRAGMA user_version = ${UPGRADES.length}; COMMIT`);
}

/** What SQLite says, and what to do about it. */
function reason({ message }: Error): string {
  if (/not a database/.test(message)) return "this file is not a database, choose another";
  if (/malformed/.test(message)) return "the database is damaged, restore it from a backup";
  if (/already exists/.test(message)) return "it is another program's database, choose another";
  if (/unable to open|Requires/.test(message)) {
    return "the file cannot be opened or made there, check the path and its permissions";
  }
  if (/readonly/.test(message)) return "it cannot be written, check its permissions";
  if (/locked/.test(message)) return "another process holds it locked, stop that one first";
  return message;
}
