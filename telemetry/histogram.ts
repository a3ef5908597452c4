/** How values are spread, as counts: cheap enough for every call, and no more than numbers. */

const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** How values spread: the metrics' library would take some microseconds for each. */
export class Histogram {
  /** How many values are at most as large as the bound at the same place, and over the one before. */
  readonly counts: number[];
  sum = 0;

  constructor(readonly bounds: readonly number[] = SECONDS) {
    this.counts = Array(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let at = 0;
    while (value > this.bounds[at]) at++;
    this.counts[at]++;
    this.sum += value;
  }
}
