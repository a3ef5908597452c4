/**
 * The act of filling the disk: from one moment on the server's files cannot grow.
 *
 * A disk is not at hand, so the system is told that this one process may not write to files any
 * more (its limit for the size of a file is 1 byte), which fails as a full disk does: in the middle
 * of a write. Needs Linux and its `prlimit`; is not held elsewhere.
 */

import { refusingAct } from "./refusing.ts";
import { DrillServer } from "./server.ts";
import { skippedVerdict, type Verdict } from "./verdict.ts";

const ACT = "disk full";

/** A process that runs into the limit would be ended by a signal; what a shell ignores stays so. */
const IGNORING = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"];

/** Runs the act, where that is possible. */
export async function fullAct(): Promise<Verdict> {
  if (!await prlimit("--version")) return skippedVerdict(ACT, "this needs Linux with prlimit");
  await using server = await DrillServer.open([], IGNORING);
  const limit = async (bytes: string) => {
    // The soft limit alone, so that it can be taken back.
    const done = await prlimit("--pid", String(server.pid), `--fsize=${bytes}:`);
    if (!done) throw new Error("prlimit does not work here");
  };
  return await refusingAct(ACT, server, async () => {
    await limit("1");
    return () => limit("unlimited");
  });
}

async function prlimit(...args: string[]): Promise<boolean> {
  try {
    const command = new Deno.Command("prlimit", { args, stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
}
