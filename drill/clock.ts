/**
 * The act of the clock: while the server is down its clock is set back by a day.
 *
 * A drill may not set the machine's clock. So it starts the server with a clock that is a day ahead, and
 * then without that. Order and resuming must follow the numbers, and no message may have an earlier
 * time than the one before it.
 */

import { ClientGroup, ROOM } from "./client_group.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";

const AHEAD = ["--preload", new URL("./clock_ahead.ts", import.meta.url).href];

/** Runs the act. */
export async function clockAct(): Promise<Verdict> {
  const begin = performance.now();
  await using server = await DrillServer.open([], { runtime: AHEAD });
  const group = new ClientGroup(server, { talkers: 4, window: 4 });
  group.join();
  await group.caughtUp();
  await group.talk(200);
  const killedAt = performance.now();
  await server.kill();
  await group.gone();
  await server.start();
  group.join();
  await group.caughtUp();
  const worstMs = performance.now() - killedAt;
  await group.talk(200);
  const history = await server.history(ROOM);
  if (history[0].at < Date.now()) throw new Error("the clock was not set back");
  for (const [n, { seq, at }] of history.entries()) {
    if (at < history[n - 1]?.at) group.ledger.blame("disordered", `${seq} has an earlier time`);
  }
  const account = await group.finish();
  return { act: "clock set back", ...account, worstMs, tookMs: performance.now() - begin };
}
