/**
 * The act of the full disk: from one moment on the server's files cannot grow.
 *
 * There is no spare disk to fill, so the process is given a limit of 1 byte for the size of a file.
 * That fails as a full disk does, in the middle of a write. It needs Linux with `prlimit`, and is not
 * run elsewhere.
 */

import { refusingAct } from "./refusing.ts";
import { DrillServer } from "./server.ts";
import { skippedVerdict, type Verdict } from "./verdict.ts";

const ACT = "disk full";

/** The limit also means a signal that ends the process; what a shell ignores stays ignored. */
const IGNORING = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"];

/** Runs the act, where that is possible. */
export async function fullAct(): Promise<Verdict> {
  if (!await prlimit("--version")) return skippedVerdict(ACT, "this needs Linux with prlimit");
  await using server = await DrillServer.open([], { prefix: IGNORING });
  const limit = async (bytes: string) => {
    // The soft limit only, so that it can be lifted again.
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
