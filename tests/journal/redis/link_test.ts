/** The link to Redis: away, back, and hanging. */

import { assertEquals, assertRejects } from "@std/assert";
import { Cable } from "../../../drill/cable.ts";
import { OwnRedis } from "../../../drill/redis.ts";
import { until } from "../../../drill/wait.ts";
import { UnreachableError } from "../../../journal/journal.ts";
import { draft } from "../../../testing/fakes.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";

redisTest("RedisLink: rejects while Redis is away, and goes on when it is back", async () => {
  await using redis = await OwnRedis.start("--appendonly", "yes");
  await using opened = await openJournal(redis);
  const { journal, log } = opened;
  const one = draft("one", { id: "1" });
  await journal.append([one]);
  await redis.signal("SIGKILL");
  await assertRejects(() => journal.append([one, draft("two")]), UnreachableError);
  assertEquals(await journal.ready(), false);
  // These do not wait for an answer: as many that each waited would outlast the test's patience.
  for (let n = 0; n < 100; n++) {
    await assertRejects(() => journal.after("r", 0, 5), UnreachableError);
  }
  await redis.start();
  await until(() => journal.ready(), "the journal to be back");
  const kept = await journal.append([one, draft("two")]);
  assertEquals(kept.map((message) => "seq" in message && message.seq), [1, 2]);
  const events = log.events.map((event) => event.split(" {")[0]).filter((event) =>
    /away|back/.test(event)
  );
  assertEquals(events, ["redis is away", "redis is back"]);
});

redisTest("RedisLink: does not wait for a connection that hangs to try another", async () => {
  await using redis = await OwnRedis.start();
  await using cable = new Cable(redis.port);
  await using opened = await openJournal(cable);
  cable.silence();
  assertEquals(await opened.journal.ready(), false);
  const { accepted } = cable;
  // Those of before are closed; of these, none is answered.
  const tried = () => cable.accepted >= accepted + 2 && cable.connections >= 2;
  await until(tried, "another connection while one hangs");
  cable.mend();
  await until(() => opened.journal.ready(), "the journal to be back");
});
