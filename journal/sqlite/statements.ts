/**
 * The statements that the SQLite journal runs, prepared once for each file.
 *
 * What is said of rows and pages is in `journal.ts`; the schema is in `file.ts`.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ROWS, WIDTH } from "./rows.ts";

const COLUMNS = "seq, at, member, name, avatar, text, id";
const NEWEST = `max(
  (SELECT coalesce(max(seq), 0) FROM message WHERE room = number),
  (SELECT coalesce(max(last), 0) FROM page WHERE room = number))`;

const SQL = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  insert: insertion(1),
  insertMany: insertion(ROWS),
  insertPage: "INSERT INTO page VALUES (?, ?, ?, ?)",
  byId: `SELECT ${COLUMNS} FROM message WHERE room = ? AND id = ?`,
  after: `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`,
  pageAfter:
    "SELECT first, last, messages FROM page WHERE room = ? AND last > ? ORDER BY last LIMIT 1",
  before: `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  // Only the first page that ends at `seq` or later can begin before it. (Deno 2.4 knows no `?1`.)
  pageBefore: `SELECT first, last, messages FROM page
    WHERE room = ? AND first < ? AND last <= coalesce(
      (SELECT min(last) FROM page WHERE room = ? AND last >= ?), ?) ORDER BY last DESC LIMIT 1`,
  room: `SELECT number, ${NEWEST} AS seq FROM room WHERE name = ?`,
  newRoom: "INSERT INTO room (name) VALUES (?)",
  forget: "DELETE FROM message WHERE room = ? AND seq <= ?",
  forgetPages: "DELETE FROM page WHERE room = ? AND last <= ?",
  list: `SELECT name, ${NEWEST} AS seq FROM room`,
  epoch: "SELECT epoch FROM journal",
  setEpoch: "UPDATE journal SET epoch = ?",
} as const;

/** The prepared statements, by name. */
export type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>;

/** Prepares them all. */
export function prepareAll(db: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(entries) as Statements;
}

function insertion(rows: number): string {
  const row = `(${Array(WIDTH).fill("?").join(", ")})`;
  return `INSERT INTO message (room, ${COLUMNS}) VALUES ${Array(rows).fill(row).join(", ")}
    ON CONFLICT (room, id) WHERE id IS NOT NULL DO NOTHING`;
}
