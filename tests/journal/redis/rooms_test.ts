/** The list of rooms in Redis, which all servers share. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { draft, message, person } from "../../../testing/fakes.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { until } from "../../../testing/wait.ts";
import { keep } from "../../../testing/journals.ts";
import { Follower, openJournal, redisTest } from "../../../testing/redis.ts";

redisTest("RedisJournal.rooms: lists by newest activity, and by name", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  const { journal } = opened;
  for (const [at, room] of ["b", "A", "c", "Ab"].entries()) {
    await journal.append([draft("x", { room, at: 10_000 * (at + 1) })]);
  }
  await journal.append([draft("y", { room: "b", at: 90_000 })]);
  const names = async (query: object) =>
    (await journal.rooms({ limit: 10, ...query })).map(({ name }) => name);
  assertEquals(await names({}), ["b", "Ab", "c", "A"]);
  assertEquals(await names({ limit: 2 }), ["b", "Ab"]);
  assertEquals(await names({ after: "" }), ["A", "Ab", "b", "c"]);
  assertEquals(await names({ after: "A", limit: 2 }), ["Ab", "b"]);
  assertEquals(await names({ q: "ａ" }), ["Ab", "A"]);
  assertEquals(await names({ q: "B", after: "" }), ["Ab", "b"]);
  const [first] = await journal.rooms({ limit: 1 });
  assertEquals(first, { name: "b", seq: 2, at: 90_000, messages: 2, members: undefined });
});

redisTest("RedisJournal.rooms: counts people on other servers, without messages, too", async () => {
  await using redis = await OwnRedis.start();
  await using here = await openJournal(redis);
  await using there = await openJournal(redis);
  await using third = await openJournal(redis);
  const ann = await Follower.open(here.journal);
  const bob = await Follower.open(there.journal);
  ann.subscription.publishPresence("ann", person("ann"));
  ann.subscription.publishPresence("eve", person("eve"));
  bob.subscription.publishPresence("bob", person("bob"));
  bob.subscription.publishPresence("eve", person("eve"));
  await ann.until(({ people }) => people.size === 2, "those there");
  await bob.until(({ people }) => people.size === 2, "those here");
  const rooms = await third.journal.rooms({ limit: 10 });
  assertEquals(rooms, [{ name: "r", seq: 0, at: 0, messages: 0, members: 3 }]);
});

redisTest("RedisRooms: a room in which nobody spoke leaves no key", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  await using there = await openJournal(redis);
  const before = (await redis.ask("KEYS", "*") as string[]).sort();
  const ann = await Follower.open(opened.journal);
  const bob = await Follower.open(there.journal);
  ann.subscription.publishPresence("ann", person("ann"));
  await bob.until(({ people }) => people.size === 1, "Ann");
  for (const { subscription } of [ann, bob]) subscription.unsubscribe();
  await redis.until("EXISTS {hubbub}:rooms {hubbub}:names hubbub:{r}:here", "0");
  assertEquals((await redis.ask("KEYS", "*") as string[]).sort(), before);
});

redisTest("RedisJournal.resolve: finds the exact name, else the oldest that is alike", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  await using there = await openJournal(redis);
  const { journal } = opened;
  assertEquals(await journal.resolve("Lobby"), "Lobby");
  await journal.append([draft("x", { room: "Lobby" })]);
  // As version 0.1 could leave it.
  await journal.importEntries("LOBBY", [message(1)], 0);
  const found = ["Lobby", "LOBBY", "lobby", "ｌobby", "other"].map((name) =>
    there.journal.resolve(name)
  );
  assertEquals(await Promise.all(found), ["Lobby", "LOBBY", "Lobby", "Lobby", "other"]);
});

redisTest(
  "RedisJournal.append: keeps messages under names that mean the same in one room",
  async () => {
    await using redis = await OwnRedis.start();
    await using here = await openJournal(redis);
    await using there = await openJournal(redis);
    const names = ["Straße", "STRASSE", "ｓtraße"];
    const [, other] = await Promise.all([
      Follower.open(here.journal, names[0]),
      Follower.open(there.journal, names[0]),
    ]);
    const together = await keep(here.journal, names.map((room) => draft("x", { room })));
    assertEquals(together.map(({ seq, keptIn }) => [seq, keptIn]), [
      [1, undefined],
      [2, names[0]],
      [3, names[0]],
    ]);
    const [later] = await keep(there.journal, [draft("later", { room: "strasse" })]);
    assertEquals([later.seq, later.keptIn], [4, names[0]]);
    await other.until(({ entries }) => entries.length === 4, "all four");
    assertEquals(other.entries.map((entry) => "keptIn" in entry), [
      false,
      false,
      false,
      false,
    ]);
    const rooms = await here.journal.rooms({ limit: 10 });
    assertEquals(rooms.map(({ name, seq }) => [name, seq]), [[names[0], 4]]);
  },
);

redisTest("RedisJournal.rooms: leaves out a room whose key is another program's", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  await opened.journal.append([draft("x")]);
  await opened.journal.append([draft("x", { room: "theirs" })]);
  await redis.ask("SET", "hubbub:{theirs}:entries", "something else");
  const rooms = await opened.journal.rooms({ limit: 10 });
  assertEquals(rooms.map(({ name }) => name), ["r"]);
  assert(opened.log.events.some((event) => event.includes("WRONGTYPE")), "it is not logged");
});

redisTest("RedisJournal.open: lists the rooms of version 0.1", async () => {
  await using redis = await OwnRedis.start();
  const message = '{"at":7,"from":"f","name":"","text":"x"}';
  await redis.ask("XADD", "hubbub:{old}:log", "1-0", "m", message);
  await redis.ask("SADD", "hubbub:rooms", "old", "empty");
  await redis.ask("SET", "hubbub:epoch", "e");
  await using opened = await openJournal(redis);
  const rooms = await opened.journal.rooms({ limit: 10 });
  assertEquals(rooms, [{ name: "old", seq: 1, at: 7, messages: 1, members: undefined }]);
  assertEquals([await redis.ask("EXISTS", "hubbub:rooms"), opened.journal.epoch], [0, "e"]);
});

redisTest("RedisJournal.secret: is the same for all servers, and random", async () => {
  await using redis = await OwnRedis.start();
  await using here = await openJournal(redis);
  await using there = await openJournal(redis);
  assertMatch(here.journal.secret, /^[0-9a-f]{64}$/);
  assertEquals(there.journal.secret, here.journal.secret);
});

redisTest(
  "RedisJournal.append: gives no message an older time than the one before it",
  async () => {
    await using redis = await OwnRedis.start();
    await using here = await openJournal(redis);
    await using there = await openJournal(redis);
    const [own, remote] = [await Follower.open(here.journal), await Follower.open(there.journal)];
    await here.journal.append([draft("a", { at: 50, id: "a" })]);
    const kept = await here.journal.append([
      draft("b", { at: 40 }),
      draft("a", { at: 10, id: "a" }),
      draft("c", { at: 60 }),
      draft("d", { at: 20 }),
    ]);
    const times = (messages: readonly object[]) => messages.map((one) => "at" in one && one.at);
    assertEquals(times(kept), [50, 50, 60, 60]);
    await here.journal.append([draft("e", { at: 30 }), draft("f", { at: 70 })]);
    for (const follower of [own, remote]) {
      await follower.until(({ entries }) => entries.length === 6, "all messages");
      assertEquals(times(follower.entries), [50, 50, 60, 60, 60, 70]);
      assertEquals(follower.entries, await here.journal.after("r", 0, 10));
    }
  },
);

redisTest("RedisTrimmer: a lower --keep frees rooms that nobody writes to", async () => {
  await using redis = await OwnRedis.start();
  {
    await using opened = await openJournal(redis);
    const drafts = Array.from(
      { length: LIMITS.forgottenAtOnce + 20 },
      (_, n) => draft(`m${n}`, { id: `i${n}` }),
    );
    for (let n = 0; n < drafts.length; n += LIMITS.batch) {
      await opened.journal.append(drafts.slice(n, n + LIMITS.batch));
    }
    await opened.journal.append([draft("few", { room: "s" })]);
  }
  await using _opened = await openJournal(redis, 7);
  const trimmed = async () => await redis.ask("LLEN", "hubbub:{r}:entries") === 7;
  await until(trimmed, "the room to be trimmed");
  assertEquals(await redis.ask("HLEN", "hubbub:{r}:commands"), 7);
  assertEquals(await redis.ask("LLEN", "hubbub:{s}:entries"), 1);
});

redisTest(
  "RedisJournal.secret: outlives a Redis that is emptied, and is the one that is there",
  async () => {
    await using redis = await OwnRedis.start();
    await using running = await openJournal(redis);
    const { secret } = running.journal;
    await redis.ask("FLUSHALL");
    await until(async () => await redis.ask("GET", "hubbub:secret") === secret, "the secret");
    await using restarted = await openJournal(redis);
    assertEquals(restarted.journal.secret, secret);
    // Another server was the first to write one into an emptied Redis.
    await redis.ask("SET", "hubbub:secret", "0".repeat(64));
    await until(() => running.journal.secret === "0".repeat(64), "another secret");
  },
);
