/**
 * A journal in memory, for tests and `--db :memory:`. Its epoch ends with the process.
 *
 * Each room is an array of its newest messages; since numbers have no holes, a number is an index. The
 * names of rooms are in a SQLite database in memory, so that they are found and listed as in a file.
 */

import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../config/limits.ts";
import {
  type Awaitable,
  type Draft,
  type Journal,
  type Message,
  type RoomQuery,
  type RoomSummary,
  type Subscription,
  toMessage,
} from "./journal.ts";
import { LocalFeed } from "./local_feed.ts";
import { ROOM_INDICES, ROOM_TABLE, type RoomRow, RoomTable } from "./room_table.ts";
import { createSecret } from "./secret.ts";

interface Log {
  readonly row: RoomRow;
  /** The number of the first message in `messages`. */
  first: number;
  messages: Message[];
  byId: Map<string, Message>;
}

/** Keeps messages as long as the process lives. */
export class MemoryJournal implements Journal {
  readonly epoch: string = crypto.randomUUID();
  readonly secret: string = createSecret();
  readonly #keep: number;
  readonly #db = new DatabaseSync(":memory:");
  readonly #table: RoomTable;
  readonly #logs = new Map<string, Log>();
  readonly #feed = new LocalFeed((room, seq, limit) => this.after(room, seq, limit));

  /** @param keep messages kept per room, 0 for all */
  constructor(keep = 0) {
    this.#keep = keep || Infinity;
    this.#db.exec(ROOM_TABLE + ROOM_INDICES);
    this.#table = new RoomTable(this.#db);
  }

  append(drafts: readonly Draft[]): Message[] {
    return drafts.map((draft) => this.#add(draft));
  }

  #add(draft: Draft): Message {
    const log = this.#logs.get(draft.room) ?? this.#open(draft.room);
    const first = draft.id === undefined ? undefined : log.byId.get(draft.id);
    if (first) return { ...first, duplicate: true };
    const seq = log.first + log.messages.length;
    const message = toMessage(draft, seq, log.messages.at(-1)?.at ?? 0);
    log.messages.push(message);
    if (message.id !== undefined) log.byId.set(message.id, message);
    if (log.messages.length > this.#keep) this.#forget(log);
    this.#feed.publish(log.row.name, [message]);
    this.#table.note(log.row, message);
    if (this.#table.noted > LIMITS.roomsNoted) this.#writeRows();
    return draft.room === log.row.name ? message : { ...message, keptIn: log.row.name };
  }

  /** The room that a name means, created if there is none. */
  #open(name: string): Log {
    const row = this.#table.resolve(name) ?? this.#table.add(name);
    const log = this.#logs.get(row.name) ?? { row, first: 1, messages: [], byId: new Map() };
    this.#logs.set(row.name, log);
    return log;
  }

  #writeRows(): void {
    this.#table.flush();
    this.#table.flushed();
  }

  /** Forgets many at once, since shifting an array is slow: up to an eighth more than `keep` stays. */
  #forget(log: Log): void {
    const old = log.messages[log.messages.length - this.#keep - 1];
    if (old.id !== undefined) log.byId.delete(old.id);
    const over = log.messages.length - this.#keep;
    if (over < this.#keep / 8) return;
    log.messages.splice(0, over);
    log.first += over;
  }

  after(room: string, seq: number, limit: number): Message[] {
    const log = this.#logs.get(room);
    if (!log) return [];
    const from = Math.max(seq + 1 - log.first, this.#oldest(log));
    return log.messages.slice(from, from + limit);
  }

  before(room: string, seq: number, limit: number): Message[] {
    const log = this.#logs.get(room);
    if (!log) return [];
    const end = Math.max(Math.min(seq - log.first, log.messages.length), 0);
    return log.messages.slice(Math.max(end - limit, this.#oldest(log)), end);
  }

  #oldest(log: Log): number {
    return Math.max(log.messages.length - this.#keep, 0);
  }

  resolve(room: string): string {
    return this.#logs.has(room) ? room : this.#table.resolve(room)?.name ?? room;
  }

  rooms(query: RoomQuery): Awaitable<RoomSummary[]> {
    this.#writeRows();
    return this.#table.list(query);
  }

  subscribe(room: string, seq: number, notify: () => void): Subscription {
    return this.#feed.subscribe(room, seq, notify);
  }

  ready(): boolean {
    return true;
  }

  close(): void {
    this.#logs.clear();
    this.#db.close();
  }
}
