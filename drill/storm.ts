/**
 * The act of the storm: the server is killed, and very many clients come back at the same moment,
 * without the pauses that well-behaved clients make.
 */

import { ClientGroup } from "./client_group.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";

/** Runs the act with this many clients. */
export async function stormAct(clients: number): Promise<Verdict> {
  const begin = performance.now();
  await using server = await DrillServer.open();
  const group = new ClientGroup(server, { talkers: 2, window: 1, listeners: clients - 2 });
  group.join();
  await group.caughtUp();
  await group.talk(20);
  const killedAt = performance.now();
  await server.kill();
  await group.gone();
  await server.start();
  group.join();
  await group.caughtUp();
  const worstMs = performance.now() - killedAt;
  await group.talk(20);
  const account = await group.finish();
  const act = `storm of ${clients}`;
  return { act, ...account, worstMs, tookMs: performance.now() - begin };
}
