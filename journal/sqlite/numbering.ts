/**
 * The numbers and times that entries get, room by room, and the rows of the rooms.
 *
 * The newest number and time of a room are remembered between transactions. They are forgotten when a
 * transaction fails, since it has counted too far, and when another process has written. A room's row is
 * out of date for a second at most: it is written with the first entry after a second, and otherwise
 * when {@linkcode RoomTable.flush} is called.
 */

import { LIMITS } from "../../config/limits.ts";
import {
  type Change,
  type LogEntry,
  type Message,
  type MessageDraft,
  toMessage,
} from "../journal.ts";
import type { RoomRow, RoomTable } from "../room_table.ts";
import type { ChangeTable } from "./change_table.ts";
import type { Ordinals } from "./ordinals.ts";

/** A room whose newest entry is remembered. */
export interface OpenRoom extends RoomRow {
  seq: number;
  at: number;
  /** The number of messages that were ever said in it; `seq` if there was no change. */
  messages: number;
  /** Everything up to this number is forgotten. */
  forgotten: number;
  /** Everything up to this number has been removed from the tables. */
  removed: number;
  /** When its row was written (`performance.now()`). */
  written: number;
  /** The entries that the transaction adds to it, and how many of them are in its tables already. */
  added: (Message | Change)[];
  stored: number;
}

/** What a part of a transaction may have to take back. */
export type Counted = Pick<OpenRoom, "seq" | "at" | "messages" | "stored" | "added">;

/** Numbers entries. */
export class Numbering {
  readonly #ordinals: Ordinals;
  readonly #changes: ChangeTable;
  readonly #table: RoomTable;
  /** Messages kept in a room. */
  readonly #keep: number;
  readonly #rooms = new Map<string, OpenRoom>();
  /** Rooms that the transaction adds to. */
  readonly #grown = new Set<OpenRoom>();

  constructor(ordinals: Ordinals, changes: ChangeTable, table: RoomTable, keep: number) {
    this.#ordinals = ordinals;
    this.#changes = changes;
    this.#table = table;
    this.#keep = keep;
  }

  /** The rooms that the transaction adds to. */
  get grown(): Iterable<OpenRoom> {
    return this.#grown;
  }

  /** The room of exactly this name. */
  find(name: string): OpenRoom | undefined {
    const known = this.#rooms.get(name);
    if (known) return known;
    const row = this.#table.find(name);
    return row && this.#load(row);
  }

  /** The room that a name means, created if there is none. */
  open(name: string): OpenRoom {
    return this.#rooms.get(name) ??
      this.#remember(this.#table.resolve(name) ?? this.#table.add(name));
  }

  /** The room of exactly this name, created if there is none. */
  openExact(name: string): OpenRoom {
    return this.#rooms.get(name) ?? this.#remember(this.#table.find(name) ?? this.#table.add(name));
  }

  #remember(row: RoomRow): OpenRoom {
    const room = this.#rooms.get(row.name) ?? this.#load(row);
    this.#rooms.set(room.name, room);
    return room;
  }

  #load(row: RoomRow): OpenRoom {
    const newest = newestOf(row, this.#ordinals, this.#changes);
    const none = { forgotten: 0, removed: 0, written: -Infinity, added: [], stored: 0 };
    const room = { ...row, ...newest, ...none };
    this.#setForgotten(room, this.#ordinals.countUpTo(row.number, 0));
    return room;
  }

  /** The name of the room that a name means. */
  resolve(name: string): string {
    return this.#rooms.has(name) ? name : this.#table.resolve(name)?.name ?? name;
  }

  /** Adds a message to a room, with the next number. */
  add(room: OpenRoom, draft: MessageDraft): Message {
    const message = toMessage(draft, room.seq + 1, room.at);
    this.grow(room, message);
    room.added.push(message);
    return draft.room === room.name ? message : { ...message, keptIn: room.name };
  }

  /** A room has a new newest entry. */
  grow(room: OpenRoom, { kind, seq, at }: LogEntry): void {
    room.seq = seq;
    room.at = at;
    if (kind === "message") room.messages++;
    this.#grown.add(room);
  }

  /** What has been counted in a room. */
  snapshot({ seq, at, messages, stored, added }: OpenRoom): Counted {
    return { seq, at, messages, stored, added: [...added] };
  }

  /** What was added since has been rolled back. */
  restore(room: OpenRoom, counted: Counted): void {
    Object.assign(room, counted);
  }

  /**
   * Sets what is forgotten of a room: its oldest messages beyond those that are kept.
   *
   * @param atLeast how many of its messages are forgotten already
   */
  #setForgotten(room: OpenRoom, atLeast: number): void {
    const count = Math.max(room.messages - this.#keep, atLeast);
    if (count <= 0) return;
    room.forgotten = room.messages === room.seq
      ? count
      : this.#ordinals.seqOf(room.number, count + 1) - 1;
  }

  /** Forgets what is no longer kept of a room; reports whether there was anything. */
  trim(room: OpenRoom): boolean {
    const before = room.forgotten;
    if (room.messages > this.#keep) this.#setForgotten(room, 0);
    return room.forgotten > before;
  }

  /** Whether so many messages are forgotten that they are to be removed: each costs little then. */
  isRemovalDue({ forgotten, removed }: OpenRoom): boolean {
    return forgotten - removed > Math.min(LIMITS.removedAtOnce, this.#keep / 64);
  }

  /** Nothing could be added to a room: if it never had an entry, it leaves no trace. */
  dropIfEmpty(room: OpenRoom): void {
    if (room.seq > 0) return;
    this.#table.remove(room);
    this.#rooms.delete(room.name);
  }

  /** At the end of a transaction: writes the rows that have not been written for a second. */
  writeRows(): void {
    const now = performance.now();
    for (const room of this.#grown) {
      if (now - room.written < LIMITS.lookMs) continue;
      room.written = now;
      this.#table.write(room, room);
    }
  }

  /** After a transaction. */
  end(committed: boolean): void {
    for (const room of this.#grown) {
      if (committed) this.#table.note(room, room);
      room.added = [];
      room.stored = 0;
    }
    this.#grown.clear();
    if (!committed || this.#rooms.size > LIMITS.roomsRemembered) this.forget();
  }

  /** Forgets what is remembered, since it may be wrong. */
  forget(): void {
    this.#rooms.clear();
  }
}

/** A room's newest entry, and how many messages there were. */
export function newestOf(
  { number }: RoomRow,
  ordinals: Ordinals,
  changes: ChangeTable,
): { seq: number; at: number; messages: number } {
  const message = ordinals.newest(number);
  const change = changes.newest(number);
  const messages = message?.ordinal ?? 0;
  if (message && message.seq > change.seq) return { seq: message.seq, at: message.at, messages };
  return { ...change, messages };
}
