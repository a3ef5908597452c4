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

import { parseWords, text, UsageError, valuesOf } from "../../config/flags.ts";
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

const FLAGS = { seconds: text("N", "how long it takes, 600 or 60 for stuck", "seconds") };

if (import.meta.main) {
  try {
    const { flags, positionals } = parseWords(Deno.args, FLAGS, 1);
    const mode = { stuck, soak, attack: attackSoak }[positionals[0]];
    const seconds = Number(valuesOf(FLAGS, flags).seconds || (mode === stuck ? 60 : 600));
    if (!mode || !(seconds >= 1)) {
      throw new UsageError("say stuck, soak or attack, and --seconds N");
    }
    const rows = await mode(seconds);
    console.log(table(rows));
    Deno.exit(rows.every(({ good }) => good !== false) ? 0 : 1);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`soak: ${error.message}`);
    Deno.exit(2);
  }
}
