/**
 * The cursor of the index: follows the logs of all rooms and writes what they have got into the index.
 *
 * It looks which rooms have grown every few seconds, and at once when somebody searches; after a start it
 * goes through all of them. It reads a little at a time, and while the loop is busy hardly anything, since
 * nothing that is said may wait for it. It remembers no room: the index knows its positions.
 */

import { setImmediate, setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Journal } from "../journal/journal.ts";
import type { SearchCounters } from "../telemetry/search_counters.ts";
import type { IndexThread } from "./index_thread.ts";
import type { Position, RoomBatch, RoomHead } from "./requests.ts";
import { readRoom } from "./room_reader.ts";

/** Names of the server's own logs begin like this; they are never indexed. */
const OWN = "@";
/** Before the names of all hidden rooms, and after those of the server's own logs. */
const BEFORE_HIDDEN = "}";

/** What one round may cost. */
interface Round {
  readonly index: IndexThread;
  /** Somebody waits for it, so it does not rest. */
  readonly isUrgent: boolean;
  /** Entries that may still be read. */
  left: number;
  /** Whether it has to end soon. */
  readonly isCut: () => boolean;
}

/** Feeds one index. */
export class Feed {
  readonly #journal: Journal;
  readonly #keepsAll: boolean;
  readonly #counters: SearchCounters;
  /** How many entries rooms lack that were not brought up to date. */
  readonly #behind = new Map<string, number>();
  /** All rooms are gone through by name, after this one; undefined: that is done. */
  #sweepAfter: string | undefined = "";
  /** Hidden rooms are gone through by name again and again, since no list has the newest of them. */
  #hiddenAfter = BEFORE_HIDDEN;
  #epoch: string;
  /** When the index last had everything (`performance.now()`). */
  #currentAt = performance.now();
  #batches: RoomBatch[] = [];
  #batched = 0;

  readonly #isBusy: () => boolean;

  /**
   * @param keepsAll nothing is ever forgotten
   * @param isBusy whether much is said just now, so that the index has to wait
   */
  constructor(
    journal: Journal,
    keepsAll: boolean,
    counters: SearchCounters,
    isBusy: () => boolean = () => false,
  ) {
    this.#isBusy = isBusy;
    this.#journal = journal;
    this.#keepsAll = keepsAll;
    this.#counters = counters;
    this.#epoch = journal.epoch;
  }

  /** Goes through all rooms again: the index has been opened. */
  restart(): void {
    this.#behind.clear();
    this.#sweepAfter = "";
    this.#epoch = this.#journal.epoch;
  }

  /** Whether a round can wait, and one that has begun can end: much is said just now, and it is not late. */
  get mayWait(): boolean {
    return this.#isBusy() && performance.now() - this.#currentAt < LIMITS.search.lateMs;
  }

