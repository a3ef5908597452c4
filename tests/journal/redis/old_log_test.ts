/** What version 0.1 left in Redis is taken over, and that version is kept out from then on. */

import { assertEquals, assertRejects } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import type { LogEntry } from "../../../journal/journal.ts";
import { change, draft, range } from "../../../testing/fakes.ts";
import { keep } from "../../../testing/journals.ts";
import { Follower, openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";

/** Fills the stream and the hash of a room as version 0.1 does, from a message on. */
async function fill(redis: OwnRedis, first: number, last: number): Promise<void> {
  const script = `for seq = ARGV[1], ARGV[2] do
    local message = '{"at":' .. seq .. ',"from":"f","name":"Ann","text":"text ' .. seq .. '"}'
    redis.call('XADD', KEYS[1], seq .. '-0', 'm', message, 'i', '"i' .. seq .. '"')
    redis.call('HSET', KEYS[2], '"i' .. seq .. '"', seq)
  end`;
  const keys = ["hubbub:{r}:log", "hubbub:{r}:ids"];
  await redis.ask("EVAL", script, "2", ...keys, String(first), String(last));
}

const seqs = (entries: readonly LogEntry[]) => entries.map(({ seq }) => seq);

redisTest(
  "runInLog: takes over a log of version 0.1, in steps, by two servers at once",
  async () => {
    await using redis = await OwnRedis.start();
    const [first, last] = [501, 500 + 2 * LIMITS.missedPage + 7];
    await fill(redis, first, last);
    await using here = await openJournal(redis);
    await using there = await openJournal(redis);
    const [log, again] = await Promise.all(
      [here, there].map(({ journal }) => journal.after("r", 0, 10_000)),
    );
    assertEquals(seqs(log), range(first, last));
    assertEquals(again, log);
    const fixed = { from: "f", name: "Ann", avatar: undefined, id: "i501" };
    assertEquals(log[0], { kind: "message", seq: 501, at: 501, text: "text 501", ...fixed });
    assertEquals(await here.journal.messagesUpTo("r", 600), 600);
    const keys = ["old", "converting", "converted"].map((key) => `hubbub:{r}:${key}`);
    assertEquals(await redis.ask("EXISTS", ...keys), 0);
  },
);

redisTest("runInLog: goes on where a conversion was stopped", async () => {
  await using redis = await OwnRedis.start();
  await fill(redis, 2, 9);
  await redis.ask("RENAME", "hubbub:{r}:log", "hubbub:{r}:converting");
  await redis.ask("RENAME", "hubbub:{r}:ids", "hubbub:{r}:commands");
  const element = 'm1 1\n\n{"from":"f","name":""}\n\n"converted"\n';
  await redis.ask("RPUSH", "hubbub:{r}:converted", element);
  await redis.ask("HSET", "hubbub:{r}:state", "first", "1");
  await using opened = await openJournal(redis);
  assertEquals(seqs(await opened.journal.after("r", 0, 100)), range(1, 9));
});

redisTest("RedisJournal.append: continues numbers, ids and times of version 0.1", async () => {
  await using redis = await OwnRedis.start();
  await fill(redis, 1, 30);
  await using opened = await openJournal(redis, 20);
  const { journal } = opened;
  const edit = change({ type: "edit", of: 30, text: "new" }, { id: "x" });
  const kept = await journal.append([draft("text 30", { id: "i30" }), draft("next"), edit]);
  assertEquals(kept.map((answer) => "seq" in answer && [answer.seq, answer.duplicate]), [
    [30, true],
    [31, undefined],
    [32, undefined],
  ]);
  const log = await journal.after("r", 0, 100);
  assertEquals(seqs(log), range(12, 32));
  assertEquals(log.find(({ seq }) => seq === 31)?.at, 30);
  const { messages } = await journal.page("r", { limit: 2 });
  assertEquals(messages.map(({ text }) => text), ["new", "next"]);
});

redisTest(
  "RedisJournal.append: keeps version 0.1 out of a room from its first entry on",
  async () => {
    await using redis = await OwnRedis.start();
    await using opened = await openJournal(redis);
    await keep(opened.journal, [draft("x")]);
    // 0.1's append begins with the first of these, what it reads with the second.
    await assertRejects(() => redis.ask("HLEN", "hubbub:{r}:ids"), Error, "WRONGTYPE");
    await assertRejects(
      () => redis.ask("XREVRANGE", "hubbub:{r}:log", "+", "-", "COUNT", "1"),
      Error,
      "WRONGTYPE",
    );
  },
);

redisTest("RedisJournal.subscribe: gives what version 0.1 kept", async () => {
  await using redis = await OwnRedis.start();
  await fill(redis, 1, 3);
  await using opened = await openJournal(redis);
  const follower = await Follower.open(opened.journal, "r", 1);
  await follower.until(({ entries }) => entries.length === 2, "both messages");
  assertEquals(seqs(follower.entries), [2, 3]);
});
