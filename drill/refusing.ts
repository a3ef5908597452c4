/**
 * The acts in which a server cannot keep anything for a while: everything that is said meanwhile must
 * be refused and not shown, and afterwards chatting goes on, without a restart.
 */

import { ClientGroup } from "./client_group.ts";
import type { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Runs such an act.
 *
 * @param impede makes keeping impossible; its result makes it possible again
 */
export async function refusingAct(
  act: string,
  server: DrillServer,
  impede: () => Promise<() => Promise<void>>,
): Promise<Verdict> {
  const begin = performance.now();
  const group = new ClientGroup(server, { talkers: 4, window: 4 });
  group.join();
  await group.caughtUp();
  await group.talk(200);
  const relieve = await impede();
  try {
    await expectRefusals(group);
  } finally {
    await relieve();
  }
  const relievedAt = performance.now();
  await group.answered();
  const worstMs = performance.now() - relievedAt;
  await group.talk(200);
  const account = await group.finish();
  return { act, ...account, worstMs, tookMs: performance.now() - begin };
}

async function expectRefusals(group: ClientGroup): Promise<void> {
  const { ledger } = group;
  await group.refusal();
  const { newest } = ledger;
  await group.refusal();
  if (ledger.newest > newest) {
    ledger.blame("lost", `${ledger.newest} was shown while nothing can be kept`);
  }
}
