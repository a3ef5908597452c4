/**
 * The schema of the SQLite file, and how an older file is brought up to date.
 *
 * `application_id` says that a file is Hubbub's, `user_version` which version its schema has. Version
 * 0.1 wrote files of the versions 1 and 2, which have no `application_id`: they are known by their
 * tables. Tables that other tools have added do no harm.
 */

import type { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { foldName } from "../../hub/room_name.ts";
import type { Log } from "../../telemetry/log.ts";
import { ROOM_INDICES } from "../room_table.ts";
import { createSecret } from "../secret.ts";

/** `Hubb` in ASCII. */
const APPLICATION_ID = 0x48756262;

/** The number and time of a room's newest message. */
const NEWEST = `
  SELECT coalesce(max(seq), 0), coalesce(at, 0) FROM (
    SELECT * FROM (SELECT seq, at FROM single WHERE room = number ORDER BY seq DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (
      SELECT last, packed.messages ->> '$[#-1][0]'
      FROM packed WHERE room = number ORDER BY last DESC LIMIT 1
    ))`;

/** Entry n takes a file from version n to version n + 1. What was released is never changed. */
const UPGRADES: readonly ((db: DatabaseSync) => void)[] = [
  (db) =>
    db.exec(`
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
    `),
  (db) =>
    db.exec(`
      CREATE TABLE page (
        room INTEGER NOT NULL,
        last INTEGER NOT NULL,
        first INTEGER NOT NULL,
        messages TEXT NOT NULL,
        PRIMARY KEY (room, last)
      ) WITHOUT ROWID;
      DROP VIEW IF EXISTS log;
      CREATE VIEW log AS
        SELECT room.name AS room, seq, at, member, message.name, avatar, text, id
        FROM message JOIN room ON room.number = message.room
        UNION ALL
        SELECT room.name, first + key,
          value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, NULL
        FROM page JOIN room ON room.number = page.room, json_each(messages);
    `),
  addRoomListAndChanges,
  (db) =>
    db.exec(`
      CREATE TABLE file (
        id TEXT PRIMARY KEY,
        room INTEGER NOT NULL,
        seq INTEGER NOT NULL
      ) WITHOUT ROWID;
    `),
  createLogView,
];

/**
 * Rooms get what their list needs, the database its secret and a row that tries the disk, and there
 * are changes. The tables of messages get other names, so that a server of version 0.1 can append to
 * none of them. No message is touched, however many there are.
 */
function addRoomListAndChanges(db: DatabaseSync): void {
  db.exec(`
    DROP VIEW log;
    ALTER TABLE message RENAME TO single;
    ALTER TABLE single ADD COLUMN ordinal INTEGER;
    ALTER TABLE single ADD COLUMN state TEXT;
    ALTER TABLE page RENAME TO packed;
    ALTER TABLE packed ADD COLUMN ordinal INTEGER;
    CREATE TABLE change (
      room INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at INTEGER NOT NULL,
      id TEXT,
      key TEXT,
      type TEXT,
      of INTEGER,
      member TEXT,
      name TEXT,
      emoji TEXT,
      value,
      count INTEGER,
      PRIMARY KEY (room, seq)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX change_key ON change (room, key) WHERE key IS NOT NULL;
    CREATE UNIQUE INDEX change_id ON change (room, id) WHERE id IS NOT NULL;
    CREATE INDEX change_of ON change (room, of, emoji) WHERE of IS NOT NULL;
    CREATE INDEX change_pin ON change (room) WHERE type = 'pin' AND value = 1;
    CREATE INDEX change_superseded ON change (room) WHERE key IS NULL;
    CREATE TABLE sweep (
      room INTEGER NOT NULL,
      of INTEGER NOT NULL,
      PRIMARY KEY (room, of)
    ) WITHOUT ROWID;
    ALTER TABLE journal ADD COLUMN secret TEXT NOT NULL DEFAULT '';
    ALTER TABLE room ADD COLUMN fold TEXT NOT NULL DEFAULT '';
    ALTER TABLE room ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE room ADD COLUMN newest_seq INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE room ADD COLUMN newest_at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE room ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
    UPDATE room SET fold = lower(name), (newest_seq, newest_at) = (${NEWEST});
    UPDATE room SET messages = newest_seq;
    CREATE TABLE probe (bytes BLOB NOT NULL);
    INSERT INTO probe VALUES (x'');
  `);
  foldNames(db);
  db.exec(ROOM_INDICES);
}

/**
 * The view for people: one row a message, also of packed rows as `packMessages` makes them, and of those in
 * which each message has everything.
 */
function createLogView(db: DatabaseSync): void {
  const part = (place: string) => `(packed.messages ->> ('$' || ${place}))`;
  const sender = (field: number) =>
    part(`'[0][' || ${part("'[' || place || ']'")} || '][${field}]'`);
  db.exec(`
    DROP VIEW IF EXISTS log;
    CREATE VIEW log AS
      SELECT room.name AS room, seq, at, member, single.name, avatar, text, id
      FROM single JOIN room ON room.number = single.room
      UNION ALL
      SELECT room.name, first + key,
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, NULL
      FROM packed JOIN room ON room.number = packed.room, json_each(packed.messages)
      WHERE json_type(packed.messages, '$[0][0]') = 'integer'
      UNION ALL
      SELECT room.name, seq, ${part("'[' || time || '][0]'")},
        ${sender(0)}, ${sender(1)}, ${sender(2)}, text, NULL
      FROM (
        SELECT room AS number, last, type, atom AS text,
          first - 1 + sum(type = 'text') OVER before AS seq,
          max(CASE WHEN type = 'integer' THEN key END) OVER before AS place,
          min(CASE WHEN type = 'array' THEN key END) OVER after AS time
        FROM packed, json_each(packed.messages)
        WHERE json_type(messages, '$[0][0]') = 'array' AND key > 0
        WINDOW before AS (PARTITION BY room, last ORDER BY key),
          after AS (PARTITION BY room, last ORDER BY key DESC)
      ) AS item JOIN packed ON packed.room = number AND packed.last = item.last
        JOIN room USING (number)
      WHERE type = 'text';
  `);
}

/** Folds the names that are not ASCII, since `lower` folds ASCII alone. */
function foldNames(db: DatabaseSync): void {
  const read = db.prepare(
    "SELECT number, name FROM room WHERE number > ? AND name GLOB '*[^ -~]*' ORDER BY number LIMIT ?",
  );
  const write = db.prepare("UPDATE room SET fold = ? WHERE number = ?");
  for (let from = 0;;) {
    const rows = read.all(from, LIMITS.inheritance);
    for (const { number, name } of rows) write.run(foldName(String(name)), number);
    if (rows.length < LIMITS.inheritance) return;
    from = Number(rows.at(-1)!.number);
  }
}

/**
 * Checks whose database it is, and changes nothing.
 *
 * @throws {Error} if it is another program's or a newer Hubbub's
 */
export function identify(db: DatabaseSync): void {
  const application = pragma(db, "application_id");
  const version = pragma(db, "user_version");
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    .map(({ name }) => String(name));
  const isOurs = application === APPLICATION_ID ||
    application === 0 && (isOlder(db, version, tables) || version === 0 && tables.length === 0);
  if (!isOurs) throw new Error("it is another program's database, choose another");
  if (version <= UPGRADES.length) return;
  throw new Error(
    `it is of version ${version}, made by a newer Hubbub; this one knows up to ${UPGRADES.length}`,
  );
}

/** Whether it looks like a file of version 0.1. */
function isOlder(db: DatabaseSync, version: number, tables: readonly string[]): boolean {
  if (version !== 1 && version !== 2) return false;
  const needed = ["journal", "room", "message", ...(version === 2 ? ["page"] : [])];
  if (!needed.every((name) => tables.includes(name))) return false;
  const columns = db.prepare("SELECT name FROM pragma_table_info('journal')").all();
  return columns.length === 1 && columns[0].name === "epoch";
}

/** Whether the file is of the newest version. */
export function isUpToDate(db: DatabaseSync): boolean {
  return pragma(db, "user_version") === UPGRADES.length;
}

/** Brings the file up to date, all or nothing. */
export function upgrade(db: DatabaseSync, log?: Log): void {
  db.exec("BEGIN IMMEDIATE");
  const version = pragma(db, "user_version");
  const isOld = version > 0 && version < UPGRADES.length;
  if (isOld) log?.info("upgrading the database", { from: version, to: UPGRADES.length });
  for (const step of UPGRADES.slice(version)) step(db);
  if (version === 0) {
    db.prepare("INSERT INTO journal (epoch) VALUES (?)").run(crypto.randomUUID());
  }
  db.prepare("UPDATE journal SET secret = ? WHERE secret = ''").run(createSecret());
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec(`PRAGMA user_version = ${UPGRADES.length}; COMMIT`);
  if (isOld) log?.info("database upgraded", { advice: "older versions cannot use it any more" });
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()![name]);
}
