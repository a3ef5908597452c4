/**
 * The changes of a SQLite file: a row of `change` each.
 *
 * A key has one row at most in a room, its newest change. A change that was superseded keeps its
 * number, time and id, and everything else is null; of a message that is deleted, many rows become so a
 * few at a time, and count as superseded before. Knows rooms by their numbers and starts no
 * transactions.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { compareCodePoints } from "../../hub/room_name.ts";
import { keyOf, targetOf } from "../changes.ts";
import type { Action, Change, SettingsQuery, Skip } from "../journal.ts";
import { prepareAll, type Prepared } from "../prepare.ts";
import { ColumnQuery, type Columns } from "./columns.ts";
import { NULLS, Sweep } from "./sweep.ts";

// A number in place of a text, and one column less, make reading a tenth faster.
const ROWS = `SELECT seq, at, id, unicode(type), of, member, name,
  iif(type = 'set', key, emoji), value, count FROM change`;
const OF_ROOM = `${ROWS} WHERE room = ?`;
const WITH_EMOJI = "room = ? AND of = ? AND emoji = ? AND value = 1";
// Without being told, SQLite reads all changes of a room rather than the few in a partial index.
const OF_MESSAGE = `UPDATE change INDEXED BY change_of SET ${NULLS} WHERE room = ?`;
/** Those of which a message has one at most, and of which none may be left. */
const FEW = "type IN ('edit', 'pin')";
const SUPERSEDED = "FROM change INDEXED BY change_superseded WHERE room = ? AND key IS NULL";
const PINS = "FROM change INDEXED BY change_pin WHERE room = ? AND type = 'pin' AND value = 1";

