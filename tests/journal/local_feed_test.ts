/** Subscriptions of a journal that only this process appends to, and what they do if another does too. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { LocalFeed } from "../../journal/local_feed.ts";
import { message, range } from "../../testing/fakes.ts";
import { withFolder } from "../../testing/sqlite.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

/** A feed over a log of so many messages, of which the oldest may be gone. */
function feedOf(count: number) {
  const log = range(1, count).map((seq) => message(seq));
  const reads: number[] = [];
  const feed = new LocalFeed((_room, seq, limit) => {
    reads.push(seq);
    return log.filter((message) => message.seq > seq).slice(0, limit);
  });
  let notified = 0;
  const subscription = feed.subscribe("r", count, () => notified++);
  assertEquals(subscription.take(), []);
  reads.length = 0;
  return {
    log,
    feed,
    reads,
    subscription,
    taken: () => subscription.take().map(({ seq }) => seq),
    notified: () => notified,
  };
}

Deno.test("LocalFeed.publish: hands on messages without reading the journal", () => {
  const { feed, reads, taken, notified } = feedOf(3);
  feed.publish("r", [message(4), message(5)]);
  feed.publish("other", [message(1)]);
  feed.publish("r", [message(6)]);
  assertEquals([taken(), taken()], [[4, 5, 6], []]);
  assertEquals([reads, notified()], [[], 0]);
});

Deno.test("LocalFeed.publish: reads what it was not given, and gives all once", () => {
  const { log, feed, taken } = feedOf(3);
  // Another process has appended 4 and 5.
  log.push(...range(4, 8).map((seq) => message(seq)));
  feed.publish("r", [message(6), message(7)]);
  feed.publish("r", [message(8)]);
  assertEquals(taken(), [4, 5, 6, 7, 8]);
  log.push(message(9));
  feed.publish("r", [message(9)]);
  assertEquals(taken(), [9]);
});

Deno.test("LocalFeed.publish: gives what came before a hole first", () => {
  const { log, feed, taken } = feedOf(3);
  log.push(...range(4, 7).map((seq) => message(seq)));
  feed.publish("r", [message(4), message(6)]);
  assertEquals(taken(), [4, 5, 6, 7]);
});

Deno.test("LocalFeed.publish: fills a large hole over several takes, and notifies", () => {
  const { log, feed, taken, notified } = feedOf(3);
  log.push(...range(4, 4 + LIMITS.batch).map((seq) => message(seq)));
  feed.publish("r", [message(4 + LIMITS.batch)]);
  assertEquals([taken().length, notified()], [LIMITS.batch, 1]);
  assertEquals([taken(), taken()], [[4 + LIMITS.batch], []]);
});

Deno.test("LocalFeed.publish: breaks a subscription whose hole is no longer kept, and notifies", () => {
  const { log, feed, subscription, notified } = feedOf(3);
  log.splice(0, Infinity, message(6));
  feed.publish("r", [message(6)]);
  assertEquals(subscription.take(), []);
  assertEquals([subscription.broken, notified()], [true, 1]);
});

Deno.test("LocalFeed.subscribe: reads on refresh what another process appended", async () => {
  const { log, subscription, taken } = feedOf(3);
  log.push(message(4));
  assertEquals(taken(), []);
  await subscription.refresh();
  assertEquals(taken(), [4]);
});

Deno.test("LocalFeed.refresh: notifies once until the next take, and gives what there is", () => {
  const { log, feed, taken, notified } = feedOf(3);
  log.push(message(4));
  feed.refresh();
  feed.refresh();
  assertEquals([notified(), taken()], [1, [4]]);
  feed.refresh();
  assertEquals([notified(), taken()], [2, []]);
});

test("LocalFeed: shows everybody everything, even if two servers write to one file", () =>
  withFolder(async (folder) => {
    const db = ["--db", `${folder}/chat.db`];
    await using here = await serveChat(...db);
    await using there = await serveChat(...db);
    await using ann = await Peer.join(here.host, "/rooms/lobby?name=Ann");
    await using bob = await Peer.join(there.host, "/rooms/lobby?name=Bob");
    await ann.next("welcome");
    await bob.next("welcome");
    for (let n = 1; n <= 6; n++) {
      const speaker = n % 2 ? ann : bob;
      // Kept once for its id, though the other server's lock may refuse it a few times.
      while (!speaker.all("message").some(({ id }) => id === `id${n}`)) {
        const lines = speaker.lines.length;
        speaker.say(`m${n}`, `id${n}`);
        await speaker.until(() => speaker.lines.length > lines, "an answer");
      }
    }
    const texts = (peer: Peer) => peer.all("message").map(({ text }) => text);
    assertEquals(texts(bob), ["m1", "m2", "m3", "m4", "m5", "m6"]);
    assertEquals(texts(ann), ["m1", "m2", "m3", "m4", "m5"]);
    const reports = here.log.events.filter((event) => event.startsWith("another process"));
    assert(reports.length > 0, "it is not logged");
  }));
