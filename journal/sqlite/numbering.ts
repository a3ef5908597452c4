/**
 * The numbers and times that messages get, room by room, and the rows of the rooms.
 *
 * The newest number and time of a room are remembered between transactions. They are forgotten when a
 * transaction fails, since it has counted too far, and when another process has written. A room's row is
 * out of date for a second at most: it is written with the first message after a second, and otherwise
 * when {@linkcode RoomTable.flush} is called.
 */

import { LIMITS } from "../../config/limits.ts";
import { type Draft, type Message, toMessage } from "../journal.ts";
import type { RoomRow, RoomTable } from "../room_table.ts";
import type { MessageTable } from "./message_table.ts";

/** A room whose newest message is remembered. */
export interface OpenRoom extends RoomRow {
  seq: number;
  at: number;
  /** When its row was written (`performance.now()`). */
  written: number;
  /** The messages that the transaction adds to it. */
  added: Message[];
}

/** Numbers messages. */
export class Numbering {
  readonly #messages: MessageTable;
  readonly #table: RoomTable;
  readonly #rooms = new Map<string, OpenRoom>();
  /** Rooms that the transaction adds to. */
  readonly #grown = new Set<OpenRoom>();

  constructor(messages: MessageTable, table: RoomTable) {
    this.#messages = messages;
    this.#table = table;
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
    return { ...row, ...this.#messages.newest(row.number), written: -Infinity, added: [] };
  }

  /** The name of the room that a name means. */
  resolve(name: string): string {
    return this.#rooms.has(name) ? name : this.#table.resolve(name)?.name ?? name;
  }

  /** Adds a message to a room, with the next number. */
  add(room: OpenRoom, draft: Draft): Message {
    const message = toMessage(draft, room.seq + 1, room.at);
    this.grow(room, message);
    room.added.push(message);
    return draft.room === room.name ? message : { ...message, keptIn: room.name };
  }

  /** A room has a new newest message. */
  grow(room: OpenRoom, { seq, at }: Message): void {
    room.seq = seq;
    room.at = at;
    this.#grown.add(room);
  }

  /** Nothing could be added to a room: if it never had a message, it leaves no trace. */
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
    }
    this.#grown.clear();
    if (!committed || this.#rooms.size > LIMITS.roomsRemembered) this.forget();
  }

  /** Forgets what is remembered, since it may be wrong. */
  forget(): void {
    this.#rooms.clear();
  }
}
