/**
 * Turns: what takes a while is done for a few connections at once, in the order in which they came, with
 * a turn of the event loop in between, so that a crowd that comes back delays nobody's messages.
 */

import { setImmediate } from "node:timers/promises";

/** Lets a few at once. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param atOnce how many */
  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Does something when it is its turn. */
  async take<T>(action: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await action();
    } finally {
      void this.#next();
    }
  }

  async #next(): Promise<void> {
    // A journal that answers at once must not keep the event loop busy.
    await setImmediate();
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
