/**
 * Writes what rooms have got into the index: each room's new messages, changes, deletions, and its position,
 * all of it or nothing. A batch that does not follow a room's position is ignored, so what is sent again
 * changes nothing.
 *
 * Owns the rows of `room`, and what is in `word`. The transactions are those of `index.ts`.
 */

import type { DatabaseSync } from "node:sqlite";
import { prepareAll, type Prepared } from "../../journal/prepare.ts";
import { documentOf, type Indexed } from "../document.ts";
import type { Position, RoomBatch, RoomHead } from "../requests.ts";
import { Chunks, type IdRange } from "./chunks.ts";

// Numbers of JavaScript arrive as REAL; FTS5 takes limits on ids only as INTEGER.
const SQL = {
  room: "SELECT number, seq, at, oldest FROM room WHERE name = ?",
  addRoom: "INSERT INTO room (name, open, seq, at, oldest) VALUES (?, ?, 0, 0, 1)",
  move: "UPDATE room SET seq = ?, at = ?, oldest = ? WHERE number = ?",
  removeRoom: "DELETE FROM room WHERE number = ?",
  add: "INSERT INTO word (rowid, tokens) VALUES (CAST(? AS INTEGER), ?)",
  remove: "DELETE FROM word WHERE rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)",
} as const;

interface Room {
  readonly number: number;
  /** Its position, and its oldest kept message. */
  readonly seq: number;
  readonly at: number;
  readonly oldest: number;
}

const NOWHERE = { seq: 0, at: 0, oldest: 1 };

/** Names of hidden rooms begin like this; they are never open to everybody. */
const HIDDEN = "~";

/** Writes to one index. */
export class Writer {
  readonly #sql: Prepared<typeof SQL>;
  readonly #chunks: Chunks;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
    this.#chunks = new Chunks(db);
  }

  /** About how many messages there are. */
  get messages(): number {
    return this.#chunks.messages;
  }

  /** The positions of the rooms that are not as the journal says. */
  behind(heads: readonly RoomHead[]): Position[] {
    return heads.flatMap(({ name, ...head }) => {
      const { seq, at } = this.#find(name) ?? NOWHERE;
      return seq === head.seq && at === head.at ? [] : { room: name, seq, at };
    });
  }

  /**
   * Writes batches of different rooms.
   *
   * @returns the number of documents that were written, and whether words may have gone
   */
  write(batches: readonly RoomBatch[]): { written: number; hasRemoved: boolean } {
    const documents: { id: number; message: Indexed }[] = [];
    let hasRemoved = false;
    for (const batch of batches) {
      const room = this.#find(batch.room) ?? this.#add(batch.room);
      if (room.seq !== batch.after) continue;
      if (this.#removeOld(room, batch)) hasRemoved = true;
      documents.push(...this.#changed(room, batch), ...this.#added(room, batch));
      this.#move(room, batch);
    }
    // FTS5 collects documents whose ids increase, and writes what it has before one that is smaller.
    documents.sort((a, b) => a.id - b.id);
    for (const { id, message } of documents) this.#sql.add.run(id, documentOf(message));
    return { written: documents.length, hasRemoved };
  }

  #added({ number }: Room, { added }: RoomBatch) {
    const ids = this.#chunks.place(number, added);
    return added.map((message, n) => ({ id: ids[n], message }));
  }

  #changed({ number, oldest }: Room, { changed }: RoomBatch) {
    return changed.flatMap((message) => {
      const id = message.seq < oldest ? undefined : this.#chunks.idOf(number, message.seq);
      return id === undefined ? [] : { id, message };
    });
  }

  /** Removes the documents that have gone, and those that are about to be written again. */
  #removeOld({ number, oldest: from }: Room, batch: RoomBatch): boolean {
    const { changed, deleted, oldest = from } = batch;
    const ids = [...changed.map(({ seq }) => seq), ...deleted].flatMap((seq) => {
      const id = this.#chunks.idOf(number, seq);
      return id === undefined ? [] : { from: id, to: id };
    });
    const ranges = oldest > from ? this.#chunks.trim(number, from, oldest) : [];
    return this.#remove([...ids, ...ranges]);
  }

  #remove(ranges: readonly IdRange[]): boolean {
    let removed = 0;
    for (const { from, to } of ranges) removed += Number(this.#sql.remove.run(from, to).changes);
    return removed > 0;
  }

  #move({ number, oldest: before }: Room, { seq, at, oldest = before }: RoomBatch): void {
    this.#sql.move.run(seq, at, Math.max(before, oldest), number);
  }

  /** Forgets a room; whether words have gone. */
  forget(name: string): boolean {
    const room = this.#find(name);
    if (!room) return false;
    const ranges = this.#chunks.trim(room.number, 0, Infinity);
    this.#sql.removeRoom.run(room.number);
    return this.#remove(ranges);
  }

  #find(name: string): Room | undefined {
    const row = this.#sql.room.get(name);
    if (!row) return;
    const { number, seq, at, oldest } = row;
    return { number: Number(number), seq: Number(seq), at: Number(at), oldest: Number(oldest) };
  }

  #add(name: string): Room {
    const { lastInsertRowid } = this.#sql.addRoom.run(name, name.startsWith(HIDDEN) ? 0 : 1);
    return { number: Number(lastInsertRowid), ...NOWHERE };
  }
}
