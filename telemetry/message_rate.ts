/** How many messages are kept in a second, for work that waits until there are few. */

import { LIMITS } from "../config/limits.ts";
import type { Counters } from "./counters.ts";

/** Measures the rate of one chat whenever it is asked. */
export class MessageRate {
  readonly #counters: Counters;
  #at = performance.now();
  #sum = 0;
  #rate = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Messages in a second, lately. */
  get now(): number {
    const now = performance.now();
    const { sum } = this.#counters.batches;
    if (now - this.#at >= LIMITS.rateMs) {
      this.#rate = (sum - this.#sum) / (now - this.#at) * 1_000;
      this.#at = now;
      this.#sum = sum;
    }
    return this.#rate;
  }
}
