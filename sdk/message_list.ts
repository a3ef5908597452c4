/**
 * The messages of a room that this client holds: those that came, and those of pages that were
 * fetched.
 *
 * Always true: they are in order, none is twice, and there are no more than the limit; the oldest go
 * first. A change of a message that is not held is dropped, except while a page is being fetched:
 * then it is kept, and applied when the page is there.
 */

import { applyChange, markMine, newerOf } from "./changes.ts";
import type { Message, MessageChange } from "./protocol.ts";

/** A page that is being fetched. */
export interface PendingPage {
  /** Changes that came meanwhile, of messages that were not held. */
  readonly changes: MessageChange[];
  /** The newest change that there was no room for. */
  dropped: number;
  /** The list has been cleared meanwhile: the page is of another history. */
  isVoid: boolean;
}

/** The changes that are kept for one page. */
const MOST_CHANGES = 1_000;
/** Pages that are fetched at the same time; those beyond it count as void. */
const MOST_PAGES = 16;

/** Messages of one room. */
export class MessageList {
  readonly #limit: number;
  readonly #pages = new Set<PendingPage>();
  #messages: Message[] = [];

  /** @param limit how many are held */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** All of them, oldest first. */
  get all(): readonly Message[] {
    return this.#messages;
  }

  /** The message with this number, if it is held. */
  get(seq: number): Message | undefined {
    const at = this.#find(seq);
    return at === undefined ? undefined : this.#messages[at];
  }

  /** Adds a message of the log. Returns it as it is held: a copy that was fetched may be newer. */
  add(message: Message, me: string | undefined): Message {
    const at = this.#find(message.seq);
    if (at !== undefined) return this.#messages[at] = this.#newer(message, me);
    const marked = markMine(message, me);
    this.#messages.push(marked);
    // A page may have brought later ones.
    if (this.#messages.at(-2)! && this.#messages.at(-2)!.seq > message.seq) this.#sort();
    if (this.#messages.length > this.#limit) this.#messages.shift();
    return marked;
  }

  /** Applies a change. Returns the message before and after it, if it is held. */
  change(change: MessageChange, me: string | undefined): { before?: Message; message?: Message } {
    const at = this.#find(change.of);
    if (at === undefined) {
      for (const page of this.#pages) keepChange(page, change);
      return {};
    }
    const before = this.#messages[at];
    const message = this.#messages[at] = applyChange(before, change, me);
    return { before, message };
  }

  /** A page is going to be fetched; {@linkcode MessageList.merge} or `abandon` follows. */
  expectPage(): PendingPage {
    const page = { changes: [], dropped: 0, isVoid: this.#pages.size >= MOST_PAGES };
    if (!page.isVoid) this.#pages.add(page);
    return page;
  }

  /** The page will not come. */
  abandon(page: PendingPage): void {
    this.#pages.delete(page);
  }

  /**
   * Adds the messages of a page; returns them as they are now.
   *
   * @param head the number at which the page was true
   * @returns undefined if the page cannot be brought up to date: fetch it again
   */
  merge(
    messages: readonly Message[],
    head: number,
    page: PendingPage,
    me: string | undefined,
  ): Message[] | undefined {
    this.#pages.delete(page);
    if (page.isVoid || head < page.dropped) return;
    const current = new Map(messages.map((message) => [message.seq, this.#newer(message, me)]));
    for (const change of page.changes) {
      const message = current.get(change.of);
      if (message) current.set(change.of, applyChange(message, change, me));
    }
    const bySeq = new Map(this.#messages.map((message) => [message.seq, message]));
    for (const [seq, message] of current) bySeq.set(seq, message);
    this.#messages = [...bySeq.values()];
    this.#sort();
    this.#messages.splice(0, this.#messages.length - this.#limit);
    return [...current.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Another person is looking. */
  markMine(me: string | undefined): void {
    this.#messages = this.#messages.map((message) => markMine(message, me));
  }

  /** Forgets those up to this one. */
  forget(to: number): void {
    this.#messages = this.#messages.filter(({ seq }) => seq > to);
  }

  /** Forgets all: the history is another one. */
  clear(): void {
    this.#messages = [];
    for (const page of this.#pages) page.isVoid = true;
    this.#pages.clear();
  }

  /** The newer of the copy that is held and this one. */
  #newer(copy: Message, me: string | undefined): Message {
    const held = this.get(copy.seq);
    if (!held) return markMine(copy, me);
    const newer = newerOf(held, copy);
    return newer === held ? held : markMine(newer, me, held);
  }

  #sort(): void {
    this.#messages.sort((a, b) => a.seq - b.seq);
  }

  /** Where the message with this number is; usually near the end. */
  #find(seq: number): number | undefined {
    let [low, high] = [0, this.#messages.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#messages[middle].seq;
      if (found === seq) return middle;
      if (found < seq) low = middle + 1;
      else high = middle - 1;
    }
  }
}

function keepChange(page: PendingPage, change: MessageChange): void {
  page.changes.push(change);
  if (page.changes.length > MOST_CHANGES) page.dropped = page.changes.shift()!.seq;
}
