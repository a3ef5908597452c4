/**
 * Subscriptions of a journal that only this process appends to.
 *
 * The journal publishes here what it appends, and the subscription of the room passes it on. If another
 * process writes to the same file nevertheless, its messages leave a hole in the numbers. Then the
 * subscription reads from the journal, so nothing is missing, only late.
 */

import { LIMITS } from "../config/limits.ts";
import type { Message, RemotePresence, Subscription } from "./journal.ts";

/** Reads messages after `seq`, oldest first. */
type Read = (room: string, seq: number, limit: number) => Message[];

const NOBODY: readonly RemotePresence[] = [];

/** The subscriptions of one journal. */
export class LocalFeed {
  readonly #read: Read;
  readonly #byRoom = new Map<string, LocalSubscription>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** Follows a room after message `seq`. A room has one subscription. */
  subscribe(room: string, seq: number, notify: () => void): Subscription {
    const subscription: LocalSubscription = new LocalSubscription(seq, {
      read: (seq, limit) => this.#read(room, seq, limit),
      end: () => {
        if (this.#byRoom.get(room) === subscription) this.#byRoom.delete(room);
      },
    }, notify);
    this.#byRoom.set(room, subscription);
    return subscription;
  }

  /** Passes on what was kept in a room, in order. */
  publish(room: string, messages: readonly Message[]): void {
    this.#byRoom.get(room)?.push(messages);
  }

  /** Another process has written: any room may have messages that were not published here. */
  refresh(): void {
    for (const subscription of this.#byRoom.values()) {
      subscription.refresh();
      subscription.notify();
    }
  }
}

interface Source {
  read(seq: number, limit: number): Message[];
  end(): void;
}

class LocalSubscription implements Subscription {
  readonly #source: Source;
  readonly #notify: () => void;
  #broken = false;
  #pending: Message[] = [];
  /** The newest message that was taken or is pending. */
  #seq: number;
  /** There may be messages that were not published here; at first those from before it began. */
  #hole = true;
  #notified = false;

  constructor(seq: number, source: Source, notify: () => void) {
    this.#seq = seq;
    this.#source = source;
    this.#notify = notify;
  }

  get broken(): boolean {
    return this.#broken;
  }

  push(messages: readonly Message[]): void {
    for (const message of messages) {
      if (this.#hole) return;
      if (message.seq !== this.#seq + 1) {
        this.#hole = true;
        return;
      }
      this.#pending.push(message);
      this.#seq = message.seq;
    }
  }

  /** Notifies at most once until the next `take`. */
  notify(): void {
    if (this.#notified) return;
    this.#notified = true;
    this.#notify();
  }

  take(): readonly Message[] {
    this.#notified = false;
    const taken = this.#pending;
    this.#pending = [];
    if (this.#hole) this.#fill(taken);
    return taken;
  }

  /** Reads what was not published here, as much as one `take` may give. */
  #fill(taken: Message[]): void {
    this.#hole = false;
    const page = this.#source.read(this.#seq, LIMITS.batch);
    if (page.length === 0) return;
    if (page[0].seq !== this.#seq + 1) {
      this.#broken = true;
      return this.notify();
    }
    for (const message of page) taken.push(message);
    this.#seq = page.at(-1)!.seq;
    if (page.length < LIMITS.batch) return;
    this.#hole = true;
    this.notify();
  }

  takePresence(): readonly RemotePresence[] {
    return NOBODY;
  }

  publishPresence(): void {}
  publishTyping(): void {}

  /** Another process may have written: whatever there is comes with the next `take`. */
  refresh(): void {
    this.#hole = true;
  }

  unsubscribe(): void {
    this.#source.end();
  }
}