  /** Whether these rooms (undefined: all) have been brought up to date in the last round. */
  isCurrent(rooms?: readonly string[]): boolean {
    if (rooms) return rooms.every((room) => !this.#behind.has(room));
    return this.#sweepAfter === undefined && this.#behind.size === 0;
  }

  /**
   * Looks for rooms that have grown and reads what they have got.
   *
   * @param isCut whether it has to end soon, since somebody has begun to wait for the next one
   * @param rooms rooms that somebody wants to search now; undefined if nobody waits
   * @returns whether there is more to read
   * @throws {Error} if the journal or the index cannot be asked; then it is tried again later
   */
  async round(
    index: IndexThread,
    isCut: () => boolean,
    rooms?: readonly string[],
  ): Promise<boolean> {
    const isUrgent = rooms !== undefined;
    const { catchUpEntries } = LIMITS.search;
    const left = isUrgent ? catchUpEntries : Infinity;
    const round: Round = {
      index,
      isUrgent,
      left,
      isCut: () => !isUrgent && (isCut() || this.mayWait),
    };
    // What a round that failed has read is read again.
    this.#batches = [];
    this.#batched = 0;
    if (this.#journal.epoch !== this.#epoch) {
      await index.ask("reset", this.#journal.epoch);
      this.restart();
    }
    if (rooms) await this.#advanceNamed(round, rooms);
    await this.#advanceNewest(round);
    if (!isUrgent) {
      await this.#advanceNamed(round, [...this.#behind.keys()].slice(0, LIMITS.search.roomsMost));
      await this.#sweep(round);
      await this.#sweepHidden(round);
    }
    await this.#flush(round);
    this.#count();
    const isCurrent = this.isCurrent();
    if (isCurrent) this.#currentAt = performance.now();
    return !isCurrent;
  }

  #count(): void {
    this.#counters.isBuilding = this.#sweepAfter !== undefined;
    this.#counters.behind = 0;
    for (const entries of this.#behind.values()) this.#counters.behind += entries;
  }

  async #advanceNamed(round: Round, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const { roomsMost: limit } = LIMITS.search;
    const page = await this.#journal.rooms({ names, limit });
    await this.#advance(round, page.filter(isIndexed));
  }

  /** The rooms with the newest entries. If all of them have grown, more are looked at. */
  async #advanceNewest(round: Round): Promise<void> {
    const { rooms, roomsMost } = LIMITS.search;
    for (let limit = rooms; limit <= roomsMost; limit *= 16) {
      const page = await this.#journal.rooms({ limit });
      const grown = await this.#advance(round, page.filter(isIndexed));
      // There are no others to go through.
      if (page.length < limit) return void (this.#sweepAfter = undefined);
      if (grown < page.length) return;
    }
    this.#sweepAfter ??= "";
  }

  /** The next rooms by name. */
  async #sweep(round: Round): Promise<void> {
    if (this.#sweepAfter === undefined) return;
    const { roomsListed: limit } = LIMITS.search;
    const page = await this.#journal.rooms({ after: this.#sweepAfter, limit });
    await this.#advance(round, page.filter(isIndexed));
    this.#sweepAfter = page.length < limit ? undefined : page.at(-1)!.name;
  }

  /** The next hidden rooms by name. */
  async #sweepHidden(round: Round): Promise<void> {
    const { roomsListed: limit } = LIMITS.search;
    const query = { after: this.#hiddenAfter, unlisted: true, limit } as const;
    const page = await this.#journal.rooms(query);
    await this.#advance(round, page.filter(isIndexed));
    this.#hiddenAfter = page.length < limit ? BEFORE_HIDDEN : page.at(-1)!.name;
  }

  /** Reads what these rooms have got; answers with the number of those that had grown. */
  async #advance(round: Round, heads: readonly RoomHead[]): Promise<number> {
    await this.#flush(round);
    const short = heads.map(({ name, seq, at }) => ({ name, seq, at }));
    const positions = await round.index.ask("behind", short);
    this.#note(heads, positions);
    for (const position of positions) {
      const { room, seq, isDone } = await this.#advanceRoom(round, position);
      if (isDone) this.#behind.delete(room);
      else this.#note(heads.filter(({ name }) => name === room), [{ ...position, seq }]);
    }
    return positions.length;
  }

  /** Remembers how far behind these rooms are. */
  #note(heads: readonly RoomHead[], positions: readonly Position[]): void {
    const reached = new Map(positions.map(({ room, seq }) => [room, seq]));
    for (const { name, seq } of heads) {
      const at = reached.get(name);
      if (at === undefined) this.#behind.delete(name);
      else if (this.#behind.size < LIMITS.search.behind) {
        this.#behind.set(name, Math.max(1, seq - at));
      }
    }
  }

  async #advanceRoom(
    round: Round,
    { room, ...from }: Position,
  ): Promise<Pick<Position, "room" | "seq"> & { isDone: boolean }> {
    let { seq, at } = from;
    for (let turn = LIMITS.search.turn; turn > 0 && round.left > 0 && !round.isCut();) {
      const reading = await readRoom(this.#journal, { room, seq, at }, this.#keepsAll);
      if (reading.isDiverged) {
        await this.#flush(round);
        await round.index.ask("forget", room);
        [seq, at] = [0, 0];
        continue;
      }
      const { batch, hasMore } = reading;
      const entries = batch.seq - seq;
      await this.#put(round, batch, entries);
      [seq, at] = [batch.seq, batch.at];
      if (!hasMore) return { room, seq, isDone: true };
      turn -= entries;
      round.left -= entries;
    }
    return { room, seq, isDone: false };
  }

  async #put(round: Round, batch: RoomBatch, entries: number): Promise<void> {
    this.#batches.push(batch);
    this.#batched += entries;
    if (this.#batched >= LIMITS.search.batch) await this.#flush(round);
  }

  async #flush({ index, isUrgent }: Round): Promise<void> {
    if (this.#batches.length === 0) return;
    const batches = this.#batches;
    this.#batches = [];
    this.#batched = 0;
    await index.ask("write", batches);
    if (!isUrgent) await this.#rest();
  }

  /** Lets the loop do everything else, and waits while it has much to do. */
  async #rest(): Promise<void> {
    const { busyMs, restMs, lateMs, restWhenLateMs } = LIMITS.search;
    const began = performance.now();
    await setImmediate();
    if (this.#isBusy()) return await pause(restMs);
    if (performance.now() - began < busyMs) return;
    await pause(began - this.#currentAt < lateMs ? restMs : restWhenLateMs);
  }
}

function isIndexed({ name, seq }: RoomHead): boolean {
  return seq > 0 && !name.startsWith(OWN);
}
