/**
 * A room of a Redis journal, subscribed: what all nodes append, in order.
 *
 * Batches come as notices, in the order of their numbers. A notice that begins where the last one
 * ended is taken as it is. Whatever is missing is read: what came before the channel was subscribed,
 * what a lost connection swallowed, what was too long to be published. While that goes on, notices
 * are held (a few; the others are read, too), and at its end they fit. A reading begins with the last
 * message that came: if that is not there, Redis has lost messages, and with them the numbering; if
 * what follows is not there any more, too much was missed. In both cases the subscription is broken.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Message, RemotePresence, Subscription } from "../journal.ts";
import type { Person } from "../../hub/person.ts";
import type { RedisPresence } from "./presence.ts";

/** A batch, as it is published. */
export interface Notice {
  readonly first: number;
  readonly count: number;
  /** The messages; undefined where they were left out. */
  messages(): readonly Message[] | undefined;
}

/** What a subscription needs of its journal. */
export interface Source {
  /** Messages from `seq` on, at most `limit`. */
  from(seq: number, limit: number): Promise<Message[]>;
  /** Redis has lost messages of this room. */
  lost(): void;
  /** It has ended. */
  end(): void;
}

/** One room, subscribed. */
export class RedisSubscription implements Subscription {
  /** The people in it. */
  readonly presence: RedisPresence;
  readonly #source: Source;
  readonly #notify: () => void;
  /** The number that the next message to be taken in has. */
  #next: number;
  #last: Message | undefined;
  #pending: Message[] = [];
  #held: Notice[] = [];
  /** The largest number of which a notice came. */
  #noticed = 0;
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

  /** The newest message that has come. */
  get seq(): number {
    return this.#next - 1;
  }

  take(): readonly Message[] {
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

  /** Reads whatever may have been missed, of messages and of people. */
  async resync(): Promise<void> {
    await Promise.all([this.read(), this.presence.resync()]);
  }

  unsubscribe(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#source.end();
  }

  /** Ends what it promises: what is read from now on is of another numbering. */
  break(): void {
    this.#broken = true;
    this.notify();
  }

  /** This node's own append has kept these; taken in if nothing is missing before them. */
  offer(messages: readonly Message[]): void {
    if (!this.#reading && messages[0]?.seq === this.#next) this.#push(messages);
  }

  /** A batch was kept. */
  receive(notice: Notice): void {
    this.#noticed = Math.max(this.#noticed, notice.first + notice.count - 1);
    if (this.#reading) this.#hold(notice);
    else if (!this.#fit(notice)) this.read();
  }

  #hold(notice: Notice): void {
    this.#held.push(notice);
    if (this.#held.length > LIMITS.noticesHeld) this.#held.shift();
  }

  /** Takes in what is new of a notice; says whether nothing is missing. */
  #fit(notice: Notice): boolean {
    if (notice.first + notice.count <= this.#next) return true;
    if (notice.first > this.#next || this.#pending.length > LIMITS.messagesPending) return false;
    const messages = notice.messages();
    if (!messages) return false;
    this.#add(notice.first < this.#next ? messages.slice(this.#next - notice.first) : messages);
    return true;
  }

  #add(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    this.#push(messages);
    this.notify();
  }

  #push(messages: readonly Message[]): void {
    for (const message of messages) this.#pending.push(message);
    this.#last = messages.at(-1)!;
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

  /** Reads a page, from the last message that came; says whether there may be more. */
  async #readPage(): Promise<boolean> {
    if (this.#pending.length > LIMITS.messagesPending) return false;
    const had = this.#next - 1;
    const page = await this.#source.from(Math.max(had, 1), LIMITS.missedPage);
    if (this.#broken || this.#ended) return false;
    const { length } = page;
    if (had > 0 && (length === 0 || page[0].seq === had && !this.#isLast(page[0]))) {
      this.#source.lost();
      return false;
    }
    if (page[0]?.seq === had) page.shift();
    if (page.length > 0 && page[0].seq > this.#next) {
      this.break();
      return false;
    }
    this.#add(page);
    return length === LIMITS.missedPage;
  }

  /** Whether this is the message that was the last one taken in. */
  #isLast({ at, from, text }: Message): boolean {
    const last = this.#last;
    return !last || last.at === at && last.from === from && last.text === text;
  }
}
