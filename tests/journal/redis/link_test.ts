/** The link to Redis: away, back, and hanging. */

import { assertEquals, assertRejects } from "@std/assert";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { until } from "../../../testing/wait.ts";
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
  await using link = new FaultyLink(redis.port);
  await using opened = await openJournal(link);
  link.dropAnswers();
  assertEquals(await opened.journal.ready(), false);
  const before = link.opened;
  // Those of before are closed; of these, none is answered.
  const tried = () => link.opened >= before + 2 && link.open >= 2;
  await until(tried, "another connection while one hangs");
  link.repair();
  await until(() => opened.journal.ready(), "the journal to be back");
});
