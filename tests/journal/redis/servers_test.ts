/** Three servers on one Redis, people talking on all of them all the time, and what can go wrong. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { MANY } from "../../../drill/many.ts";
import { redisTest } from "../../../testing/redis.ts";

/** Until a dead connection is noticed and another tried; then what was missed is read. */
const BACK_MS = LIMITS.redisCallMs + LIMITS.redisRetryMs;
const READING_MS = 1_000;

async function assertHolds(act: keyof typeof MANY): Promise<void> {
  const { accepted, lost, doubled, disordered, faults, worstMs } = await MANY[act]();
  assertEquals([lost, doubled, disordered, faults], [0, 0, 0, []]);
  assert(accepted > 500, `only ${accepted} were said`);
  assertLess(worstMs, BACK_MS + READING_MS, `after ${worstMs} ms everybody has everything`);
}

redisTest("Servers that are killed lose nothing, and their clients go on elsewhere", async () => {
  await assertHolds("servers");
});

redisTest(
  "A Redis that is killed and started again loses nothing, and nobody is dropped",
  async () => {
    await assertHolds("redis");
  },
);

redisTest(
  "A Redis that is still for five seconds loses nothing, and nobody is dropped",
  async () => {
    await assertHolds("still");
  },
);

redisTest("A server cut from Redis refuses, and is whole again soon after it is back", async () => {
  await assertHolds("cut");
});
