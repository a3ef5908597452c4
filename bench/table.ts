/** Results as a Markdown table, with what is to be said about them below it. */

import { doubts, type Entry, figureOf, ratio, type Result } from "./result.ts";

const HEAD = [
  "load",
  "server",
  "delivered a second",
  "median latency",
  "99 %",
  "CPU a delivery",
  "server's core",
  "load's core",
  "ours : theirs",
];
/** The first two columns are words. */
const WORDS = 2;

/** A large number, short: `5.66 million`, `216,000`. */
export function many(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} million`;
  const digits = value < 1000 ? value : Number(value.toPrecision(3));
  return Math.round(digits).toLocaleString("en");
}

/** A time that is given in microseconds. */
export function time(micros: number): string {
  return micros < 10_000 ? `${(micros / 1000).toFixed(2)} ms` : `${Math.round(micros / 1000)} ms`;
}

/** CPU time that is given in seconds. */
export function cost(seconds: number): string {
  const micros = seconds * 1e6;
  // From 100 on two digits would be written as a power of ten.
  return Number.isNaN(seconds) ? "?" : `${micros.toPrecision(micros < 99 ? 2 : 3)} µs`;
}

function share(value: number): string {
  return Number.isNaN(value) ? "?" : `${Math.round(value * 100)} %`;
}

function row({ load, entries }: Result, entry: Entry): string[] {
  const [ours] = entries;
  const figures = [
    many(figureOf(entry, "delivered")),
    time(figureOf(entry, "p50")),
    time(figureOf(entry, "p99")),
  ];
  const about = load.figure === "delivered" ? 0 : 1;
  figures[about] = `**${figures[about]}**`;
  return [
    entry === ours ? load.title : "",
    entry.name,
    ...figures,
    cost(figureOf(entry, "serverCpu") / figureOf(entry, "delivered")),
    share(figureOf(entry, "serverCpu")),
    share(figureOf(entry, "cpu")),
    entry === ours ? "" : ratio(ours, entry, load.figure).toFixed(2),
  ];
}

/** Lines of a Markdown table whose columns stand under each other. */
export function markdown(rows: readonly string[][], words: number): string {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((r) => r[column].length)));
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const pad = (cell: string, column: number) =>
    column < words ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  const rule = widths.map((width, column) =>
    column < words ? "-".repeat(width) : "-".repeat(width - 1) + ":"
  );
  const [head, ...body] = rows.map((cells) => line(cells.map(pad)));
  return [head, line(rule), ...body].join("\n");
}

/** A line for each doubt about a load, with those whom it concerns. */
function doubtsOf({ load, entries }: Result): string[] {
  const concerned = new Map<string, string[]>();
  for (const entry of entries) {
    for (const doubt of doubts(entry)) {
      concerned.set(doubt, [...concerned.get(doubt) ?? [], entry.name]);
    }
  }
  return [...concerned].map(([doubt, names]) => `- ${load.title}: ${doubt} (${names.join(", ")}).`);
}

/** The table, and below it what makes a figure doubtful. */
export function table(results: readonly Result[]): string {
  const rows = results.flatMap((result) => result.entries.map((entry) => row(result, entry)));
  const notes = results.flatMap(doubtsOf);
  return [
    markdown([HEAD, ...rows], WORDS),
    "",
    "The figure that a load is about is bold: of deliveries more is better, of latency less. CPU is " +
    "that of the server.",
    ...notes.length > 0 ? ["", "Not to be relied on:", "", ...notes] : [],
  ].join("\n");
}
