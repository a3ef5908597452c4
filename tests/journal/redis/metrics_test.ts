/** What a scrape says of Redis. */

import { assertEquals, assertGreater } from "@std/assert";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { redisTest } from "../../../testing/redis.ts";
import { Peer, serveChat } from "../../../testing/support.ts";
import { until } from "../../../testing/wait.ts";

async function scrape(host: string): Promise<Map<string, number>> {
  const text = await (await fetch(`http://${host}/metrics`)).text();
  const lines = text.matchAll(/^hubbub_(redis_[^{\s]+) (\S+)$/gm);
  return new Map(Array.from(lines, ([, name, value]) => [name, Number(value)]));
}

redisTest("Metrics: counts calls, opened rooms, reconnections and epochs of Redis", async () => {
  await using redis = await OwnRedis.start();
  await using server = await serveChat("--db", redis.url);
  const begin = await scrape(server.host);
  for (const room of ["r", "s"]) {
    await using peer = await Peer.join(server.host, `/rooms/${room}`);
    await peer.next("welcome");
  }
  const first = await scrape(server.host);
  assertEquals([first.get("redis_up"), first.get("redis_reconnects_total")], [1, 0]);
  const opened = first.get("redis_open_seconds_count")! - begin.get("redis_open_seconds_count")!;
  assertEquals([opened, first.get("redis_epoch_changes_total")], [2, 0]);
  assertGreater(first.get("redis_call_seconds_count")!, 5);
  await redis.signal("SIGKILL");
  const isUp = async (up: number) => (await scrape(server.host)).get("redis_up") === up;
  await until(() => isUp(0), "Redis to be away");
  // It has kept nothing.
  await redis.start();
  await until(() => isUp(1), "Redis to be back");
  const last = await scrape(server.host);
  assertEquals([last.get("redis_reconnects_total"), last.get("redis_epoch_changes_total")], [1, 1]);
});

redisTest("OPERATIONS.md: has every metric of Redis, and no other", async () => {
  await using redis = await OwnRedis.start();
  await using server = await serveChat("--db", redis.url);
  const scraped = await (await fetch(`http://${server.host}/metrics`)).text();
  const ours = Array.from(scraped.matchAll(/^# TYPE (hubbub_redis_\w+)/gm), ([, name]) => name);
  const text = await Deno.readTextFile(new URL("../../../docs/OPERATIONS.md", import.meta.url));
  const documented = text.match(/^\| `hubbub_redis_.*?\|/gm)!
    .flatMap((cell) => cell.match(/hubbub_\w+/g)!);
  assertEquals(documented.sort(), ours.sort());
});
