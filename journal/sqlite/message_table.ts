/**
 * The messages of a SQLite file.
 *
 * A message is a row of `message`. If many come to a room in one batch, they are kept as packed rows of
 * `page`, which costs a third. Messages with an `id` are never packed, since a unique index ensures that
 * each is kept once. This file knows rooms by their numbers and begins no transactions.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import type { Message } from "../journal.ts";
import { prepareAll, type Prepared } from "../prepare.ts";
import type { Newest } from "../room_table.ts";
import { fromPage, fromRow, packPage, pushRow, ROWS, WIDTH } from "./rows.ts";

const COLUMNS = "seq, at, member, name, avatar, text, id";

/** The number and time of the newest message of the room whose number this expression is. */
export const newestOf = (room: string): string => `
  SELECT coalesce(max(seq), 0) AS seq, coalesce(at, 0) AS at FROM (
    SELECT * FROM (SELECT seq, at FROM message WHERE room = ${room} ORDER BY seq DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (
      SELECT last, messages ->> '$[#-1][0]' FROM page WHERE room = ${room} ORDER BY last DESC LIMIT 1
    ))`;

const SQL = {
  insert: insertion(1),
  insertMany: insertion(ROWS),
  insertPage: "INSERT INTO page VALUES (?, ?, ?, ?)",
  byId: `SELECT ${COLUMNS} FROM message WHERE room = ? AND id = ?`,
  newest: newestOf("?"),
  after: `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`,
  pageAfter:
    "SELECT first, last, messages FROM page WHERE room = ? AND last > ? ORDER BY last LIMIT 1",
  before: `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  // Only the first page that ends at `seq` or later can begin before it. (Deno 2.4 knows no `?1`.)
  pageBefore: `SELECT first, last, messages FROM page
    WHERE room = ? AND first < ? AND last <= coalesce(
      (SELECT min(last) FROM page WHERE room = ? AND last >= ?), ?) ORDER BY last DESC LIMIT 1`,
  forget: "DELETE FROM message WHERE room = ? AND seq <= ?",
  forgetPages: "DELETE FROM page WHERE room = ? AND last <= ?",
} as const;

/** The tables `message` and `page` of one file. */
export class MessageTable {
  readonly #sql: Prepared<typeof SQL>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
  }

  /** The newest message of a room; 0 in a room without any. */
  newest(room: number): Newest {
    const { seq, at } = this.#sql.newest.get(room, room)!;
    return { seq: Number(seq), at: Number(at) };
  }

  /** The message that has this id in a room. */
  byId(room: number, id: string): Message {
    return fromRow(this.#sql.byId.get(room, id)!);
  }

  /** Adds consecutive messages of a batch to a room; false if an id exists already. */
  add(room: number, added: readonly Message[]): boolean {
    const packs = added.length >= LIMITS.rowLeast && added.every(({ id }) => id === undefined);
    if (!packs) return this.addRows(room, added);
    for (let from = 0; from < added.length; from += LIMITS.rowMost) {
      const page = added.slice(from, from + LIMITS.rowMost);
      this.#sql.insertPage.run(room, page.at(-1)!.seq, page[0].seq, packPage(page));
    }
    return true;
  }

  /** Adds rows, several with one statement; false if an id exists already. */
  addRows(room: number, added: readonly Message[]): boolean {
    let changes = 0;
    let values: SQLInputValue[] = [];
    for (const message of added) {
      pushRow(values, room, message);
      if (values.length < ROWS * WIDTH) continue;
      changes += Number(this.#sql.insertMany.run(...values).changes);
      values = [];
    }
    for (let at = 0; at < values.length; at += WIDTH) {
      changes += Number(this.#sql.insert.run(...values.slice(at, at + WIDTH)).changes);
    }
    return changes === added.length;
  }

  /** Forgets a room's messages up to `seq`; those in a packed row with newer ones stay in it. */
  forget(room: number, seq: number): void {
    this.#sql.forget.run(room, seq);
    this.#sql.forgetPages.run(room, seq);
  }

  /** The oldest messages with a larger number than `seq`. */
  after(room: number, seq: number, limit: number): Message[] {
    const found = this.#sql.after.all(room, seq, limit).map(fromRow);
    const paged: Message[] = [];
    for (let from = seq; paged.length < limit;) {
      const page = this.#sql.pageAfter.get(room, from);
      if (!page) break;
      for (const message of fromPage(page)) if (message.seq > from) paged.push(message);
      from = Number(page.last);
    }
    return found.concat(paged).sort(bySeq).slice(0, limit);
  }

  /** The newest messages with a smaller number than `seq`, oldest first. */
  before(room: number, seq: number, limit: number): Message[] {
    const found = this.#sql.before.all(room, seq, limit).map(fromRow);
    const paged: Message[] = [];
    for (let end = seq; paged.length < limit;) {
      const page = this.#sql.pageBefore.get(room, end, room, end, end);
      if (!page) break;
      for (const message of fromPage(page)) if (message.seq < end) paged.push(message);
      end = Number(page.first);
    }
    return found.concat(paged).sort(bySeq).slice(-limit);
  }
}

function insertion(rows: number): string {
  const row = `(${Array(WIDTH).fill("?").join(", ")})`;
  return `INSERT INTO message (room, ${COLUMNS}) VALUES ${Array(rows).fill(row).join(", ")}
    ON CONFLICT (room, id) WHERE id IS NOT NULL DO NOTHING`;
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}
