/**
 * The searches that wait: so many in all and of one address, and one after the other, since one thread answers
 * them. A search whose asker has gone is dropped before its turn.
 */

import { LIMITS } from "../config/limits.ts";

/** Too many searches wait: of this address, or in all. */
export class QueueFullError extends Error {
  override name = "QueueFullError";
  readonly isOfAddress: boolean;

  constructor(isOfAddress: boolean) {
    super(isOfAddress ? "too many searches from your address" : "too many searches");
    this.isOfAddress = isOfAddress;
  }
}

/** Runs searches one after the other. */
export class SearchQueue {
  readonly #byAddress = new Map<string, number>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs a search in its turn.
   *
   * @param address as `countedAddress` gives it
   * @throws {QueueFullError} if too many wait already
   * @throws the signal's reason if it aborts before the search's turn; and what the search throws
   */
  async run<T>(address: string, signal: AbortSignal, search: () => Promise<T>): Promise<T> {
    const { perAddress, waiting } = LIMITS.search;
    const here = this.#byAddress.get(address) ?? 0;
    if (here >= perAddress) throw new QueueFullError(true);
    if (this.#waiting >= waiting) throw new QueueFullError(false);
    this.#waiting++;
    this.#byAddress.set(address, here + 1);
    const turn = this.#last.then(() => {
      signal.throwIfAborted();
      return search();
    });
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#leave(address);
    }
  }

  #leave(address: string): void {
    this.#waiting--;
    const left = this.#byAddress.get(address)! - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
