/**
 * The drill: what happens to messages when things break.
 *
 * Each act exposes the program, in a process of its own, or three of them on one Redis, to one fault,
 * while clients talk, check everything that they see, and come back. The verdict is one table: how
 * many messages and changes were accepted (came back to their sender), how many of these were lost,
 * doubled or out of order, how many clients were stale (knew something else than the server in the
 * end), and the longest that it took until every client had everything.
 *
 *     deno task drill [--rounds N] [--seed S] [--clients N] [--act NAME]
 */

import { flag, number, parseWords, repeatable, UsageError, valuesOf } from "../config/flags.ts";
import { clockAct } from "./clock.ts";
import { fullAct } from "./full.ts";
import { killAct } from "./kill.ts";
import { lockedAct } from "./locked.ts";
import { MANY } from "./many.ts";
import { aofAct, replicaAct } from "./redis_loss.ts";
import { restoreAct, walAct } from "./restore.ts";
import { seeded } from "../testing/random.ts";
import { stormAct } from "./storm.ts";
import { stuckAct } from "./stuck.ts";
import { isGood, table, type Verdict } from "./verdict.ts";

/** How a drill is run. */
export interface DrillOptions {
  /** How often the server is killed. */
  readonly rounds: number;
  /** The seed of the random moments. */
  readonly seed: number;
  /** How many clients come back at once. */
  readonly clients: number;
  /** The names of the acts; all of them unless some are given. */
  readonly acts?: readonly string[];
}

type Act = (options: DrillOptions) => Promise<Verdict>;

/** All acts, by name. */
export const ACTS: Readonly<Record<string, Act>> = {
  kill: ({ rounds, seed }) => killAct({ rounds, random: seeded(seed) }),
  locked: () => lockedAct(),
  full: () => fullAct(),
  clock: () => clockAct(),
  stuck: () => stuckAct(),
  storm: ({ clients }) => stormAct(clients),
  restore: () => restoreAct(),
  wal: ({ seed }) => walAct(seeded(seed)),
  ...MANY,
  aof: ({ seed }) => aofAct(seeded(seed)),
  replica: () => replicaAct(),
};

/** Runs a drill. */
export async function drill(options: DrillOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const name of options.acts ?? Object.keys(ACTS)) {
    verdicts.push(await ACTS[name](options));
  }
  return verdicts;
}

const USAGE = `drill [--rounds N] [--seed S] [--clients N] [--act NAME]...: how often the server is
killed, the seed of the random moments, how many clients come back at once; the acts are ${
  Object.keys(ACTS).join(", ")
}`;

const FLAGS = {
  rounds: number("N", 100, "how often the server is killed", 0, 999_999),
  seed: number("S", 1, "the seed of the random moments", 0, 999_999),
  clients: number("N", 2_000, "how many clients come back at once", 0, 999_999),
  act: repeatable(
    flag("NAME", "", "an act", `one of ${Object.keys(ACTS).join(", ")}`, (word) => {
      return Object.hasOwn(ACTS, word) ? word : undefined;
    }),
  ),
};

/** Reads the command line; undefined if it asks for help. */
export function parseDrill(args: string[]): DrillOptions | undefined {
  const { flags } = parseWords(args, FLAGS);
  if (flags.help) return;
  const { act, ...options } = valuesOf(FLAGS, flags);
  return { ...options, acts: act.length > 0 ? act : undefined };
}

/**
 * Runs the drill that the command line asks for, and prints the verdict.
 *
 * @returns the exit code: 0 if nothing was lost, doubled, out of order or stale
 * @throws {UsageError} for options that are not accepted
 */
async function main(args: string[]): Promise<number> {
  const options = parseDrill(args);
  if (!options) {
    console.log(USAGE);
    return 0;
  }
  const verdicts = await drill(options);
  console.log(table(verdicts));
  return verdicts.every(isGood) ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`drill: ${error.message}`);
    Deno.exit(2);
  }
}
