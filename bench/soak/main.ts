/**
 * Long runs that are no tests, with one table each as their verdict:
 *
 *     deno task soak [--seconds 600]
 *     deno task soak:attack [--seconds 600]
 *     deno run -A … bench/soak/main.ts stuck [--seconds 60]
 *
 * `stuck` holds 500 clients that stop reading beside 50 good ones: what the good ones feel, and
 * what it costs. `soak` has 200 clients talk, come and go at half the normal rate: whether memory,
 * descriptors or order suffer in the long run. `attack` has everything done to the server at once that
 * it must withstand, beside 20 good clients: whether they miss anything or have to wait.
 */

import { parseArgs } from "node:util";
import { attackSoak } from "./attack.ts";
import { soak } from "./long.ts";
import { stuck } from "./stuck.ts";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly found: string;
  /** What it must be, and whether it is; absent for what is only told. */
  readonly must?: string;
  readonly good?: boolean;
}

function table(rows: Row[]): string {
  const lines = rows.map(({ what, found, must = "", good = true }) => [
    what,
    found,
    must,
    must && (good ? "good" : "BAD"),
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...lines.map((line) => line[column].length))
  );
  return lines.map((line) => line.map((word, n) => word.padEnd(widths[n])).join("  ")).join("\n");
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { seconds: { type: "string" } },
    allowPositionals: true,
  });
  const mode = { stuck, soak, attack: attackSoak }[positionals[0]];
  const seconds = Number(values.seconds ?? (mode === stuck ? 60 : 600));
  if (!mode || !(seconds >= 1)) {
    console.error("soak: say stuck, soak or attack, and --seconds N");
    Deno.exit(2);
  }
  const rows = await mode(seconds);
  console.log(table(rows));
  Deno.exit(rows.every(({ good }) => good !== false) ? 0 : 1);
}
