/**
 * The rooms of a journal that keeps them in SQLite, in a file or in memory: a row of `room` for each
 * room in which something was said.
 *
 * A row has the room's name, its folded name, the number and time of its newest entry, and the number of
 * messages; the topic is in the table `change`. A busy room would rewrite its row with every message, so
 * {@linkcode RoomTable.note} only remembers that the row is out of date, and {@linkcode RoomTable.flush}
 * writes all such rows at once: when rooms are listed, when many rows are out of date, and whenever the
 * owner likes. Hidden rooms and the server's own logs have `listed = 0` and are in no index of the list.
 *
 * Owns the table, but not its transactions, which belong to the journal.
 */

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import { foldName, isListed } from "../hub/room_name.ts";
import type { RoomQuery, RoomSummary } from "./journal.ts";
import { prepareAll, type Prepared } from "./prepare.ts";
import { selectRooms } from "./room_query.ts";

/** Creates the indices, once names are folded. */
export const ROOM_INDICES = `
  CREATE INDEX room_fold ON room (fold) WHERE listed = 1;
  CREATE INDEX room_newest_at ON room (newest_at) WHERE listed = 1;
  CREATE INDEX room_unlisted ON room (name) WHERE listed = 0;
`;

/** A room by its row. */
export interface RoomRow {
  readonly number: number;
  /** As it was first written. */
  readonly name: string;
}

/** A room's newest entry, and how many messages there were. */
export interface Newest {
  readonly seq: number;
  readonly at: number;
  readonly messages: number;
}

const SUMMARY = `SELECT name, newest_seq AS seq, newest_at AS at, messages,
  (SELECT value FROM change WHERE change.room = room.number AND key = 'topic') AS topic FROM room`;
/** A part of the table. Names that contain a text cannot be found by an index. */
const SLICE = `${SUMMARY} NOT INDEXED
  WHERE number > ? AND number <= ? AND listed = 1 AND instr(fold, ?) > 0 AND newest_seq > 0`;
/** After a folded name and a name, in the order of names. */
const LATER = "fold >= ? AND (fold > ? OR name > ?)";
const BY_NEWEST = "ORDER BY newest_at DESC LIMIT ?";
const BY_NAME = "ORDER BY fold, name LIMIT ?";

const SQL = {
  exact: "SELECT number, name FROM room WHERE name = ?",
  alike: "SELECT number, name FROM room WHERE fold = ? AND listed = 1 ORDER BY number LIMIT 1",
  add: "INSERT INTO room (name, fold, listed) VALUES (?, ?, ?)",
  remove: "DELETE FROM room WHERE number = ?",
  write: `UPDATE room SET newest_seq = ?, newest_at = ?, messages = ?
    WHERE number = ? AND newest_seq < ?`,
  last: "SELECT coalesce(max(number), 0) AS number FROM room",
  summary: `${SUMMARY} WHERE number = ? AND newest_seq > 0`,
  newest: `${SUMMARY} WHERE listed = 1 AND newest_seq > 0 ${BY_NEWEST}`,
  later: `${SUMMARY} WHERE listed = 1 AND ${LATER} AND newest_seq > 0 ${BY_NAME}`,
  unlisted: `${SUMMARY} WHERE listed = 0 AND name > ? AND newest_seq > 0 ORDER BY name LIMIT ?`,
  newestMatching: `${SLICE} ${BY_NEWEST}`,
  laterMatching: `${SLICE} AND ${LATER} ${BY_NAME}`,
} as const;

type Row = Record<string, SQLOutputValue>;

/** The table `room` of one database. */
export class RoomTable {
  readonly #sql: Prepared<typeof SQL>;
  /** The newest messages of rooms whose rows are out of date. */
  readonly #noted = new Map<number, Newest>();
  /** The last search. They run one at a time, so that they do not block the event loop. */
  #searching: Promise<unknown> = Promise.resolve();

