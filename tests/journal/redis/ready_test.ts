/** When Redis answers and yet takes no messages, and which settings are warned of. */

import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { AppendError } from "../../../journal/journal.ts";
import { draft } from "../../../testing/fakes.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { until } from "../../../testing/wait.ts";

/** Each makes Redis refuse writes, and undoes it. */
const CONDITIONS: [name: string, on: string[], off: string[]][] = [
  ["out of memory", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]],
  [
    "without required replicas",
    ["CONFIG", "SET", "min-replicas-to-write", "1"],
    ["CONFIG", "SET", "min-replicas-to-write", "0"],
  ],
];

for (const [name, on, off] of CONDITIONS) {
  redisTest(
    `RedisJournal.ready: is false while Redis is ${name}, and reading goes on`,
    async () => {
      await using redis = await OwnRedis.start();
      await using opened = await openJournal(redis);
      const { journal, log } = opened;
      const kept = await journal.append([draft("before")]);
      assertEquals(await journal.ready(), true);
      await redis.ask(...on);
      assertEquals(await journal.ready(), false);
      await assertRejects(() => Promise.resolve(journal.append([draft("refused")])));
      const [one, other] = await journal.append([draft("a"), draft("b", { room: "s" })]);
      assertInstanceOf(one, AppendError);
      assertInstanceOf(other, AppendError);
      assertEquals(await journal.after("r", 0, 10), kept);
      await redis.ask(...off);
      assertEquals(await journal.ready(), true);
      assertEquals((await journal.append([draft("after")])).length, 1);
      assertEquals(log.events.filter((event) => event.includes("away")), []);
    },
  );
}

redisTest("RedisJournal.ready: is false while Redis is read-only", async () => {
  await using master = await OwnRedis.start();
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  const { journal } = opened;
  await redis.ask("REPLICAOF", "127.0.0.1", String(master.port));
  await redis.until("INFO replication", "master_link_status:up");
  assertEquals(await journal.ready(), false);
  await redis.ask("REPLICAOF", "NO", "ONE");
  await until(() => journal.ready(), "the journal to be ready");
});

redisTest("RedisJournal.open: refuses a replica", async () => {
  await using master = await OwnRedis.start();
  await using redis = await OwnRedis.start("--replicaof", "127.0.0.1", String(master.port));
  await redis.until("INFO replication", "master_link_status:up");
  await assertRejects(() => openJournal(redis), Error, "it is a replica");
});

redisTest("RedisJournal.open: warns of settings that are not as advised", async () => {
  await using redis = await OwnRedis.start("--maxmemory-policy", "allkeys-lru");
  await using replica = await OwnRedis.start("--replicaof", "127.0.0.1", String(redis.port));
  await replica.until("INFO replication", "master_link_status:up");
  const found = async () => {
    await using opened = await openJournal(redis);
    return opened.log.events.map((event) => /"found":"(.*?)"/.exec(event)?.[1]);
  };
  assertEquals(await found(), [
    "appendonly no",
    "maxmemory-policy allkeys-lru",
    "min-replicas-to-write 0",
  ]);
  await redis.ask("CONFIG", "SET", "appendonly", "yes");
  await redis.ask("CONFIG", "SET", "appendfsync", "no");
  await redis.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
  await redis.ask("CONFIG", "SET", "min-replicas-to-write", "1");
  // It counts a replica only once that has reported how far it is, which it does every second.
  await redis.until("INFO replication", "min_slaves_good_slaves:1");
  assertEquals(await found(), ["appendfsync no"]);
  await redis.ask("CONFIG", "SET", "appendfsync", "everysec");
  assertEquals(await found(), []);
});
