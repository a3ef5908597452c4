/**
 * The changes of a SQLite file: a row of `change` each.
 *
 * A key has one row at most in a room, its newest change. A change that was superseded keeps its
 * number, time and id, and everything else is null. Knows rooms by their numbers and starts no
 * transactions.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { keyOf, targetOf } from "../changes.ts";
import type { Action, Change, SettingsQuery, Skip } from "../journal.ts";
import { prepareAll, type Prepared } from "../prepare.ts";
import type { Row } from "./rows.ts";

const ROWS = `SELECT seq, at, id, type, of, member, name, emoji, value, count,
  iif(type = 'set', key, NULL) AS set_key FROM change`;
const OF_ROOM = `${ROWS} WHERE room = ?`;
const NULLS = ["key", "type", "of", "member", "name", "emoji", "value", "count"]
  .map((column) => `${column} = NULL`).join(", ");
const WITH_EMOJI = "room = ? AND of = ? AND emoji = ? AND value = 1";
// Without being told, SQLite reads all changes of a room rather than the few in a partial index.
const OF_MESSAGE = `UPDATE change INDEXED BY change_of SET ${NULLS} WHERE room = ?`;
const SUPERSEDED = "FROM change INDEXED BY change_superseded WHERE room = ? AND key IS NULL";
const PINS = "FROM change INDEXED BY change_pin WHERE room = ? AND type = 'pin' AND value = 1";

const SQL = {
  insert: `INSERT INTO change (room, seq, at, id, key, type, of, member, name, emoji, value, count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertSuperseded: "INSERT OR IGNORE INTO change (room, seq, at, id) VALUES (?, ?, ?, ?)",
  byId: `${OF_ROOM} AND id = ?`,
  byKey: `${OF_ROOM} AND key = ?`,
  supersede: `UPDATE change SET ${NULLS} WHERE room = ? AND key = ?`,
  supersedeAll: `${OF_MESSAGE} AND of = ?`,
  supersedeUpTo: `${OF_MESSAGE} AND of <= ?`,
  forget: `DELETE ${SUPERSEDED} AND seq <= ?`,
  limit: `DELETE ${SUPERSEDED} AND seq <= (
    SELECT seq ${SUPERSEDED} ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
  newest: "SELECT seq, at FROM change WHERE room = ? ORDER BY seq DESC LIMIT 1",
  after: `${OF_ROOM} AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
  before: `${OF_ROOM} AND seq < ? ORDER BY seq DESC LIMIT ?`,
  settings: `${ROWS} INDEXED BY change_key WHERE room = ? AND key >= ? AND key > ? AND key < ?
    ORDER BY key LIMIT ?`,
  pins: `SELECT of ${PINS} ORDER BY seq DESC LIMIT ?`,
  members: `SELECT member FROM change WHERE ${WITH_EMOJI} AND seq > ? ORDER BY seq LIMIT ?`,
} as const;

/** The table `change` of one file. */
export class ChangeTable {
  readonly #sql: Prepared<typeof SQL>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
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
    const row = this.#sql.byId.get(room, id);
    return row && fromRow(row);
  }

  /** The newest change of a key. */
  byKey(room: number, key: string): Change | undefined {
    const row = this.#sql.byKey.get(room, key);
    return row && fromRow(row) as Change;
  }

  /** Supersedes the change of this key; of a message that is deleted, every one. */
  supersede(room: number, { action, from }: Pick<Change, "action" | "from">): void {
    if (action.type === "delete") this.#sql.supersedeAll.run(room, action.of);
    else this.#sql.supersede.run(room, keyOf(action, from));
  }

  /** Forgets the changes of messages up to `seq`, and what was superseded up to there. */
  forget(room: number, seq: number): void {
    this.#sql.supersedeUpTo.run(room, seq);
    this.#sql.forget.run(room, seq);
    this.limit(room);
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
    return this.#sql.after.all(room, seq, last, limit).map(fromRow);
  }

  /** The newest changes with a smaller number than `seq`, oldest first. */
  before(room: number, seq: number, limit: number): (Change | Skip)[] {
    return this.#sql.before.all(room, seq, limit).map(fromRow).reverse();
  }

  /** The newest change of each key that is not of a message. */
  settings(room: number, { after = "", prefix = "", limit }: SettingsQuery): Change[] {
    // The keys of messages begin with a digit.
    const [from, to] = [prefix || ":", `${prefix}\u{10ffff}`];
    return this.#sql.settings.all(room, from, after, to, limit).map(fromRow) as Change[];
  }

  /** The newest pinned messages. */
  pins(room: number): number[] {
    return this.#sql.pins.all(room, LIMITS.pins).map(({ of }) => Number(of));
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

function fromRow(row: Row): Change | Skip {
  const seq = Number(row.seq);
  const at = Number(row.at);
  const id = row.id === null ? undefined : String(row.id);
  if (row.type === null) return { kind: "skip", from: seq, seq, at, id };
  const from = String(row.member);
  const name = String(row.name);
  const change: Change = { kind: "change", seq, at, from, name, id, action: actionOf(row) };
  return row.count === null ? change : { ...change, count: Number(row.count) };
}

function actionOf({ type, of: target, emoji, value, set_key: key }: Row): Action {
  const of = Number(target);
  const on = value === 1;
  switch (type) {
    case "edit":
      return { type, of, text: String(value) };
    case "delete":
      return { type, of };
    case "react":
      return { type, of, emoji: String(emoji), on };
    case "pin":
      return { type, of, on };
    case "set":
      return { type, key: String(key), value: JSON.parse(String(value)) };
    default:
      return { type: "room", topic: String(value) };
  }
}
