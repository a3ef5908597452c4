/**
 * What a drill reports in the end: one row for each act.
 */

import type { Account } from "./ledger.ts";

/** The result of one act. */
export interface Verdict extends Account {
  /** The act, in words. */
  readonly act: string;
  /** The longest that it took from the fault, or its end, until every client had everything. */
  readonly worstMs: number;
  /** How long it all took. */
  readonly tookMs: number;
  /** Why it was not run; everything else is then 0. */
  readonly skipped?: string;
}

/** Whether nothing went wrong. */
export function isGood({ lost, doubled, disordered, diverged, stale }: Verdict): boolean {
  return lost + doubled + disordered + diverged + stale === 0;
}

/** The verdict on an act that cannot be run here. */
export function skippedVerdict(act: string, skipped: string): Verdict {
  const counts = { lost: 0, doubled: 0, disordered: 0, diverged: 0, stale: 0 };
  return { act, accepted: 0, refused: 0, ...counts, faults: [], worstMs: 0, tookMs: 0, skipped };
}

const COUNTS = [
  "accepted",
  "refused",
  "lost",
  "doubled",
  "disordered",
  "diverged",
  "stale",
] as const;
const HEAD = ["act", ...COUNTS, "longest recovery"];

/** The verdicts as a table, with the first faults of each act below it. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const { act, skipped, worstMs, tookMs } = verdict;
    if (skipped) return [act, `not run: ${skipped}`];
    const counts = COUNTS.map((name) => String(verdict[name]));
    return [act, ...counts, `${Math.round(worstMs)} ms`, `${(tookMs / 1000).toFixed(1)} s`];
  });
  const all = [[...HEAD, "took"], ...rows];
  const widths = all[0].map((_, column) =>
    Math.max(...all.map((row) => row.length < HEAD.length && column > 0 ? 0 : row[column].length))
  );
  const pad = (word: string, column: number) =>
    column === 0 ? word.padEnd(widths[column]) : word.padStart(widths[column]);
  const lines = all.map((row) =>
    row.length < HEAD.length ? `${pad(row[0], 0)}  ${row[1]}` : row.map(pad).join("  ")
  );
  const faults = verdicts.flatMap(({ act, faults }) => faults.map((fault) => `${act}: ${fault}`));
  return [...lines, ...faults].join("\n");
}
