/** Superseding very many changes, in several scripts, each of which leaves a state that is right. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { edit, messageOf, react, remove } from "../../../testing/drafts.ts";
import { draft, range } from "../../../testing/fakes.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { until } from "../../../testing/wait.ts";

const COUNT = 3 * LIMITS.droppedAtOnce;
const members = range(1, COUNT).map((n) => `member ${n}`);

/** Whether changes of a deleted message are left that only count as superseded. */
async function isSwept(redis: OwnRedis): Promise<boolean> {
  return await redis.ask("HGET", "hubbub:{r}:state", "dropping") === null;
}

redisTest(
  "RedisJournal.append: a deletion supersedes all changes at once, and then one by one",
  async () => {
    await using redis = await OwnRedis.start();
    await using opened = await openJournal(redis);
    const { journal } = opened;
    await journal.append([
      draft("one"),
      ...members.map((from) => react(1, from)),
      edit(1, "secret"),
    ]);
    // Nobody is there to go on: the process ends with the script that deletes.
    await redis.ask("CONFIG", "SET", "busy-reply-threshold", "0");
    const [deleted] = await journal.append([remove(1)]);
    const read = async () => (await journal.after("r", 0, 2 * COUNT)).map(({ kind }) => kind);
    const expected = ["message", ...members.map(() => "skip"), "skip", "change"];
    assertEquals(await read(), expected);
    assertEquals("seq" in deleted && deleted.seq, COUNT + 3);
    assertEquals(await journal.reaction("r", 1, "👍"), { count: 0, from: [] });
    assertEquals(await journal.hasReacted("r", 1, "👍", members[COUNT - 1]), false);
    assertEquals((await messageOf(journal, 1)).deleted, true);
    await until(() => isSwept(redis), "the sweeping");
    assertEquals(await read(), expected);
    assertEquals(await redis.ask("ZCARD", "hubbub:{r}:changes"), 1);
  },
);

redisTest("RedisJournal.append: goes on with what a server that has ended left", async () => {
  await using redis = await OwnRedis.start();
  await using first = await openJournal(redis);
  await first.journal.append([draft("one"), draft("two")]);
  await first.journal.append(members.map((from) => ({ ...react(1, from), id: from })));
  await using second = await openJournal(redis, 2);
  const { journal } = second;
  // Trimming forgets the message, and the server ends before all of its changes are superseded.
  await first.journal.close();
  await journal.append([draft("three")]);
  await journal.close();
  assertEquals(await isSwept(redis), false);
  await using third = await openJournal(redis);
  const read = async () => (await third.journal.after("r", 0, 2 * COUNT)).map(({ kind }) => kind);
  const expected = ["message", ...members.map(() => "skip"), "message"];
  assertEquals(await read(), expected);
  const [again] = await third.journal.append([{ ...react(1, "x"), id: members[COUNT - 1] }]);
  assertEquals("kind" in again && [again.kind, again.duplicate], ["skip", true]);
  await third.journal.append([draft("four")]);
  await until(() => isSwept(redis), "the sweeping");
  assertEquals(await read(), [...expected, "message"]);
  assertEquals(await redis.ask("ZCARD", "hubbub:{r}:changes"), 0);
});
