/**
 * Subscriptions of a journal that only this process appends to.
 *
 * The journal publishes here what it appends, and the subscription of the room passes it on. If another
 * process writes to the same file nevertheless, its entries leave a hole in the numbers. Then the
 * subscription reads from the journal, so nothing is missing, only late.
 */

import { LIMITS } from "../config/limits.ts";
import type { LogEntry, RemotePresence, Subscription } from "./journal.ts";

/** Reads entries after `seq`, oldest first. */
type Read = (room: string, seq: number, limit: number) => LogEntry[];

const NOBODY: readonly RemotePresence[] = [];
const NOTHING: readonly LogEntry[] = [];

/** The subscriptions of one journal. */
export class LocalFeed {
  readonly #read: Read;
  readonly #byRoom = new Map<string, LocalSubscription>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** Follows a room after entry `seq`. A room has one subscription. */
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
  publish(room: string, entries: readonly LogEntry[]): void {
    this.#byRoom.get(room)?.push(entries);
  }

  /** A room's messages up to a number are forgotten. */
  forget(room: string, seq: number): void {
    const subscription = this.#byRoom.get(room);
    if (subscription) subscription.forgotten = seq;
  }

  /** Another process has written: any room may have entries that were not published here. */
  refresh(): void {
    for (const subscription of this.#byRoom.values()) {
      subscription.refresh();
      subscription.notify();
    }
  }
}

interface Source {
  read(seq: number, limit: number): LogEntry[];
  end(): void;
}

class LocalSubscription implements Subscription {
  readonly #source: Source;
  readonly #notify: () => void;
  forgotten = 0;
  #broken = false;
  /** What `take` gives next. Most is published and taken at once, so it is the journal's own array. */
  #pending = NOTHING;
  /** The newest entry that was taken or is pending. */
  #seq: number;
  /** There may be entries that were not published here; at first those from before it began. */
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

  push(entries: readonly LogEntry[]): void {
    if (this.#hole || entries.length === 0) return;
    const last = entries.at(-1)!.seq;
    // Numbers only rise, so with this first and this last one there is no hole between them.
    if (entries[0].seq !== this.#seq + 1 || last !== this.#seq + entries.length) {
      this.#hole = true;
      return;
    }
    this.#pending = this.#pending.length === 0 ? entries : [...this.#pending, ...entries];
    this.#seq = last;
  }

  /** Notifies at most once until the next `take`. */
  notify(): void {
    if (this.#notified) return;
    this.#notified = true;
    this.#notify();
  }

  take(): readonly LogEntry[] {
    this.#notified = false;
    const taken = this.#pending;
    this.#pending = NOTHING;
    return this.#hole ? [...taken, ...this.#fill()] : taken;
  }

  /** Reads what was not published here, as much as one `take` may give. */
  #fill(): readonly LogEntry[] {
    this.#hole = false;
    const page = this.#source.read(this.#seq, LIMITS.batch);
    if (page.length === 0) return page;
    const [first] = page;
    if ((first.kind === "skip" ? first.from : first.seq) !== this.#seq + 1) {
      this.#broken = true;
      this.notify();
      return NOTHING;
    }
    this.#seq = page.at(-1)!.seq;
    if (page.length < LIMITS.batch) return page;
    this.#hole = true;
    this.notify();
    return page;
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
