/** What a comparison came to: rounds of pairs, their medians, and the ratios between them. */

import { disturbed, type Load, loadBound, type Run } from "./loads.ts";

/** A server's runs under one load, in the order of the rounds. */
export interface Entry {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** One load: this server first, then its peers. */
export interface Result {
  readonly load: Load;
  readonly entries: readonly Entry[];
}

/** The middle one, or what lies between the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** The median of one figure over a server's runs. */
export function figureOf({ runs }: Entry, figure: keyof Run): number {
  return median(runs.map((run) => run[figure] ?? NaN));
}

/**
 * How many times `ours` is `theirs`: the median of the rounds' pairs, since what disturbs a machine
 * disturbs both of a pair, and not all pairs alike.
 */
export function ratio(ours: Entry, theirs: Entry, figure: "delivered" | "p50"): number {
  return median(ours.runs.map((run, round) => run[figure] / theirs.runs[round][figure]));
}

/** What is wrong with the figures of a server, in words; none if nothing is. */
export function doubts({ runs }: Entry): string[] {
  const found: string[] = [];
  if (runs.some(loadBound)) {
    found.push("the load was the bottleneck, the server could do more than is shown");
  }
  if (runs.some(disturbed)) found.push("other programs took the cores in some of the rounds");
  const closed = Math.max(...runs.map((run) => run.closed));
  if (closed > 0) found.push(`${closed} connections were closed`);
  const missing = Math.max(...runs.map((run) => run.missing));
  if (missing > 0) found.push(`${missing} deliveries never came`);
  return found;
}
