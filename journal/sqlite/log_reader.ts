/**
 * Reads a room's log from its tables: entries in their order without holes, and pages of messages.
 *
 * Numbers that are missing among the kept ones are read as one `Skip`. Everything up to a room's
 * `forgotten` is no longer read, though it may still be in the tables. What one method returns is true
 * at one moment.
 */

import type {
  LogEntry,
  Message,
  MessagePage,
  PageQuery,
  Reaction,
  RoomState,
  SettingsPage,
  SettingsQuery,
} from "../journal.ts";
import { keyOf } from "../changes.ts";
import type { ChangeTable } from "./change_table.ts";
import type { Connection } from "./connection.ts";
import type { MessageTable } from "./message_table.ts";
import type { Numbering, OpenRoom } from "./numbering.ts";
import type { Ordinals } from "./ordinals.ts";

/** The tables of entries. */
export interface Tables {
  readonly messages: MessageTable;
  readonly changes: ChangeTable;
  readonly ordinals: Ordinals;
}

/** Reads the log of one file. */
export class LogReader {
  readonly #connection: Connection;
  readonly #numbering: Numbering;
  readonly #messages: MessageTable;
  readonly #changes: ChangeTable;
  readonly #ordinals: Ordinals;

  constructor(connection: Connection, numbering: Numbering, tables: Tables) {
    this.#connection = connection;
    this.#numbering = numbering;
    this.#messages = tables.messages;
    this.#changes = tables.changes;
    this.#ordinals = tables.ordinals;
  }

