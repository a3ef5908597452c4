/** Presence between two journals on one Redis, and what it does with what comes while it reads. */

import { assertEquals } from "@std/assert";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { LIMITS } from "../../../config/limits.ts";
import { RedisPresence } from "../../../journal/redis/presence.ts";
import { Follower, openJournal, redisTest } from "../../../testing/redis.ts";
import { until } from "../../../testing/wait.ts";
import { person } from "../../../testing/fakes.ts";

redisTest("RedisPresence: publishes more people than one publication holds, exactly", async () => {
  await using redis = await OwnRedis.start();
  await using here = await openJournal(redis);
  await using there = await openJournal(redis);
  const from = await Follower.open(here.journal);
  const to = await Follower.open(there.journal);
  const ids = Array.from({ length: 2 * LIMITS.presencePublished + 1 }, (_, n) => `m${n}`);
  for (const id of ids) from.subscription.publishPresence(id, person(id, "x"));
  await to.until(({ people }) => people.size === ids.length, "all to come");
  for (const id of ids.slice(1)) from.subscription.publishPresence(id, undefined);
  await to.until(({ people }) => people.size === 1, "all but one to leave");
  assertEquals([...to.people.keys()], [ids[0]]);
  assertEquals(await redis.ask("HLEN", "hubbub:{r}:here"), 1);
});

redisTest(
  "RedisPresence: a room that is left and opened again has only its new people",
  async () => {
    await using redis = await OwnRedis.start();
    await using here = await openJournal(redis);
    await using there = await openJournal(redis);
    const to = await Follower.open(there.journal);
    const first = await Follower.open(here.journal);
    first.subscription.publishPresence("ann", person("ann"));
    await to.until(({ people }) => people.has("ann"), "ann");
    first.subscription.unsubscribe();
    const second = await Follower.open(here.journal);
    second.subscription.publishPresence("bob", person("bob"));
    await to.until(({ people }) => people.has("bob"), "bob");
    assertEquals([...to.people.keys()], ["bob"]);
    assertEquals((await redis.ask("HKEYS", "hubbub:{r}:here") as string[]).length, 1);
  },
);

redisTest(
  "RedisPresence: takes out people of this node that Redis has and that are not here",
  async () => {
    await using redis = await OwnRedis.start();
    await using here = await openJournal(redis);
    const { subscription } = await Follower.open(here.journal);
    subscription.publishPresence("ann", person("ann"));
    await redis.until("HLEN hubbub:{r}:here", "1");
    const [field] = await redis.ask("HKEYS", "hubbub:{r}:here") as string[];
    await redis.ask("HSET", "hubbub:{r}:here", field.replace("ann", "ghost"), '["Ghost",null]');
    await until(async () => await redis.ask("HLEN", "hubbub:{r}:here") === 1, "the ghost to go");
    assertEquals(await redis.ask("HKEYS", "hubbub:{r}:here"), [field]);
  },
);

Deno.test("RedisPresence: what comes while it reads is newer than what it reads", async () => {
  const reading = Promise.withResolvers<string[]>();
  const store = {
    read: () => reading.promise,
    alive: (nodes: Iterable<string>) => Promise.resolve(new Set(nodes)),
    publish: () => Promise.resolve(),
    publishTyping: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  };
  const presence = new RedisPresence("me", store, () => {});
  const resync = presence.resync();
  presence.receive("other", [["new", '["New",null]'], ["old", undefined]]);
  reading.resolve(["other/old", '["Old",null]', "other/same", '["Same",null]']);
  await resync;
  const here = presence.take().filter(({ kind }) => kind === "here");
  assertEquals(here.map((change) => change.kind === "here" && change.person.name), ["New", "Same"]);
});
