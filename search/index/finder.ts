/**
 * Finds the newest messages that match, in the rooms that the asker may enter.
 *
 * Permission is a part of the query: chunks of other rooms are never looked at. If there are few matches in
 * all, their chunks are the ones to look into; otherwise every chunk is asked for its own matches, the
 * newest first. Either way a chunk whose newest message is older than the results so far ends the search,
 * and so does the time, which leaves a place to go on from.
 */

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { compareCodePoints } from "../../hub/room_name.ts";
import { prepareAll, type Prepared } from "../../journal/prepare.ts";
import type { IndexQuery, Matches, Place } from "../requests.ts";
import { timesOf } from "./chunks.ts";

const SIZE = LIMITS.search.chunk;

const ALLOWED = `chunk.room IN (
    SELECT number FROM room WHERE name IN (SELECT value FROM json_each(:rooms)) OR :isOpen AND open
  ) AND newest >= :after AND start <= :before`;
const CHUNKS = `SELECT chunk.number, first, start, newest, times, room.name AS name
  FROM chunk JOIN room ON room.number = chunk.room WHERE ${ALLOWED}`;

const SQL = {
  ids: `SELECT json_group_array(rowid) AS ids
    FROM (SELECT rowid FROM word WHERE word MATCH ? LIMIT ?)`,
  idsBetween: `SELECT json_group_array(rowid) AS ids FROM word WHERE word MATCH ?
    AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)`,
  all: `${CHUNKS} ORDER BY newest DESC`,
  some: `${CHUNKS} AND chunk.number IN (SELECT value FROM json_each(:numbers))
    ORDER BY newest DESC`,
} as const;

interface Chunk {
  readonly number: number;
  readonly first: number;
  readonly start: number;
  readonly newest: number;
  readonly times: Uint32Array;
  readonly room: string;
}

/** Reads one index. */
export class Finder {
  readonly #sql: Prepared<typeof SQL>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
  }

  find(query: IndexQuery): Matches {
    const { limit } = query;
    const until = performance.now() + LIMITS.search.queryMs;
    const few = this.#fewIds(query.expression);
    let found: Place[] = [];
    let newest = Infinity;
    for (const chunk of this.#chunks(query, few)) {
      if (found.length > limit && found[limit].at > chunk.newest) break;
      // Chunks that end at one time are looked at together, so that the next query gets further.
      if (chunk.newest < newest && performance.now() > until) {
        return cut(found, chunk.newest, limit);
      }
      newest = chunk.newest;
      const ids = few?.get(chunk.number) ?? this.#idsIn(query.expression, chunk.number);
      found = merge(found, placesOf(chunk, ids, query), limit + 1);
    }
    const next = found.length > limit ? found[limit - 1] : undefined;
    return { found: found.slice(0, limit), next, isCut: false };
  }

  /** All matching ids by their chunks; undefined if there are many. */
  #fewIds(expression: string): Map<number, number[]> | undefined {
    const { matches } = LIMITS.search;
    const ids = idsOf(this.#sql.ids.get(expression, matches + 1));
    return ids.length > matches ? undefined : Map.groupBy(ids, (id) => Math.floor(id / SIZE));
  }

  #idsIn(expression: string, chunk: number): number[] {
    return idsOf(this.#sql.idsBetween.get(expression, chunk * SIZE, chunk * SIZE + SIZE - 1));
  }

  *#chunks(query: IndexQuery, few: Map<number, number[]> | undefined): Generator<Chunk> {
    const { isOpen, rooms, after, before } = query;
    const values: Record<string, SQLInputValue> = {
      rooms: JSON.stringify(rooms),
      isOpen: Number(isOpen),
      after,
      before: typeof before === "number" ? before : before.at,
    };
    if (few) values.numbers = JSON.stringify([...few.keys()]);
    for (const row of this.#sql[few ? "some" : "all"].iterate(values)) yield chunkOf(row);
  }
}

function idsOf(row: Record<string, SQLOutputValue> | undefined): number[] {
  return JSON.parse(String(row!.ids));
}

function chunkOf({ number, first, start, newest, times, name }: Record<string, SQLOutputValue>) {
  return {
    number: Number(number),
    first: Number(first),
    start: Number(start),
    newest: Number(newest),
    times: timesOf(times),
    room: String(name),
  };
}

/** The places of a chunk's matches within the limits of time, newest first. */
function placesOf(chunk: Chunk, ids: readonly number[], query: IndexQuery): Place[] {
  const places: Place[] = [];
  for (const id of ids.toReversed()) {
    const offset = id % SIZE;
    const place = {
      at: chunk.start + chunk.times[offset],
      seq: chunk.first + offset,
      room: chunk.room,
    };
    if (place.at < query.after) break;
    if (isBehind(place, query.before)) places.push(place);
    if (places.length > query.limit) break;
  }
  return places;
}

/** Whether a place comes after another one in the results, or before a time. */
function isBehind(place: Place, before: number | Place): boolean {
  return typeof before === "number" ? place.at < before : compare(place, before) > 0;
}

/** The order of results: newest first. It does not depend on the index, and the rooms decide ties. */
function compare(a: Place, b: Place): number {
  return b.at - a.at || b.seq - a.seq || compareCodePoints(a.room, b.room);
}

function merge(found: Place[], more: Place[], most: number): Place[] {
  return more.length === 0 ? found : [...found, ...more].sort(compare).slice(0, most);
}

/** What is certain when the time is over: everything newer than the next chunk's newest message. */
function cut(found: readonly Place[], newest: number, limit: number): Matches {
  const certain = found.filter(({ at }) => at > newest);
  const next = certain.length > limit ? certain[limit - 1] : newest + 1;
  return { found: certain.slice(0, limit), next, isCut: true };
}
