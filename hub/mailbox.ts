/**
 * Many posters, one reader, who takes all there is.
 *
 * Letters come out in the order in which they were posted, as arrays: everything that was posted
 * during one turn of the event loop. The turn is what makes batches: under load the sockets that
 * are readable are read before the reader goes on, and an idle mailbox hands over its only letter
 * at once. (`setImmediate` lets timers and sockets run between two batches; microtasks would
 * starve them and a timer of 1 ms would cost that millisecond.)
 */

import { setImmediate } from "node:timers";

/** A queue of letters for one reader, with a limit. */
export class Mailbox<T> {
  #letters: T[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  readonly #limit: number;

  /** @param limit how many letters may wait before {@linkcode Mailbox.offer} refuses */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many letters wait. */
  get length(): number {
    return this.#letters.length;
  }

  /** Posts a letter unless the mailbox is full or closed; says whether it did. */
  offer(letter: T): boolean {
    if (this.#letters.length >= this.#limit) return false;
    return this.post(letter);
  }

  /** Posts a letter that cannot be refused, such as a leave; only a closed mailbox does. */
  post(letter: T): boolean {
    if (this.#closed) return false;
    this.#letters.push(letter);
    const wake = this.#wake;
    if (wake) {
      this.#wake = undefined;
      setImmediate(wake);
    }
    return true;
  }

  /** Takes no more letters; the reader gets those that wait, then its loop ends. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** What was posted since the last array, a turn of the event loop at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T[]> {
    for (;;) {
      await new Promise<void>((resolve) => {
        if (this.#letters.length > 0 || this.#closed) setImmediate(resolve);
        else this.#wake = resolve;
      });
      if (this.#letters.length === 0) {
        if (this.#closed) return;
        continue;
      }
      const letters = this.#letters;
      this.#letters = [];
      yield letters;
    }
  }
}
