/** A subscribed room notices that Redis has another history than before. */

import { assertEquals } from "@std/assert";
import { RedisPresence } from "../../../journal/redis/presence.ts";
import { RedisSubscription } from "../../../journal/redis/subscription.ts";
import type { Message } from "../../../journal/journal.ts";
import { message, range, textOf } from "../../../testing/fakes.ts";

/** A room on a Redis whose messages the test replaces. */
async function subscribe(seq: number, count: number) {
  const redis = { messages: range(1, count).map((seq) => message(seq)), losses: 0 };
  const source = {
    from: (seq: number, limit: number) =>
      Promise.resolve(redis.messages.slice(seq - 1, seq - 1 + limit)),
    lost: () => redis.losses++,
    end() {},
  };
  const nothing = () => Promise.resolve();
  const store = {
    read: () => Promise.resolve([]),
    alive: () => Promise.resolve(new Set<string>()),
    publish: nothing,
    publishTyping: nothing,
    remove: nothing,
  };
  const presence = new RedisPresence("node", store, () => {});
  const subscription = new RedisSubscription(seq, source, presence, () => {});
  await subscription.refresh();
  return { redis, subscription, taken: () => subscription.take().map(textOf) };
}

const others = (first: number, last: number): Message[] =>
  range(first, last).map((seq) => message(seq, `other ${seq}`));

function notice(messages: readonly Message[]) {
  return { first: messages[0].seq, count: messages.length, entries: () => messages };
}

Deno.test("RedisSubscription.refresh: compares the message before the first that came", async () => {
  const { redis, subscription } = await subscribe(5, 5);
  redis.messages = others(1, 9);
  await subscription.refresh();
  assertEquals([redis.losses, subscription.seq], [1, 5]);
});

Deno.test("RedisSubscription.doubt: takes nothing in before it was compared with Redis", async () => {
  const { redis, subscription, taken } = await subscribe(3, 5);
  assertEquals(taken(), ["m4", "m5"]);
  redis.messages = others(1, 7);
  subscription.doubt();
  subscription.offer(others(6, 6));
  assertEquals(subscription.seq, 5);
  subscription.receive(notice(others(6, 7)));
  await subscription.refresh();
  assertEquals([redis.losses > 0, taken()], [true, []]);
});

Deno.test("RedisSubscription.doubt: goes on where Redis has lost nothing", async () => {
  const { redis, subscription, taken } = await subscribe(5, 5);
  subscription.doubt();
  redis.messages.push(message(6));
  subscription.receive(notice([message(6)]));
  await subscription.refresh();
  subscription.offer([message(7)]);
  assertEquals([redis.losses, taken()], [0, ["m6", "m7"]]);
});
