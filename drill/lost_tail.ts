/**
 * The course of an act in which the server loses the newest of what it has kept, and then keeps more
 * than it has lost, so that the numbers alone do not show it.
 *
 * Some clients come back at once, others when all of that has happened. Those that hold what is lost
 * must start again, whichever wire they use.
 */

import type { Random } from "../testing/random.ts";
import type { ReplicaGroup } from "./replica_group.ts";

/** One loss. */
export interface Loss {
  /** From now on something can be lost; what there was before stays. */
  save(): Promise<void>;
  /** Loses it. Answers with the number of the newest message that is left. */
  lose(): Promise<number>;
  /** Makes chatting possible again. `more`: says more than was lost, meanwhile or afterwards. */
  recover(more: () => Promise<void>): Promise<void>;
}

/**
 * Where a file is cut of which everything from `saved` on may be lost: not in its last tenth, since the
 * newest entries may be some that no client has seen, and a loss of these alone is none.
 */
export function placeOfCut(random: Random, saved: number, size: number): number {
  return saved + random.int(Math.floor(0.9 * (size - saved)));
}

const BEFORE = 100;
const LOST = 60;
const MISSED = 20;
const MORE = 30;

/**
 * Runs one loss, and compares every client with the server afterwards.
 *
 * @returns milliseconds from the end of the fault until every client had everything
 */
export async function runLoss(group: ReplicaGroup, loss: Loss): Promise<number> {
  const { ledger } = group;
  await group.caughtUp();
  await group.talk(BEFORE);
  await loss.save();
  await group.talk(LOST);
  await group.sendAway();
  await group.talk(MISSED);
  const left = await loss.lose();
  const { newest } = ledger;
  if (left >= newest) throw new Error("the act has lost nothing");
  ledger.forget(left);
  const { resets } = group;
  await loss.recover(() => group.talk(newest - left + MORE));
  group.bringBack();
  const begin = performance.now();
  await group.caughtUp();
  await group.compare();
  if (group.resets === resets) ledger.blame("diverged", "nobody was told to start again");
  return performance.now() - begin;
}
