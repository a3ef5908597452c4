/** Three servers on one Redis, people talking on all of them all the time, and what can go wrong. */

import { assert, assertEquals } from "@std/assert";
import { MANY } from "../../../drill/many.ts";
import { redisTest } from "../../../testing/redis.ts";

async function assertHolds(act: keyof typeof MANY): Promise<void> {
  const { accepted, lost, doubled, disordered, faults } = await MANY[act]();
  assertEquals([lost, doubled, disordered, faults], [0, 0, 0, []]);
  assert(accepted > 0, "nothing was accepted");
}

redisTest("Hub: servers that are killed lose nothing, and clients go on elsewhere", async () => {
  await assertHolds("servers");
});

redisTest("RedisJournal: a Redis that is killed and started again loses nothing", async () => {
  await assertHolds("redis");
});

redisTest(
  "RedisJournal: a Redis that is stopped for a while loses nothing and drops nobody",
  async () => {
    await assertHolds("still");
  },
);

redisTest("RedisJournal: a server cut from Redis refuses, and is whole again later", async () => {
  await assertHolds("cut");
});
