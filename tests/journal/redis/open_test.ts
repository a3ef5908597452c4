/** What opening a room on Redis costs, and that one does not wait for another. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import type { RedisJournal } from "../../../journal/redis/journal.ts";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { draft, person } from "../../../testing/fakes.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { Follower, openJournal, redisTest } from "../../../testing/redis.ts";

const callsOf = ({ counters }: RedisJournal) => counters.calls.counts.reduce((a, b) => a + b);

redisTest("RedisJournal.subscribe: takes two calls, however many people there are", async () => {
  await using redis = await OwnRedis.start();
  await using there = await openJournal(redis);
  await using here = await openJournal(redis);
  const crowd = await Follower.open(there.journal);
  for (let n = 0; n < 300; n++) crowd.subscription.publishPresence(`m${n}`, person(`m${n}`));
  await redis.until("HLEN hubbub:{r}:here", "300");
  await there.journal.append([draft("one"), draft("two")]);
  const before = callsOf(here.journal);
  const follower = await Follower.open(here.journal);
  assertEquals(callsOf(here.journal) - before, 2);
  await follower.until(
    ({ people, entries }) => people.size === 300 && entries.length === 2,
    "all",
  );
});

redisTest(
  "RedisSubscriptions: all of many rooms read what they missed while Redis was away",
  async () => {
    await using redis = await OwnRedis.start();
    await using link = new FaultyLink(redis.port);
    await using here = await openJournal(link);
    await using there = await openJournal(redis);
    const rooms = Array.from({ length: 3 * LIMITS.roomsResyncing }, (_, n) => `room${n}`);
    const followers = await Promise.all(rooms.map((room) => Follower.open(here.journal, room)));
    link.cut();
    await there.journal.append(rooms.map((room) => draft("missed", { room })));
    link.repair();
    for (const follower of followers) {
      await follower.until(({ entries }) => entries.length === 1, "what was missed");
    }
    assertEquals(here.journal.counters.reconnects, 1);
  },
);
