/**
 * A Redis whose replica takes over, behind one address that leads to the current master: a proxy, a
 * virtual IP or a service's name. docs/SCALING.md recommends it.
 */

import { assertEquals } from "@std/assert";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { Peer, serveChat } from "../../../testing/support.ts";
import { until } from "../../../testing/wait.ts";

async function isReady(host: string): Promise<boolean> {
  const response = await fetch(`http://${host}/readyz`);
  await response.body?.cancel();
  return response.ok;
}

/** How far a Redis is in the stream of what its master writes. */
async function offset(redis: OwnRedis): Promise<number> {
  const info = String(await redis.ask("INFO", "replication"));
  return Number(/^master_repl_offset:(\d+)/m.exec(info)![1]);
}

redisTest("RedisJournal: it goes on with a promoted replica at the same address", async () => {
  await using master = await OwnRedis.start("--repl-diskless-sync-delay", "0");
  await using replica = await OwnRedis.start("--replicaof", `127.0.0.1 ${master.port}`);
  await replica.until("INFO replication", "master_link_status:up");
  await using address = new FaultyLink(master.port);
  await using house = await serveChat("--db", address.url);
  await using ann = await Peer.join(house.host, "/rooms/lobby");
  ann.say("before", "1");
  assertEquals((await ann.next("message")).seq, 1);
  const written = await offset(master);
  await until(async () => await offset(replica) >= written, "the replica to have it");

  await master.signal("SIGKILL");
  await until(async () => !await isReady(house.host), "Redis to be missed");
  await replica.ask("REPLICAOF", "NO", "ONE");
  address.redirect(replica.port);
  await until(() => isReady(house.host), "Redis to be back");
  ann.say("after", "2");
  const { seq, text } = await ann.next("message");
  assertEquals([seq, text], [2, "after"]);
});