  /** Reads in one transaction. */
  #read<T>(name: string, none: T, work: (room: OpenRoom) => T): T {
    return this.#connection.read(() => {
      const room = this.#numbering.find(name);
      return room ? work(room) : none;
    });
  }

  /** The oldest entries with a larger number than `seq`; fewer than `limit` only at the end. */
  after(name: string, seq: number, limit: number): LogEntry[] {
    return this.#read<LogEntry[]>(name, [], (room) => this.#after(room, seq, limit));
  }

  #after(room: OpenRoom, seq: number, limit: number): LogEntry[] {
    const from = Math.max(seq, room.forgotten);
    if (room.seq === room.messages) return this.#messages.after(room.number, from, limit);
    // Usually no number is missing.
    const last = Math.min(from + limit, room.seq);
    const entries = this.#between(room, from, last, limit);
    const missing = Math.max(last - from, 0) - entries.length;
    if (missing === 0) return entries;
    const more = last < room.seq ? this.#between(room, last, room.seq, missing) : [];
    return withSkips(entries.concat(more), from).slice(0, limit);
  }

  /** The entries after `from` up to `last`, if none is missing. */
  #whole(room: OpenRoom, from: number, last: number): LogEntry[] | undefined {
    const count = Math.max(last - from, 0);
    const entries = this.#between(room, from, last, count);
    if (entries.length === count) return entries;
  }

  #between({ number }: OpenRoom, from: number, last: number, limit: number): LogEntry[] {
    const messages = this.#messages.after(number, from, limit, last);
    const changes = this.#changes.after(number, from, limit, last);
    return merge(messages, changes).slice(0, limit);
  }

  /** The newest entries with a smaller number than `seq`, oldest first. */
  before(name: string, seq: number, limit: number): LogEntry[] {
    return this.#read<LogEntry[]>(name, [], (room) => this.#before(room, seq, limit));
  }

  #before(room: OpenRoom, seq: number, limit: number): LogEntry[] {
    const end = Math.min(seq, room.seq + 1);
    if (room.seq === room.messages) return this.#messagesBefore(room, end, limit);
    const whole = this.#whole(room, Math.max(end - 1 - limit, room.forgotten), end - 1);
    if (whole) return whole;
    const changes = this.#changes.before(room.number, end, limit)
      .filter(({ seq }) => seq > room.forgotten);
    const entries = merge(this.#messagesBefore(room, end, limit), changes).slice(-limit);
    const from = entries.length < limit ? room.forgotten : entries[0].seq - 1;
    const result = withSkips(entries, from);
    const last = entries.at(-1)?.seq ?? from;
    if (last < end - 1) result.push(skip(last + 1, end - 1, this.#after(room, end - 1, 1)[0].at));
    return result.slice(-limit);
  }

  /** The newest messages before `seq`, which is not beyond the next number. */
  #messagesBefore(room: OpenRoom, seq: number, limit: number): Message[] {
    return this.#messages.before(room.number, seq, limit)
      .filter((message) => message.seq > room.forgotten);
  }

  /** A page of messages, without other entries. */
  page(name: string, query: PageQuery): MessagePage {
    const none = { messages: [], head: 0, at: 0, more: false };
    return this.#read<MessagePage>(name, none, (room) => {
      return { ...this.#select(room, query), head: room.seq, at: room.at };
    });
  }

  #select(
    room: OpenRoom,
    { before = room.seq + 1, after, around, limit }: PageQuery,
  ): { messages: Message[]; more: boolean } {
    if (around !== undefined) {
      const older = this.#newest(room, around, Math.floor(limit / 2));
      const newer = this.#oldest(room, around - 1, limit - older.messages.length);
      const messages = older.messages.concat(newer.messages);
      return { messages, more: older.more || newer.more };
    }
    return after === undefined
      ? this.#newest(room, before, limit)
      : this.#oldest(room, after, limit);
  }

  #oldest(room: OpenRoom, seq: number, limit: number): { messages: Message[]; more: boolean } {
    const from = Math.max(seq, room.forgotten);
    const found = this.#messages.after(room.number, from, limit + 1);
    return { messages: found.slice(0, limit), more: found.length > limit };
  }

  #newest(room: OpenRoom, seq: number, limit: number): { messages: Message[]; more: boolean } {
    const found = this.#messagesBefore(room, Math.min(seq, room.seq + 1), limit + 1);
    const over = Math.max(found.length - limit, 0);
    return { messages: found.slice(over), more: over > 0 };
  }

  /** The settings of a room. */
  state(name: string): RoomState {
    const none = { seq: 0, topic: undefined, pins: [] };
    return this.#read<RoomState>(name, none, ({ number, seq }) => {
      const change = this.#changes.byKey(number, "topic");
      const topic = change?.action.type === "room" ? change.action.topic || undefined : undefined;
      return { seq, topic, pins: this.#changes.pins(number) };
    });
  }

  /** The newest change of each key that is not of a message. */
  settings(name: string, query: SettingsQuery): SettingsPage {
    const none = { changes: [], head: 0, at: 0 };
    return this.#read<SettingsPage>(name, none, ({ number, seq: head, at }) => {
      return { changes: this.#changes.settings(number, query), head, at };
    });
  }

  /** The number of messages that were ever said in a room up to an entry. */
  messagesUpTo(name: string, seq: number): number {
    return this.#read(name, 0, ({ number, forgotten }) => {
      return this.#ordinals.countUpTo(number, Math.max(seq, forgotten));
    });
  }

  /** The people who reacted to a message with an emoji, after one of them. */
  reaction(name: string, of: number, emoji: string, after?: string): Reaction {
    const none: Reaction = { count: 0, from: [] };
    return this.#read(name, none, ({ number }) => {
      const reaction = this.#messages.find(number, of)?.reactions?.[emoji];
      if (!reaction) return none;
      const key = after === undefined ? undefined : reactionKey(of, emoji, after);
      const seq = key === undefined ? 0 : this.#changes.byKey(number, key)?.seq ?? 0;
      return { count: reaction.count, from: this.#changes.members(number, of, emoji, seq) };
    });
  }

  /** Whether a member has reacted to a message with an emoji. */
  hasReacted(name: string, of: number, emoji: string, member: string): boolean {
    return this.#read(name, false, ({ number }) => {
      const action = this.#changes.byKey(number, reactionKey(of, emoji, member))?.action;
      return action?.type === "react" && action.on;
    });
  }
}

function reactionKey(of: number, emoji: string, member: string): string {
  return keyOf({ type: "react", of, emoji, on: true }, member);
}

/** Both together in the order of their numbers, in which each of them is. */
function merge(messages: LogEntry[], changes: LogEntry[]): LogEntry[] {
  if (changes.length === 0) return messages;
  const merged: LogEntry[] = [];
  let next = 0;
  for (const message of messages) {
    while (next < changes.length && changes[next].seq < message.seq) merged.push(changes[next++]);
    merged.push(message);
  }
  return merged.concat(changes.slice(next));
}

/** The entries after `seq`, with a `Skip` for the numbers that are missing before each. */
function withSkips(entries: readonly LogEntry[], seq: number): LogEntry[] {
  const result: LogEntry[] = [];
  for (const entry of entries) {
    const from = seq + 1;
    if (from < entry.seq) result.push(skip(from, entry.seq - 1, entry.at));
    result.push(entry);
    seq = entry.seq;
  }
  return result;
}

function skip(from: number, seq: number, at: number): LogEntry {
  return { kind: "skip", from, seq, at, id: undefined };
}
