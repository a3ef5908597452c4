/**
 * A room of a Redis journal, followed: what other servers and this one append, in order.
 *
 * Batches come as notices, in the order of their numbers. A notice that begins where the last one
 * ended is taken as it is. Whatever is missing is read from the stream: what came before the channel
 * was heard, what a lost connection swallowed, what was too long to be told. While that goes on,
 * notices are held (a few; those that are not are read too), and at its end they fit. A reading
 * begins with the last message that is had already: if that is not there, Redis has lost messages,
 * and with them the numbering; if what follows is not there any more, too much was missed. Both ways
 * this following has broken.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Message, RemotePresence, Subscription } from "../journal.ts";
import type { Person } from "../../hub/person.ts";
import type { RedisPresence } from "./presence.ts";

/** A batch, as it is told. */
export interface Notice {
  readonly first: number;
  readonly count: number;
  /** The messages; undefined where they were not told. */
  messages(): readonly Message[] | undefined;
}

/** What a following needs of its journal. */
export interface Source {
  /** Messages from `seq` on, at most `limit`. */
  from(seq: number, limit: number): Promise<Message[]>;
  /** It has broken because Redis has lost messages. */
  lost(): void;
  /** Nobody follows it any more; these fields of who is here are to be taken out. */
  stop(fields: string[]): void;
}

/** One room, followed. */
export class RedisFollowing implements Subscription {
  /** Who is in it elsewhere. */
  readonly presence: RedisPresence;
  readonly #source: Source;
  readonly #stir: () => void;
  /** The number that the next message to be taken in has. */
  #next: number;
  #last: Message | undefined;
  #pending: Message[] = [];
  #held: Notice[] = [];
  /** Up to where notices have been heard of. */
  #heard = 0;
  #reading: Promise<void> | undefined;
  #again = false;
  #stirred = false;
  #broken = false;
  #stopped = false;

  constructor(seq: number, source: Source, presence: RedisPresence, stir: () => void) {
    this.#next = seq + 1;
    this.#source = source;
    this.presence = presence;
    this.#stir = stir;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** The newest message that has come. */
  get seq(): number {
    return this.#next - 1;
  }

  take(): readonly Message[] {
    this.#stirred = false;
    const taken = this.#pending.splice(0, LIMITS.batch);
    if (this.#pending.length > 0) this.wake();
    else if (this.#heard >= this.#next) this.read();
    return taken;
  }

  takePresence(): readonly RemotePresence[] {
    this.#stirred = false;
    return this.presence.hear();
  }

  publishPresence(id: string, person: Person | undefined): void {
    this.presence.tell(id, person);
  }

  publishTyping(id: string): void {
    this.presence.typing(id);
  }

  refresh(): Promise<void> {
    return this.read();
  }

  unsubscribe(): void {
    this.#stopped = true;
    this.#source.stop(this.presence.stop());
  }

  /** It goes on no more: what is read from now on is of another numbering. */
  break(): void {
    this.#broken = true;
    this.wake();
  }

  /** A batch was kept. */
  notice(notice: Notice): void {
    this.#heard = Math.max(this.#heard, notice.first + notice.count - 1);
    if (this.#reading) this.#hold(notice);
    else if (!this.#fit(notice)) this.read();
  }

  #hold(notice: Notice): void {
    this.#held.push(notice);
    if (this.#held.length > LIMITS.followHeld) this.#held.shift();
  }

  /** Takes in what is new of a notice; says whether nothing is missing. */
  #fit(notice: Notice): boolean {
    if (notice.first + notice.count <= this.#next) return true;
    if (notice.first > this.#next || this.#pending.length > LIMITS.followAhead) return false;
    const messages = notice.messages();
    if (!messages) return false;
    this.#add(notice.first < this.#next ? messages.slice(this.#next - notice.first) : messages);
    return true;
  }

  #add(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    for (const message of messages) this.#pending.push(message);
    this.#last = messages.at(-1)!;
    this.#next = this.#last.seq + 1;
    this.wake();
  }

  /** Stirs once, until it is taken or heard. */
  wake(): void {
    if (this.#stirred || this.#stopped) return;
    this.#stirred = true;
    this.#stir();
  }

  /**
   * Reads what is missing. Where it fails it is left to whoever asks next: a notice, the link that is
   * back, the look that is taken now and then.
   */
  read(): Promise<void> {
    if (this.#broken || this.#stopped) return Promise.resolve();
    this.#again = true;
    const reading = this.#reading ??= this.#readAll();
    // Whoever waits for it hears of it; for the others it is not an error.
    reading.catch(() => {});
    return reading;
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#again && !this.#broken && !this.#stopped) {
        this.#again = false;
        while (await this.#readPage());
        for (const notice of this.#held.splice(0)) this.#again = !this.#fit(notice) || this.#again;
        if (this.#pending.length > LIMITS.followAhead) return;
      }
    } finally {
      this.#reading = undefined;
    }
  }

  /** Reads a page, from the last message had on; says whether there may be more. */
  async #readPage(): Promise<boolean> {
    if (this.#pending.length > LIMITS.followAhead) return false;
    const had = this.#next - 1;
    const page = await this.#source.from(Math.max(had, 1), LIMITS.followPage);
    if (this.#broken || this.#stopped) return false;
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
    return length === LIMITS.followPage;
  }

  /** Whether this is the message that was the last one taken in. */
  #isLast({ at, from, text }: Message): boolean {
    const last = this.#last;
    return !last || last.at === at && last.from === from && last.text === text;
  }
}
