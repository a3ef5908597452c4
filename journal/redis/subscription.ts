/**
 * A room of a Redis journal, subscribed: what all nodes append, in order.
 *
 * Batches come as notices, in the order of their numbers. A notice that begins where the last one
 * ended is taken as it is. Whatever is missing is read: what came before the channel was subscribed,
 * what a lost connection swallowed, what was too long to be published. While that goes on, notices
 * are held (a few; the others are read, too), and at its end they fit. A reading begins with the last
 * entry that came: if that is not there, Redis has lost messages, and with them the numbering; if
 * what follows is not there any more, too much was missed. In both cases the subscription is broken.
 */

import { LIMITS } from "../../config/limits.ts";
import type { LogEntry, RemotePresence, Subscription } from "../journal.ts";
import type { Person } from "../../hub/person.ts";
import { firstOf } from "./log_encoding.ts";
import type { RedisPresence } from "./presence.ts";

/** A batch, as it is published. */
export interface Notice {
  readonly first: number;
  readonly count: number;
  /** The entries; undefined where they were left out. */
  entries(): readonly LogEntry[] | undefined;
}

/** What a subscription needs of its journal. */
export interface Source {
  /** Entries from `seq` on, at most `limit`. */
  from(seq: number, limit: number): Promise<LogEntry[]>;
  /** Redis has lost messages of this room. */
  lost(): void;
  /** It has ended. */
  end(): void;
}

/** One room, subscribed. */
export class RedisSubscription implements Subscription {
  /** The people in it. */
  readonly presence: RedisPresence;
  forgotten = 0;
  readonly #source: Source;
  readonly #notify: () => void;
  /** The number that the next entry to be taken in has. */
  #next: number;
  #last: LogEntry | undefined;
  #pending: LogEntry[] = [];
  #held: Notice[] = [];
  /** The largest number of which a notice came. */
  #noticed = 0;
  /** Redis may have another history than before: nothing is taken in before it was compared. */
  #isDoubtful = false;
  #reading: Promise<void> | undefined;
  #again = false;
  #notified = false;
  #broken = false;
  #ended = false;

  constructor(seq: number, source: Source, presence: RedisPresence, notify: () => void) {
    this.#next = seq + 1;
    this.#source = source;
    this.presence = presence;
    this.#notify = notify;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** The newest entry that has come. */
  get seq(): number {
    return this.#next - 1;
  }

  take(): readonly LogEntry[] {
    this.#notified = false;
    const taken = this.#pending.splice(0, LIMITS.batch);
    if (this.#pending.length > 0) this.notify();
    else if (this.#noticed >= this.#next) this.read();
    return taken;
  }

  takePresence(): readonly RemotePresence[] {
    this.#notified = false;
    return this.presence.take();
  }

  publishPresence(id: string, person: Person | undefined): void {
    this.presence.publish(id, person);
  }

  publishTyping(id: string): void {
    this.presence.publishTyping(id);
  }

  refresh(): Promise<void> {
    return this.read();
  }

  /** Reads whatever may have been missed, of entries and of people. */
  async resync(): Promise<void> {
    await Promise.all([this.read(), this.presence.resync()]);
  }

  unsubscribe(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#source.end();
  }

  /** Redis was away, and may have lost messages: what it has is compared before more is taken in. */
  doubt(): void {
    this.#isDoubtful = true;
  }

  /** Ends what it promises: what is read from now on is of another numbering. */
  break(): void {
    this.#broken = true;
    this.notify();
  }

  /** This node's own append has kept these; taken in if nothing is missing before them. */
  offer(entries: readonly LogEntry[]): void {
    if (this.#reading || this.#isDoubtful) return;
    if (entries[0]?.seq === this.#next) this.#push(entries);
  }

  /** A batch was kept. */
  receive(notice: Notice): void {
    this.#noticed = Math.max(this.#noticed, notice.first + notice.count - 1);
    if (this.#reading) this.#hold(notice);
    else if (this.#isDoubtful || !this.#fit(notice)) this.read();
  }

  #hold(notice: Notice): void {
    this.#held.push(notice);
    if (this.#held.length > LIMITS.noticesHeld) this.#held.shift();
  }

  /** Takes in what is new of a notice; says whether nothing is missing. */
  #fit(notice: Notice): boolean {
    if (notice.first + notice.count <= this.#next) return true;
    if (notice.first > this.#next || this.#pending.length > LIMITS.messagesPending) return false;
    const entries = notice.entries();
    if (!entries) return false;
    this.#add(notice.first < this.#next ? entries.slice(this.#next - notice.first) : entries);
    return true;
  }

  #add(entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    this.#push(entries);
    this.notify();
  }

  #push(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#pending.push(entry);
    this.#last = entries.at(-1)!;
    this.#next = this.#last.seq + 1;
  }

  /** Notifies once, until something is taken. */
  notify(): void {
    if (this.#notified || this.#ended) return;
    this.#notified = true;
    this.#notify();
  }

  /**
   * Reads what is missing. Where it fails it is left to the next one that asks: a notice, the link
   * when it is back, the periodic look.
   */
  read(): Promise<void> {
    if (this.#broken || this.#ended) return Promise.resolve();
    this.#again = true;
    const reading = this.#reading ??= this.#readAll();
    // It is an error only for those that await it.
    reading.catch(() => {});
    return reading;
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#again && !this.#broken && !this.#ended) {
        this.#again = false;
        while (await this.#readPage());
        for (const notice of this.#held.splice(0)) this.#again = !this.#fit(notice) || this.#again;
        if (this.#pending.length > LIMITS.messagesPending) return;
      }
    } finally {
      this.#reading = undefined;
    }
  }

  /** Reads a page, from the last entry that came; says whether there may be more. */
  async #readPage(): Promise<boolean> {
    if (this.#pending.length > LIMITS.messagesPending) return false;
    const had = this.#next - 1;
    const page = await this.#source.from(Math.max(had, 1), LIMITS.missedPage);
    if (this.#broken || this.#ended) return false;
    const { length } = page;
    if (had > 0 && !this.#continues(page[0])) {
      this.#source.lost();
      return false;
    }
    this.#isDoubtful = false;
    const [first] = page;
    if (first?.seq === had) this.#last = page.shift();
    // What is superseded comes as one entry, which may begin with what has come.
    else if (first?.kind === "skip" && first.from <= had) page[0] = { ...first, from: this.#next };
    if (page.length > 0 && firstOf(page[0]) > this.#next) {
      this.break();
      return false;
    }
    this.#add(page);
    return length === LIMITS.missedPage;
  }

  /** Whether the last entry that was taken in may be what this begins with. */
  #continues(first: LogEntry | undefined): boolean {
    const last = this.#last;
    if (!first) return false;
    if (first.seq !== last?.seq) return true;
    if (first.at !== last.at) return false;
    if (first.kind === "skip" || last.kind === "skip") return true;
    const isSameText = first.kind !== "message" || last.kind !== "message" ||
      first.v !== last.v || first.text === last.text;
    return first.from === last.from && isSameText;
  }
}
