/**
 * A journal in memory: what tests and `--db :memory:` use. Its epoch ends with the process.
 *
 * Each room is an array of its newest messages; since they have no holes, a number is an index.
 */

import {
  type Draft,
  type Journal,
  type Message,
  type RoomSummary,
  type Subscription,
  toMessage,
} from "./journal.ts";
import { LocalFeed } from "./local_feed.ts";

interface Log {
  /** The number of the first message in `messages`. */
  first: number;
  messages: Message[];
  byId: Map<string, Message>;
}

/** Keeps messages as long as the process lives. */
export class MemoryJournal implements Journal {
  readonly epoch: string = crypto.randomUUID();
  readonly #keep: number;
  readonly #logs = new Map<string, Log>();
  readonly #feed = new LocalFeed((room, seq, limit) => this.after(room, seq, limit));

  /** @param keep messages kept per room, 0 for all */
  constructor(keep = 0) {
    this.#keep = keep || Infinity;
  }

  append(drafts: readonly Draft[]): Message[] {
    return drafts.map((draft) => this.#add(draft));
  }

  #add(draft: Draft): Message {
    let log = this.#logs.get(draft.room);
    if (!log) {
      log = { first: 1, messages: [], byId: new Map() };
      this.#logs.set(draft.room, log);
    }
    const first = draft.id === undefined ? undefined : log.byId.get(draft.id);
    if (first) return { ...first, duplicate: true };
    const message = toMessage(draft, log.first + log.messages.length);
    log.messages.push(message);
    if (message.id !== undefined) log.byId.set(message.id, message);
    if (log.messages.length > this.#keep) this.#forget(log);
    this.#feed.publish(draft.room, [message]);
    return message;
  }

  /** Cuts in slices: an array's head is dear to shift, so up to an eighth more than kept stays. */
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

  rooms(): RoomSummary[] {
    return Array.from(
      this.#logs,
      ([name, log]) => ({ name, seq: log.first + log.messages.length - 1 }),
    );
  }

  subscribe(room: string, seq: number, notify: () => void): Subscription {
    return this.#feed.subscribe(room, seq, notify);
  }

  ready(): boolean {
    return true;
  }

  close(): void {
    this.#logs.clear();
  }
}
