/**
 * The comparison: this server, ws on Node.js and Bun under the same loads, in turn, on this machine.
 *
 *     deno task bench [--seconds N] [--rounds N] [--load NAME]... [--svg FILE]
 *
 * Prints a Markdown table on stdout, tells how it goes on stderr, and writes the chart if asked to.
 * A round in which other programs took the cores away is held again, if there is a way to see it. It
 * connects to this machine only (npm is asked once, for the peers), ends by itself, and leaves no
 * server behind.
 */

import { cpus } from "node:os";
import { flag, number, parseWords, path, repeatable, valuesOf } from "../config/flags.ts";
import { chart } from "./chart.ts";
import { Contestant, type Recipe } from "./contestant.ts";
import { hubbub } from "./hubbub.ts";
import { disturbed, type Load, loadBound, LOADS, type Run } from "./loads.ts";
import { measure } from "./measure.ts";
import { installPeers, type Peers } from "./peers.ts";
import type { Result } from "./result.ts";
import { table, time } from "./table.ts";

interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly loads: readonly Load[];
  readonly svg: string | undefined;
}

const tell = (line: string) => console.error(line);

const NAMES = LOADS.map(({ name }) => name);
const FLAGS = {
  seconds: flag("N", 3, "how long each run takes", "seconds from 0.2 to 60", (word) => {
    const value = Number(word);
    return value >= 0.2 && value <= 60 ? value : undefined;
  }),
  rounds: number("N", 3, "how often each server is measured", 1, 100),
  load: repeatable(flag("NAME", "", "a load", `one of ${NAMES.join(", ")}`, (word) => {
    return NAMES.find((name) => name === word);
  })),
  svg: path("FILE", "draws a picture of it"),
};

/**
 * Reads the words of the command line.
 *
 * @throws {UsageError} for words that are not accepted
 */
export function parseCompare(args: string[]): Options {
  const { load, svg, ...options } = valuesOf(FLAGS, parseWords(args, FLAGS).flags);
  const loads = LOADS.filter(({ name }) => load.length === 0 || load.includes(name));
  return { ...options, loads, svg: svg || undefined };
}

/** Measures one server once. */
async function runOnce(recipe: Recipe, load: Load, seconds: number): Promise<Run> {
  await using server = await Contestant.start(recipe);
  const { port } = server;
  const json = load.wire === "json";
  return await measure(server, { ...load.options, port, path: recipe.path, json, seconds });
}

/** As many rounds as were asked for; those that were disturbed are held again, as often at most. */
async function compareUnder(load: Load, peers: Peers, options: Options): Promise<Result> {
  const { rounds } = options;
  const recipes = [hubbub(load.wire), ...peers[load.wire]];
  const entries = recipes.map(({ name }) => ({ name, runs: [] as Run[] }));
  for (let round = 1, again = rounds; round <= rounds;) {
    tell(`${load.name}: round ${round} of ${rounds}`);
    const runs: Run[] = [];
    for (const recipe of recipes) {
      runs.push(await runOnce(recipe, load, options.seconds));
      tell(describe(recipe.name, runs.at(-1)!));
    }
    if (runs.some(disturbed) && again-- > 0) {
      tell("  disturbed, so it does not count");
      continue;
    }
    for (const [index, run] of runs.entries()) entries[index].runs.push(run);
    round++;
  }
  return { load, entries };
}

function describe(name: string, run: Run): string {
  const delivered = Math.round(run.delivered).toLocaleString("en").padStart(11);
  const warning = loadBound(run)
    ? "  THE LOAD IS THE BOTTLENECK"
    : disturbed(run)
    ? "  (other programs have its cores)"
    : "";
  return `  ${name.padEnd(21)} ${delivered}/s  median ${time(run.p50)}${warning}`;
}

/** The machine and the versions, in one line. */
function circumstances(peers: Peers, { rounds, seconds }: Options): string {
  const processors = cpus();
  const others = new Set([...peers.text, ...peers.json].map(({ version }) => version));
  return [
    `${processors.length} × ${processors[0]?.model.trim() || Deno.build.arch}, ${Deno.build.os}`,
    [`Deno ${Deno.version.deno}`, ...others].join(", "),
    `${rounds} × ${seconds} s, medians`,
  ].join("; ");
}

async function main(args: string[]): Promise<void> {
  const options = parseCompare(args);
  const peers = await installPeers(tell);
  if (navigator.hardwareConcurrency < 2) {
    tell("one core only: server and load are in each other's way");
  }
  const before = Deno.loadavg()[0].toFixed(1);
  const results: Result[] = [];
  for (const load of options.loads) results.push(await compareUnder(load, peers, options));
  const line = circumstances(peers, options);
  console.log(`${table(results)}\n\n${line}; load average before: ${before}.`);
  if (options.svg) await Deno.writeTextFile(options.svg, chart(results, line));
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
