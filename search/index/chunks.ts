/**
 * Which document is of which message: see the tables in `file.ts`.
 *
 * A room's chunks do not overlap, and a later one has later messages. A new chunk begins where the last one
 * has no number left for a message, or where its time is too far from the chunk's start for 32 bits.
 */

import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { prepareAll, type Prepared } from "../../journal/prepare.ts";

const SIZE = LIMITS.search.chunk;
const SPAN_MS = 2 ** 32 - 1;

const SQL = {
  last: `SELECT number, first, start, times FROM chunk WHERE room = ? ORDER BY first DESC LIMIT 1`,
  at: `SELECT number, first, start, times FROM chunk WHERE room = ? AND first <= ?
    ORDER BY first DESC LIMIT 1`,
  of: "SELECT number, first, start, times FROM chunk WHERE room = ? AND first < ? ORDER BY first",
  add: `INSERT INTO chunk (room, first, start, newest, times) VALUES (?, ?, ?, ?, x'')`,
  write: "UPDATE chunk SET newest = ?, times = ? WHERE number = ?",
  remove: "DELETE FROM chunk WHERE number = ?",
  newest: "SELECT coalesce(max(number), 0) AS number FROM chunk",
} as const;

/** Documents with ids from `from` to `to`. */
export interface IdRange {
  readonly from: number;
  readonly to: number;
}

interface Chunk {
  readonly number: number;
  readonly first: number;
  readonly start: number;
  readonly times: number[];
}

/** The chunks of one index. */
export class Chunks {
  readonly #sql: Prepared<typeof SQL>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
  }

  /** About how many messages there are; rather too many. */
  get messages(): number {
    return Number(this.#sql.newest.get()!.number) * SIZE;
  }

  /** The ids of a room's next messages, which are in order. */
  place(room: number, messages: readonly { seq: number; at: number }[]): number[] {
    if (messages.length === 0) return [];
    let chunk = chunkOf(this.#sql.last.get(room));
    const ids = messages.map(({ seq, at }) => {
      if (!chunk || !holds(chunk, seq, at)) {
        if (chunk) this.#write(chunk);
        chunk = this.#add(room, seq, at);
      }
      const offset = seq - chunk.first;
      // Numbers in between are not of messages; nothing asks for their times.
      while (chunk.times.length < offset) chunk.times.push(0);
      chunk.times[offset] = Math.max(0, at - chunk.start);
      return chunk.number * SIZE + offset;
    });
    this.#write(chunk!);
    return ids;
  }

  #add(room: number, first: number, start: number): Chunk {
    const { lastInsertRowid } = this.#sql.add.run(room, first, start, start);
    return { number: Number(lastInsertRowid), first, start, times: [] };
  }

  #write({ number, start, times }: Chunk): void {
    const bytes = new Uint8Array(Uint32Array.from(times).buffer);
    this.#sql.write.run(start + times.at(-1)!, bytes, number);
  }

  /** The id of a message's document, if it can have one. */
  idOf(room: number, seq: number): number | undefined {
    const chunk = chunkOf(this.#sql.at.get(room, seq));
    if (!chunk || seq - chunk.first >= chunk.times.length) return;
    return chunk.number * SIZE + seq - chunk.first;
  }

  /** Removes the chunks below a number; answers with the ids of messages from `from` up to it. */
  trim(room: number, from: number, seq: number): IdRange[] {
    return this.#sql.of.all(room, seq).map((row) => {
      const { number, first, times } = chunkOf(row)!;
      if (first + times.length <= seq) this.#sql.remove.run(number);
      const id = (offset: number) => number * SIZE + offset;
      return {
        from: id(Math.max(0, from - first)),
        to: id(Math.min(times.length, seq - first) - 1),
      };
    });
  }
}

function holds({ first, start }: Chunk, seq: number, at: number): boolean {
  return seq - first < SIZE && at - start <= SPAN_MS;
}

function chunkOf(row: Record<string, SQLOutputValue> | undefined): Chunk | undefined {
  if (!row) return;
  const { number, first, start, times } = row;
  const words = timesOf(times);
  return {
    number: Number(number),
    first: Number(first),
    start: Number(start),
    times: Array.from(words),
  };
}

/** The times of a chunk, in milliseconds after its start. */
export function timesOf(blob: SQLOutputValue): Uint32Array {
  const bytes = (blob as Uint8Array).slice();
  return new Uint32Array(bytes.buffer, 0, bytes.length / 4);
}
