/**
 * The messages of a SQLite file, each in its current state.
 *
 * A message is a row of `single`. If many come to a room in one batch, they are kept as rows of
 * `packed`, which costs a third. Messages with an `id` are never packed, since a unique index ensures that
 * each is kept once. A packed message that is changed is taken out, which splits its row. This file knows
 * rooms by their numbers and begins no transactions.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import type { Message } from "../journal.ts";
import { prepareAll, type Prepared } from "../prepare.ts";
import { ColumnQuery } from "./columns.ts";
import {
  COLUMNS,
  fromColumns,
  isPackable,
  ordinalOf,
  packMessages,
  pushRow,
  type Row,
  ROWS,
  stateOf,
  unpack,
  WIDTH,
} from "./rows.ts";

const PACKED = "SELECT first, last, ordinal, messages FROM packed WHERE room = ?";
const SINGLE = `SELECT ${COLUMNS} FROM single WHERE room = ?`;

const SQL = {
  insert: insertion(1),
  insertMany: insertion(ROWS),
  insertPacked: "INSERT INTO packed (room, last, first, ordinal, messages) VALUES (?, ?, ?, ?, ?)",
  removePacked: "DELETE FROM packed WHERE room = ? AND last = ?",
  update: "UPDATE single SET avatar = ?, text = ?, state = ? WHERE room = ? AND seq = ?",
  packedFrom: `${PACKED} AND last >= ? ORDER BY last LIMIT 1`,
  // Only the first row that ends at `seq` or later can begin before it. (Deno 2.4 knows no `?1`.)
  packedBefore: `${PACKED} AND first < ? AND last <= coalesce(
    (SELECT min(last) FROM packed WHERE room = ? AND last >= ?), ?) ORDER BY last DESC LIMIT 1`,
  forget: "DELETE FROM single WHERE room = ? AND seq <= ?",
  forgetPacked: "DELETE FROM packed WHERE room = ? AND last <= ?",
} as const;

/** No number is larger. */
const MOST = Number.MAX_SAFE_INTEGER;

