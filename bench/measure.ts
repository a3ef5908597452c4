/** One load on one running server, and what both of them used meanwhile. */

import { type Contestant, runOnLoadCore, type Usage, usageOf } from "./contestant.ts";
import type { Run } from "./loads.ts";
import type { LoadOptions, LoadResult } from "./task.ts";

const SCRIPT = "bench/load.ts";
const SAMPLE_MS = 50;

/** What a process had used at some time (milliseconds since 1970). */
interface Sample extends Usage {
  readonly at: number;
}

/** Runs the load in a program of its own. */
export async function measure(server: Contestant, options: LoadOptions): Promise<Run> {
  const ofServer: Sample[] = [];
  const ofLoad: Sample[] = [];
  let load = 0;
  const sampling = setInterval(async () => {
    ofServer.push({ at: Date.now(), ...await server.usage() });
    if (load > 0) ofLoad.push({ at: Date.now(), ...await usageOf(load) });
  }, SAMPLE_MS);
  try {
    const said = await runOnLoadCore(SCRIPT, JSON.stringify(options), (pid) => load = pid);
    const result: LoadResult = JSON.parse(said);
    return {
      ...result,
      serverCpu: share(ofServer, "cpu", result),
      serverWaited: share(ofServer, "waited", result),
      loadWaited: share(ofLoad, "waited", result),
      memory: ofServer.findLast(({ at }) => at <= result.to)?.memory,
    };
  } finally {
    clearInterval(sampling);
  }
}

/** The share of the time between `from` and `to` that went into something. */
export function share(
  samples: readonly Sample[],
  into: "cpu" | "waited",
  { from, to }: { from: number; to: number },
): number | undefined {
  const within = samples.filter((sample) =>
    sample.at >= from && sample.at <= to && sample[into] !== undefined
  );
  const first = within[0];
  const last = within.at(-1);
  if (!first || !last || last.at === first.at) return;
  return (last[into]! - first[into]!) / ((last.at - first.at) / 1000);
}
