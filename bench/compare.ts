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
import { parseArgs } from "node:util";
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

/** Reads the words of the command line. */
export function parseCompare(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "3" },
      rounds: { type: "string", default: "3" },
      load: { type: "string", multiple: true },
      svg: { type: "string" },
    },
  });
  const within = (name: "seconds" | "rounds", least: number, most: number) => {
    const value = Number(values[name]);
    if (value >= least && value <= most) return value;
    throw new Error(`--${name}: "${values[name]}" is not a number from ${least} to ${most}`);
  };
  const names = LOADS.map(({ name }) => name);
  const unknown = values.load?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--load: "${unknown}" is none of ${names.join(", ")}`);
  return {
    seconds: within("seconds", 0.2, 60),
    rounds: Math.floor(within("rounds", 1, 100)),
    loads: LOADS.filter(({ name }) => values.load?.includes(name) ?? true),
    svg: values.svg,
  };
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