const SQL = {
  insert: `INSERT INTO change (room, seq, at, id, key, type, of, member, name, emoji, value, count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertSuperseded: "INSERT OR IGNORE INTO change (room, seq, at, id) VALUES (?, ?, ?, ?)",
  supersede: `UPDATE change SET ${NULLS} WHERE room = ? AND key = ?`,
  supersedeFew: `${OF_MESSAGE} AND of = ? AND ${FEW}`,
  supersedeFewUpTo: `${OF_MESSAGE} AND of <= ? AND (${FEW} OR type = 'delete')`,
  changed: `SELECT DISTINCT of FROM change INDEXED BY change_of
    WHERE room = ? AND of > ? AND of <= ? ORDER BY of LIMIT ?`,
  forget: `DELETE ${SUPERSEDED} AND seq <= ?`,
  limit: `DELETE ${SUPERSEDED} AND seq <= (
    SELECT seq ${SUPERSEDED} ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
  newest: "SELECT seq, at FROM change WHERE room = ? ORDER BY seq DESC LIMIT 1",
  pins: `SELECT of ${PINS} ORDER BY seq DESC LIMIT ?`,
  members: `SELECT member FROM change WHERE ${WITH_EMOJI} AND seq > ? ORDER BY seq LIMIT ?`,
} as const;

const SETTINGS = `${ROWS} INDEXED BY change_key
  WHERE room = ? AND key >= ? AND key <> ? AND key < ? ORDER BY key LIMIT ?`;

/** The table `change` of one file. */
export class ChangeTable {
  readonly #sql: Prepared<typeof SQL>;
  readonly #sweep: Sweep;
  readonly #byId: ColumnQuery;
  readonly #byKey: ColumnQuery;
  readonly #after: ColumnQuery;
  readonly #before: ColumnQuery;
  readonly #settings: ColumnQuery;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
    this.#sweep = new Sweep(db);
    this.#byId = new ColumnQuery(db, `${OF_ROOM} AND id = ?`);
    this.#byKey = new ColumnQuery(db, `${OF_ROOM} AND key = ?`);
    this.#after = new ColumnQuery(db, `${OF_ROOM} AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`);
    this.#before = new ColumnQuery(db, `${OF_ROOM} AND seq < ? ORDER BY seq DESC LIMIT ?`);
    this.#settings = new ColumnQuery(db, SETTINGS);
  }

  /** Adds a change to a room, in which there is none of its key. */
  add(room: number, { seq, at, id, from, name, action, count }: Change): void {
    const key = keyOf(action, from);
    const of = targetOf(action) ?? null;
    const emoji = action.type === "react" ? action.emoji : null;
    const values = [key, action.type, of, from, name, emoji, valueOf(action), count ?? null];
    this.#sql.insert.run(room, seq, at, id ?? null, ...values);
  }

  /** Adds an entry that was superseded elsewhere. */
  addSuperseded(room: number, { seq, at, id }: Skip): void {
    this.#sql.insertSuperseded.run(room, seq, at, id ?? null);
  }

  /** The change that has this id in a room, superseded or not. */
  byId(room: number, id: string): Change | Skip | undefined {
    const found = this.#byId.first(fromColumns, room, id);
    return found && this.#sweep.asItCounts(room, found);
  }

  /** The newest change of a key. */
  byKey(room: number, key: string): Change | undefined {
    const found = this.#byKey.first(fromColumns, room, key);
    const newest = found && this.#sweep.asItCounts(room, found);
    return newest?.kind === "change" ? newest : undefined;
  }

  /** Supersedes the change of this key; of a message that is deleted, every one. */
  supersede(room: number, { action, from }: Pick<Change, "action" | "from">): void {
    if (action.type === "delete") {
      this.#sql.supersedeFew.run(room, action.of);
      this.#sweep.begin(room, action.of);
    } else this.#sql.supersede.run(room, keyOf(action, from));
  }

  /** Forgets the changes of messages up to `seq`, and what was superseded up to there. */
  forget(room: number, seq: number): void {
    this.#sql.supersedeFewUpTo.run(room, seq);
    for (let from = 0;;) {
      const some = this.#sql.changed.all(room, from, seq, LIMITS.page);
      for (const { of } of some) this.#sweep.begin(room, from = Number(of));
      if (some.length < LIMITS.page) break;
    }
    this.#sql.forget.run(room, seq);
    this.limit(room);
  }

  /** Supersedes some of the changes that count as superseded already; false if there are none. */
  sweep(): boolean {
    const room = this.#sweep.step();
    if (room !== undefined) this.limit(room);
    return room !== undefined;
  }

  /** What is remembered may be wrong: a transaction has failed, or another process has written. */
  reload(): void {
    this.#sweep.load();
  }

  /** Forgets the oldest superseded entries beyond those that are kept. */
  limit(room: number): void {
    this.#sql.limit.run(room, room, LIMITS.superseded);
  }

  /** The newest change of a room. */
  newest(room: number): { seq: number; at: number } {
    const row = this.#sql.newest.get(room);
    return { seq: Number(row?.seq ?? 0), at: Number(row?.at ?? 0) };
  }

  /** The oldest changes with a larger number than `seq`, up to `last`. */
  after(room: number, seq: number, limit: number, last: number): (Change | Skip)[] {
    return this.#sweep.allAsTheyCount(room, this.#after.map(fromColumns, room, seq, last, limit));
  }

  /** The newest changes with a smaller number than `seq`, oldest first. */
  before(room: number, seq: number, limit: number): (Change | Skip)[] {
    const found = this.#before.map(fromColumns, room, seq, limit).reverse();
    return this.#sweep.allAsTheyCount(room, found);
  }

  /** The newest change of each key that is not of a message. */
  settings(room: number, { after = "", prefix = "", limit }: SettingsQuery): Change[] {
    // The keys of messages begin with a digit.
    const [first, to] = [prefix || ":", `${prefix}\u{10ffff}`];
    // One lower limit, since SQLite would look for the first of two and read on from there.
    const from = compareCodePoints(first, after) < 0 ? after : first;
    return this.#settings.map(fromColumns, room, from, after, to, limit) as Change[];
  }

  /** The newest pinned messages. */
  pins(room: number): number[] {
    return this.#sql.pins.all(room, LIMITS.pinsKnown).map(({ of }) => Number(of));
  }

  /** Those who reacted to a message with an emoji after the entry `seq`, in their order. */
  members(room: number, of: number, emoji: string, seq: number): string[] {
    const rows = this.#sql.members.all(room, of, emoji, seq, LIMITS.reactionsPage);
    return rows.map(({ member }) => String(member));
  }
}

function valueOf(action: Action): SQLInputValue {
  if (action.type === "edit") return action.text;
  if (action.type === "room") return action.topic;
  if (action.type === "set") return JSON.stringify(action.value);
  return "on" in action ? Number(action.on) : null;
}

/** The entry of a row, from the columns of {@linkcode ROWS}. */
function fromColumns(columns: Columns): Change | Skip {
  const [first, time, name, code, , member, shown, , , count] = columns;
  const seq = Number(first);
  const at = Number(time);
  const id = name === null ? undefined : String(name);
  if (code === null) return { kind: "skip", from: seq, seq, at, id };
  const [from, action] = [String(member), actionOf(columns)];
  const change: Change = { kind: "change", seq, at, from, name: String(shown), id, action };
  return count === null ? change : { ...change, count: Number(count) };
}

const [EDIT, DELETE, REACT, PIN, SET] = ["edit", "delete", "react", "pin", "set"]
  .map((type) => type.charCodeAt(0));

function actionOf([, , , code, target, , , emoji, value]: Columns): Action {
  const of = Number(target);
  const on = value === 1;
  switch (code) {
    case EDIT:
      return { type: "edit", of, text: String(value) };
    case DELETE:
      return { type: "delete", of };
    case PIN:
      return { type: "pin", of, on };
    case SET:
      return { type: "set", key: String(emoji), value: JSON.parse(String(value)) };
    case REACT:
      if (target !== null) return { type: "react", of, emoji: String(emoji), on };
  }
  return { type: "room", topic: String(value) };
}