/** The tables `single` and `packed` of one file. */
export class MessageTable {
  readonly #sql: Prepared<typeof SQL>;
  readonly #byId: ColumnQuery;
  readonly #bySeq: ColumnQuery;
  readonly #after: ColumnQuery;
  readonly #before: ColumnQuery;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
    this.#byId = new ColumnQuery(db, `${SINGLE} AND id = ?`);
    this.#bySeq = new ColumnQuery(db, `${SINGLE} AND seq = ?`);
    this.#after = new ColumnQuery(db, `${SINGLE} AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`);
    this.#before = new ColumnQuery(db, `${SINGLE} AND seq < ? ORDER BY seq DESC LIMIT ?`);
  }

  /** The message that has this id in a room. */
  byId(room: number, id: string): Message | undefined {
    return this.#byId.first(fromColumns, room, id);
  }

  /** The message of this number. */
  find(room: number, seq: number): Message | undefined {
    return this.#bySeq.first(fromColumns, room, seq) ??
      this.#unpackedAround(room, seq)?.messages.find((message) => message.seq === seq);
  }

  /** The packed row that holds this number, and its messages. */
  #unpackedAround(room: number, seq: number): { row: Row; messages: Message[] } | undefined {
    const row = this.#sql.packedFrom.get(room, seq);
    if (row && Number(row.first) <= seq) return { row, messages: unpack(row) };
  }

  /**
   * Adds consecutive messages to a room.
   *
   * @param changes the number of entries before them that are not messages
   * @returns false if an id exists already
   */
  add(room: number, added: readonly Message[], changes: number): boolean {
    if (added.length < LIMITS.rowLeast || !added.every(isPackable)) {
      return this.addRows(room, added, changes);
    }
    for (let from = 0; from < added.length; from += LIMITS.rowMost) {
      this.#pack(room, added.slice(from, from + LIMITS.rowMost), changes);
    }
    return true;
  }

  #pack(room: number, messages: readonly Message[], changes: number): void {
    if (messages.length === 0) return;
    const { seq } = messages[0];
    const json = packMessages(messages);
    this.#sql.insertPacked.run(room, messages.at(-1)!.seq, seq, ordinalOf(seq, changes), json);
  }

  /** Adds rows, several with one statement; false if an id exists already. */
  addRows(room: number, added: readonly Message[], changes: number): boolean {
    let rows = 0;
    let values: SQLInputValue[] = [];
    for (const message of added) {
      pushRow(values, room, message, changes);
      if (values.length < ROWS * WIDTH) continue;
      rows += Number(this.#sql.insertMany.run(...values).changes);
      values = [];
    }
    for (let at = 0; at < values.length; at += WIDTH) {
      rows += Number(this.#sql.insert.run(...values.slice(at, at + WIDTH)).changes);
    }
    return rows === added.length;
  }

  /** Keeps another state of a message that is there. */
  replace(room: number, message: Message): void {
    const { seq, avatar = null, text } = message;
    const { changes } = this.#sql.update.run(avatar, text, stateOf(message), room, seq);
    if (Number(changes) > 0) return;
    const { row, messages } = this.#unpackedAround(room, seq)!;
    const before = changesBefore(row);
    this.#sql.removePacked.run(room, row.last);
    this.#pack(room, messages.filter((other) => other.seq < seq), before);
    this.addRows(room, [message], before);
    this.#pack(room, messages.filter((other) => other.seq > seq), before);
  }

  /** Forgets a room's messages up to `seq`; those in a packed row with newer ones stay in it. */
  forget(room: number, seq: number): void {
    this.#sql.forget.run(room, seq);
    this.#sql.forgetPacked.run(room, seq);
  }

  /** Takes the messages up to `seq` out of a packed row with newer ones. */
  cut(room: number, seq: number): void {
    const found = this.#unpackedAround(room, seq);
    if (!found || found.row.last === seq) return;
    this.#sql.removePacked.run(room, found.row.last);
    const newer = found.messages.filter((message) => message.seq > seq);
    this.#pack(room, newer, changesBefore(found.row));
  }

  /** The oldest messages with a larger number than `seq`, up to `last`. */
  after(room: number, seq: number, limit: number, last: number = MOST): Message[] {
    const found = this.#after.map(fromColumns, room, seq, last, limit);
    const unpacked: Message[] = [];
    for (let from = seq; from < last && unpacked.length < limit;) {
      const row = this.#sql.packedFrom.get(room, from + 1);
      if (!row) break;
      for (const message of unpack(row)) {
        if (message.seq > from && message.seq <= last) unpacked.push(message);
      }
      from = Number(row.last);
    }
    if (unpacked.length === 0) return found;
    return found.concat(unpacked).sort(bySeq).slice(0, limit);
  }

  /** The newest messages with a smaller number than `seq`, oldest first. */
  before(room: number, seq: number, limit: number): Message[] {
    const found = this.#before.map(fromColumns, room, seq, limit);
    const unpacked: Message[] = [];
    for (let end = seq; unpacked.length < limit;) {
      const row = this.#sql.packedBefore.get(room, end, room, end, end);
      if (!row) break;
      for (const message of unpack(row)) if (message.seq < end) unpacked.push(message);
      end = Number(row.first);
    }
    return found.concat(unpacked).sort(bySeq).slice(-limit);
  }
}

/** The number of entries before a packed row that are not messages. */
function changesBefore({ first, ordinal }: Row): number {
  return ordinal === null ? 0 : Number(first) - Number(ordinal);
}

function insertion(rows: number): string {
  const row = `(${Array(WIDTH).fill("?").join(", ")})`;
  return `INSERT INTO single (room, seq, at, member, name, avatar, text, id, ordinal, state)
    VALUES ${Array(rows).fill(row).join(", ")}
    ON CONFLICT (room, id) WHERE id IS NOT NULL DO NOTHING`;
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}
