/**
 * The act of killing: the server is ended with SIGKILL at random moments while everybody talks, edits,
 * deletes and reacts, started again on the same file, and everybody comes back, again and again.
 *
 * Most kills come while messages are in flight; some come while the clients are still coming back. A
 * round is over when every client has caught up.
 */

import { ClientGroup } from "./client_group.ts";
import type { Random } from "../testing/random.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";
import { pause } from "../testing/wait.ts";

/** How often, and when. */
export interface KillOptions {
  readonly rounds: number;
  readonly random: Random;
}

/** Runs the act. */
export async function killAct({ rounds, random }: KillOptions): Promise<Verdict> {
  const begin = performance.now();
  await using server = await DrillServer.open();
  const group = new ClientGroup(server, { talkers: 8, window: 12, random });
  let worstMs = 0;
  let brokenAt: number | undefined;
  for (let round = 1; round <= rounds; round++) {
    group.join();
    if (brokenAt === undefined || random.chance(4, 5)) {
      await group.caughtUp();
      if (brokenAt !== undefined) worstMs = Math.max(worstMs, performance.now() - brokenAt);
      brokenAt = undefined;
      await group.talk(1 + random.int(400));
      await pause(random.int(4));
    } else await pause(random.int(15));
    brokenAt ??= performance.now();
    await server.kill();
    await group.gone();
    await server.start();
  }
  group.join();
  await group.caughtUp();
  worstMs = Math.max(worstMs, performance.now() - (brokenAt ?? Infinity));
  const account = await group.finish();
  const tookMs = performance.now() - begin;
  return { act: `killed ${rounds} times`, ...account, worstMs, tookMs };
}
