/** Activity: what those who watch a room learn of it, from this server and from others. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Activity } from "../../hub/activity.ts";
import type { ListedRoom } from "../../hub/room_list.ts";
import { type Journal, type RoomQuery, UnreachableError } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { range } from "../../testing/fakes.ts";
import { openJournal, redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { rememberingLog } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const summary = (name: string): ListedRoom => ({ name, seq: 1, at: 1, messages: 1, members: 0 });

/** Activity over a journal, with what it has asked for, and what it was told of deletions. */
function open(journal: Journal, failures = 0) {
  const queries: string[] = [];
  const deletions: string[] = [];
  const log = rememberingLog();
  const activity = new Activity(journal, {
    list: ({ names }: RoomQuery) => {
      queries.push(names!.join());
      if (failures-- > 0) return Promise.reject(new Error("away"));
      return Promise.resolve({ rooms: names!.map(summary), more: false });
    },
    deleted: ({ room, seq }) => deletions.push(`${room} ${seq}`),
    missed: () => deletions.push("missed"),
    log,
  });
  const watch = (...rooms: string[]) => {
    const seen: string[] = [];
    const watcher = { active: ({ name }: ListedRoom) => seen.push(name) };
    for (const room of rooms) activity.watch(room, watcher);
    return { seen, watcher };
  };
  return { activity, queries, deletions, log, watch, [Symbol.dispose]: () => activity.close() };
}

Deno.test("Activity: describes a room once for everybody, however much happens", async () => {
  using opened = open(new MemoryJournal(0));
  const [ann, bob] = [opened.watch("tea", "den"), opened.watch("tea")];
  for (let n = 0; n < 10; n++) {
    for (const room of ["tea", "den", "pub"]) opened.activity.touch(room);
  }
  await until(() => bob.seen.length > 0, "the report");
  assertEquals([ann.seen, bob.seen, opened.queries], [["tea", "den"], ["tea"], ["tea,den"]]);
});

Deno.test("Activity: reports what comes later again, and nothing to those who watch no longer", async () => {
  using opened = open(new MemoryJournal(0));
  const [ann, bob, eve] = [opened.watch("tea"), opened.watch("tea"), opened.watch("tea", "den")];
  opened.activity.touch("tea");
  await until(() => ann.seen.length === 1, "the first");
  opened.activity.unwatch("tea", bob.watcher);
  opened.activity.unwatchAll(eve.watcher);
  opened.activity.touch("den");
  opened.activity.touch("tea");
  await until(() => ann.seen.length === 2, "the second");
  assertEquals([bob.seen, eve.seen, opened.queries], [["tea"], ["tea"], ["tea", "tea"]]);
});

Deno.test("Activity: describes many rooms in parts, each once", async () => {
  using opened = open(new MemoryJournal(0));
  const rooms = range(1, LIMITS.roomsListed + 1).map((n) => `room-${n}`);
  const ann = opened.watch(...rooms);
  for (const room of rooms) opened.activity.touch(room);
  await until(() => ann.seen.length === rooms.length, "all reports");
  assertEquals(ann.seen, rooms);
  assertEquals(opened.queries.map((names) => names.split(",").length), [LIMITS.roomsListed, 1]);
});

Deno.test("Activity: reports later what could not be described", async () => {
  using opened = open(new MemoryJournal(0), 1);
  const ann = opened.watch("tea");
  opened.activity.touch("tea");
  await until(() => ann.seen.length === 1, "the report");
  assertEquals(opened.queries, ["tea", "tea"]);
  assertEquals(opened.log.events.length, 1);
});

Deno.test("Activity: publishes later what could not be published", async () => {
  const published: string[] = [];
  const publishActivity = (notes: readonly string[]) => {
    published.push(notes.join());
    return published.length === 1 ? Promise.reject(new UnreachableError()) : Promise.resolve();
  };
  using opened = open(Object.assign(new MemoryJournal(0), { publishActivity }));
  opened.activity.touch("tea");
  opened.activity.deleted("den", 7);
  await until(() => published.length === 2, "the second try");
  assertEquals(published, ["tea,den 7", "tea,den 7"]);
});

redisTest("Activity: reaches servers that do not follow the room, deletions too", async () => {
  await using redis = await OwnRedis.start();
  const [one, two] = [await openJournal(redis), await openJournal(redis)];
  try {
    using here = open(one.journal);
    using there = open(two.journal);
    const [ann, bob] = [here.watch("tea"), there.watch("tea")];
    await until(async () => {
      const answer = await redis.ask("PUBSUB", "CHANNELS", "*activity*");
      const [channel] = answer as string[];
      if (!channel) return false;
      const [, count] = await redis.ask("PUBSUB", "NUMSUB", channel) as [string, number];
      return count === 2;
    }, "both to listen");
    here.activity.touch("tea");
    here.activity.deleted("den", 7);
    await until(() => ann.seen.length + bob.seen.length === 2, "both reports");
    await until(() => there.deletions.length > 0, "the deletion");
    assertEquals([here.deletions, there.deletions, there.queries], [[], ["den 7"], ["tea"]]);
  } finally {
    await one.journal.close();
    await two.journal.close();
  }
});

redisTest("Activity: looks at everything that is watched once Redis is back", async () => {
  await using redis = await OwnRedis.start();
  await using one = await openJournal(redis);
  using opened = open(one.journal);
  const ann = opened.watch("tea", "den");
  await redis.signal("SIGKILL");
  await redis.start();
  await until(() => ann.seen.length > 0, "the report");
  assertEquals([ann.seen, opened.deletions], [["tea", "den"], ["missed"]]);
});

redisTest("Activity: looks at everything that is watched once another server is gone", async () => {
  await using redis = await OwnRedis.start();
  await using one = await openJournal(redis);
  await using two = await openJournal(redis);
  using opened = open(two.journal);
  const ann = opened.watch("tea", "den");
  await one.journal.close();
  await until(() => ann.seen.length > 0, "the report");
  assertEquals([ann.seen, opened.deletions], [["tea", "den"], ["missed"]]);
});
