/**
 * Reads a room's log from its tables: entries in their order without holes, and pages of messages.
 *
 * Numbers that are missing among the kept ones are read as one `Skip`. Everything up to a room's
 * `forgotten` is no longer read, though it may still be in a packed row. The caller sees to it that
 * what belongs together is read in one transaction.
 */

import type { LogEntry, Message, MessagePage, PageQuery, Reaction, RoomState } from "../journal.ts";
import { keyOf } from "../changes.ts";
import type { ChangeTable } from "./change_table.ts";
import type { MessageTable } from "./message_table.ts";
import type { OpenRoom } from "./numbering.ts";

/** Reads the log of one file. */
export class LogReader {
  readonly #messages: MessageTable;
  readonly #changes: ChangeTable;

  constructor(messages: MessageTable, changes: ChangeTable) {
    this.#messages = messages;
    this.#changes = changes;
  }

  /** The oldest entries with a larger number than `seq`; fewer than `limit` only at the end. */
  after(room: OpenRoom, seq: number, limit: number): LogEntry[] {
    const from = Math.max(seq, room.forgotten);
    const messages = this.#messages.after(room.number, from, limit);
    if (room.seq === room.messages) return messages;
    const changes = this.#changes.after(room.number, from, limit);
    return withSkips(merge(messages, changes).slice(0, limit), from).slice(0, limit);
  }

  /** The newest entries with a smaller number than `seq`, oldest first. */
  before(room: OpenRoom, seq: number, limit: number): LogEntry[] {
    const end = Math.min(seq, room.seq + 1);
    const messages = this.#messagesBefore(room, end, limit);
    if (room.seq === room.messages) return messages;
    const changes = this.#changes.before(room.number, end, limit)
      .filter(({ seq }) => seq > room.forgotten);
    const entries = merge(messages, changes).slice(-limit);
    const from = entries.length < limit ? room.forgotten : entries[0].seq - 1;
    const result = withSkips(entries, from);
    const last = entries.at(-1)?.seq ?? from;
    if (last < end - 1) result.push(skip(last + 1, end - 1, this.after(room, end - 1, 1)[0].at));
    return result.slice(-limit);
  }

  /** The newest messages before `seq`, which is not beyond the next number. */
  #messagesBefore(room: OpenRoom, seq: number, limit: number): Message[] {
    return this.#messages.before(room.number, seq, limit)
      .filter((message) => message.seq > room.forgotten);
  }

  /** Messages alone. */
  page(room: OpenRoom, query: PageQuery): MessagePage {
    const { seq: head, at } = room;
    return { ...this.#select(room, query), head, at };
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

  /** What a room is set to. */
  state({ number, seq }: OpenRoom): RoomState {
    const change = this.#changes.byKey(number, "topic");
    const topic = change?.action.type === "room" ? change.action.topic || undefined : undefined;
    return { seq, topic, pins: this.#changes.pins(number), settings: change ? [change] : [] };
  }

  /** Those who reacted to a message with an emoji, after one of them. */
  reaction({ number }: OpenRoom, of: number, emoji: string, after?: string): Reaction {
    const reaction = this.#messages.find(number, of)?.reactions?.[emoji];
    if (!reaction) return { count: 0, from: [] };
    const key = after === undefined ? undefined : reactionKey(of, emoji, after);
    const seq = key === undefined ? 0 : this.#changes.byKey(number, key)?.seq ?? 0;
    return { count: reaction.count, from: this.#changes.members(number, of, emoji, seq) };
  }

  /** Whether a member has reacted to a message with an emoji. */
  hasReacted({ number }: OpenRoom, of: number, emoji: string, member: string): boolean {
    const action = this.#changes.byKey(number, reactionKey(of, emoji, member))?.action;
    return action?.type === "react" && action.on;
  }
}

function reactionKey(of: number, emoji: string, member: string): string {
  return keyOf({ type: "react", of, emoji, on: true }, member);
}

function merge(messages: LogEntry[], changes: LogEntry[]): LogEntry[] {
  if (changes.length === 0) return messages;
  return messages.concat(changes).sort((a, b) => a.seq - b.seq);
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