  /** @param db has the table */
  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
  }

  /** The room of exactly this name. */
  find(name: string): RoomRow | undefined {
    return rowOf(this.#sql.exact.get(name));
  }

  /** The room that a name means: of this name, else the oldest of another case or width. */
  resolve(name: string): RoomRow | undefined {
    const found = this.find(name);
    return found || !isListed(name) ? found : rowOf(this.#sql.alike.get(foldName(name)));
  }

  /** Adds a room. It is listed once it has an entry. */
  add(name: string): RoomRow {
    const { lastInsertRowid } = this.#sql.add.run(name, foldName(name), Number(isListed(name)));
    return { number: Number(lastInsertRowid), name };
  }

  /** Removes a room that has no entries. */
  remove({ number }: RoomRow): void {
    this.#sql.remove.run(number);
  }

  /** Writes a room's newest entry into its row. An older one changes nothing. */
  write({ number }: Pick<RoomRow, "number">, { seq, at, messages }: Newest): void {
    this.#sql.write.run(seq, at, messages, number, seq);
  }

  /** A room's row is out of date. */
  note({ number }: RoomRow, { seq, at, messages }: Newest): void {
    this.#noted.set(number, { seq, at, messages });
  }

  /** The number of rows that are out of date. */
  get noted(): number {
    return this.#noted.size;
  }

  /** Writes the rows that are out of date; {@linkcode RoomTable.flushed} follows once it is kept. */
  flush(): void {
    for (const [number, newest] of this.#noted) this.write({ number }, newest);
  }

  /** What was flushed is kept. */
  flushed(): void {
    this.#noted.clear();
  }

  /** Lists rooms that have entries, as their rows say. */
  list(query: RoomQuery): RoomSummary[] | Promise<RoomSummary[]> {
    const { names, limit } = query;
    if (names) return this.#named(names, query);
    if (query.unlisted) return this.#select("unlisted", [query.after ?? ""], limit);
    if (query.q) return this.#search(query, foldName(query.q));
    return this.#select(query.after === undefined ? "newest" : "later", place(query), limit);
  }

  #select(
    statement: "newest" | "later" | "unlisted" | "newestMatching" | "laterMatching",
    values: SQLInputValue[],
    limit: number,
  ): RoomSummary[] {
    return this.#sql[statement].all(...values, limit).map(summaryOf);
  }

  /** The rooms that these names mean. */
  #named(names: readonly string[], query: RoomQuery): RoomSummary[] {
    const numbers = new Set(names.map((name) => this.resolve(name)?.number));
    const rooms: RoomSummary[] = [];
    for (const number of numbers) {
      const row = number === undefined ? undefined : this.#sql.summary.get(number);
      if (row) rooms.push(summaryOf(row));
    }
    return selectRooms(rooms, query);
  }

  #search(query: RoomQuery, text: string): Promise<RoomSummary[]> {
    const search = this.#searching.then(() => this.#scan(query, text));
    this.#searching = search.catch(() => {});
    return search;
  }

  /** Searches all rooms, a part of the table in each turn of the event loop. */
  async #scan(query: RoomQuery, text: string): Promise<RoomSummary[]> {
    const statement = query.after === undefined ? "newestMatching" : "laterMatching";
    const { number: last } = this.#sql.last.get()!;
    let found: RoomSummary[] = [];
    for (let from = 0; from < Number(last); from += LIMITS.roomsScanned) {
      if (from > 0) await setImmediate();
      const values = [from, from + LIMITS.roomsScanned, text, ...place(query)];
      found = selectRooms(found.concat(this.#select(statement, values, query.limit)), query);
    }
    return found;
  }
}

/** Where a list by name begins. */
function place({ after }: RoomQuery): string[] {
  if (after === undefined) return [];
  const fold = foldName(after);
  return [fold, fold, after];
}

function rowOf(row: Row | undefined): RoomRow | undefined {
  return row && { number: Number(row.number), name: String(row.name) };
}

function summaryOf({ name, seq, at, messages, topic }: Row): RoomSummary {
  const room = { seq: Number(seq), at: Number(at), messages: Number(messages) };
  return { name: String(name), ...room, ...(topic ? { topic: String(topic) } : {}) };
}
