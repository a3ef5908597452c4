/** Replicas on several servers come to the same state, also when the link to Redis breaks. */

import { assertEquals } from "@std/assert";
import { type Draft, type Journal, UnreachableError } from "../../../journal/journal.ts";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { History } from "../../../testing/history.ts";
import { type Random, seeded } from "../../../testing/random.ts";
import { Follower, openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { Replica } from "../../../testing/replica.ts";
import { until } from "../../../testing/wait.ts";

const ROUNDS = 25;

/** Appends while the link may be down: then nobody knows whether it was kept. */
async function tryToAppend(journal: Journal, drafts: readonly Draft[]): Promise<void> {
  try {
    await journal.append(drafts);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
  }
}

async function compare(journal: Journal, follower: Follower): Promise<void> {
  const { seq, topic, pins } = await journal.state("r");
  await follower.until(({ entries }) => entries.at(-1)?.seq === seq, "the newest entry");
  const replica = new Replica();
  replica.apply(follower.entries);
  const { messages } = await journal.page("r", { limit: 100_000 });
  assertEquals([...replica.messages.values()], messages);
  assertEquals([replica.topic, replica.pins], [topic, [...pins]]);
}

async function run(random: Random, link: FaultyLink, journals: Journal[]): Promise<void> {
  const histories = [new History(random), new History(random)];
  for (let round = 0; round < ROUNDS; round++) {
    const isCut = random.chance(1, 6);
    const { seq } = await journals[1].state("r");
    const appends = journals.map((journal, n) => {
      const drafts = Array.from({ length: 1 + random.int(30) }, () => histories[n].next(seq));
      return tryToAppend(journal, drafts);
    });
    if (isCut) link.cut();
    await Promise.all(appends);
    if (!isCut) continue;
    link.repair();
    await until(() => journals[0].ready(), "the link");
  }
}

for (const seed of [31, 32, 33]) {
  redisTest(`RedisSubscription: replicas of two servers are equal (seed ${seed})`, async () => {
    await using redis = await OwnRedis.start();
    await using link = new FaultyLink(redis.port);
    await using here = await openJournal(link);
    await using there = await openJournal(redis);
    const journals = [here.journal, there.journal];
    const followers = await Promise.all(journals.map((journal) => Follower.open(journal)));
    await run(seeded(seed), link, journals);
    for (const follower of followers) await compare(there.journal, follower);
  });
}
