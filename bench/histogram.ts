/** Times in buckets that grow by a hundredth, so that a quantile costs no memory and no sorting. */

const STEP = Math.log(1.01);
const BUCKETS = 2_400;

/** Counts of times, in microseconds. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  /** How many times were recorded. */
  get total(): number {
    return this.#total;
  }

  record(micros: number): void {
    const bucket = micros < 1 ? 0 : Math.floor(Math.log(micros) / STEP);
    this.#counts[Math.min(bucket, BUCKETS - 1)]++;
    this.#total++;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** The time that the share `q` of all does not exceed, to a hundredth; 0 if there are none. */
  quantile(q: number): number {
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS && this.#total > 0; bucket++) {
      seen += this.#counts[bucket];
      if (seen >= q * this.#total) return Math.exp((bucket + 1) * STEP);
    }
    return 0;
  }
}
