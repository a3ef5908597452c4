/**
 * Superseding the changes of messages that are deleted or forgotten, a few at a time, since a message may
 * have very many reactions.
 *
 * The table `sweep` names the messages that have some left. These count as superseded at once: whatever
 * reads changes asks here how they count. Starts no transactions.
 */

import type { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { targetOf } from "../changes.ts";
import type { Change, Skip } from "../journal.ts";
import { prepareAll, type Prepared } from "../prepare.ts";

/** Makes a row of `change` that of a superseded change. */
export const NULLS = ["key", "type", "of", "member", "name", "emoji", "value", "count"]
  .map((column) => `${column} = NULL`).join(", ");

const SQL = {
  all: "SELECT room, of FROM sweep",
  add: "INSERT OR IGNORE INTO sweep VALUES (?, ?)",
  remove: "DELETE FROM sweep WHERE room = ? AND of = ?",
  supersede: `UPDATE change SET ${NULLS} WHERE room = ? AND seq IN (
    SELECT seq FROM change INDEXED BY change_of
    WHERE room = ? AND of = ? AND type <> 'delete' LIMIT ?)`,
} as const;

/** The messages of one file that have changes left. */
export class Sweep {
  readonly #sql: Prepared<typeof SQL>;
  /** By room. */
  readonly #left = new Map<number, Set<number>>();

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
    this.load();
  }

  /** Reads which messages have some left. */
  load(): void {
    this.#left.clear();
    for (const { room, of } of this.#sql.all.iterate()) this.#add(Number(room), Number(of));
  }

  #add(room: number, of: number): void {
    const messages = this.#left.get(room);
    if (messages) messages.add(of);
    else this.#left.set(room, new Set([of]));
  }

  /** From now on all changes of a message but its deletion are superseded. */
  begin(room: number, of: number): void {
    if (this.#supersede(room, of) || this.#left.get(room)?.has(of)) return;
    this.#sql.add.run(room, of);
    this.#add(room, of);
  }

  /** Supersedes some changes of a message; whether none is left. */
  #supersede(room: number, of: number): boolean {
    const { changes } = this.#sql.supersede.run(room, room, of, LIMITS.sweptAtOnce);
    return Number(changes) < LIMITS.sweptAtOnce;
  }

  /** Supersedes some changes; answers with their room, or undefined if none is left. */
  step(): number | undefined {
    for (const [room, messages] of this.#left) {
      for (const of of messages) {
        if (this.#supersede(room, of)) this.#remove(room, of);
        return room;
      }
    }
  }

  #remove(room: number, of: number): void {
    this.#sql.remove.run(room, of);
    const messages = this.#left.get(room)!;
    messages.delete(of);
    if (messages.size === 0) this.#left.delete(room);
  }

  /** A change of a room, or what counts instead of it. */
  asItCounts(room: number, change: Change | Skip): Change | Skip {
    if (change.kind === "skip" || change.action.type === "delete") return change;
    const of = targetOf(change.action);
    if (of === undefined || !this.#left.get(room)?.has(of)) return change;
    const { seq, at, id } = change;
    return { kind: "skip", from: seq, seq, at, id };
  }

  /** The same for many. */
  allAsTheyCount(room: number, changes: (Change | Skip)[]): (Change | Skip)[] {
    if (!this.#left.has(room)) return changes;
    return changes.map((change) => this.asItCounts(room, change));
  }
}
