/** The people in a room on several servers, through the whole chat. */

import { assert, assertEquals } from "@std/assert";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { LIMITS } from "../../../config/limits.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { redisTest } from "../../../testing/redis.ts";
import { Peer, serveChat, startServer } from "../../../testing/support.ts";

const names = (people: { name: string }[]) => people.map(({ name }) => name).sort();

/** Waits until a presence has this count. */
async function counted(peer: Peer, count: number): Promise<void> {
  while ((await peer.next("presence")).count !== count);
}

/** Ann on one server, Bob on another, and each of them has seen the other come. */
async function openTwo(redis: OwnRedis, stack: AsyncDisposableStack, url = redis.url) {
  const here = stack.use(await serveChat("--db", url));
  const there = stack.use(await serveChat("--db", redis.url));
  const ann = stack.use(await Peer.join(here.host, "/rooms/r?name=Ann"));
  const { you } = await ann.next("welcome");
  await counted(ann, 1);
  const bob = stack.use(await Peer.join(there.host, "/rooms/r?name=Bob"));
  await counted(bob, 2);
  await counted(ann, 2);
  return { here, there, ann, bob, annId: you.id as string };
}

redisTest("Room: welcomes with the people of all servers", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here } = await openTwo(redis, stack);
  await using cat = await Peer.join(here.host, "/rooms/r?name=Cat");
  const { members, count } = await cat.next("welcome");
  assertEquals([names(members), count], [["Ann", "Bob", "Cat"], 3]);
});

redisTest("Room: reports a person who leaves on another server", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { ann, bob, annId } = await openTwo(redis, stack);
  await ann[Symbol.asyncDispose]();
  const { left, count } = await bob.next("presence");
  assertEquals([left, count], [[annId], 1]);
});

redisTest("Room: takes a person on two servers for one member", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here, there, ann, bob } = await openTwo(redis, stack);
  const path = "/rooms/r?name=Eve";
  const key = { Authorization: `Bearer ${"k".repeat(LIMITS.keyLeast)}` };
  const first = stack.use(await Peer.join(here.host, path, key));
  await counted(bob, 3);
  const second = stack.use(await Peer.join(there.host, path, key));
  assertEquals((await second.next("welcome")).count, 3);
  // When this has come, so has the report that she is there.
  second.send({ type: "name", name: "Eva" });
  await ann.next("renamed");
  await first[Symbol.asyncDispose]();
  await using cat = await Peer.join(here.host, "/rooms/r?name=Cat");
  assertEquals((await cat.next("welcome")).count, 4);
  await counted(bob, 4);
  await second[Symbol.asyncDispose]();
  await counted(bob, 3);
});

redisTest("Room: reports typing and another name, once each, to all servers", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { ann, bob, annId } = await openTwo(redis, stack);
  ann.send({ type: "typing" });
  assertEquals(await bob.next("typing"), { type: "typing", from: annId, name: "Ann" });
  ann.send({ type: "name", name: "Anna" });
  assertEquals(await bob.next("renamed"), { type: "renamed", from: annId, name: "Anna" });
  ann.say("end");
  await bob.next("message");
  await ann.next("message");
  assertEquals([ann.all("renamed").length, bob.all("renamed").length], [1, 1]);
});

redisTest("RedisNodes: the people of a server that dies leave, and nobody else", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { bob } = await openTwo(redis, stack);
  const doomed = stack.use(await startServer("--db", redis.url));
  const eve = await Peer.join(doomed.host, "/rooms/r?name=Eve");
  await counted(bob, 3);
  await doomed.stop("SIGKILL");
  await eve.closed;
  const fields = await redis.ask("HGETALL", "hubbub:{r}:here") as string[];
  const node = fields[fields.findIndex((value) => value.includes("Eve")) - 1].split("/")[0];
  // Its last report is made older, so that the test need not wait until it is.
  await redis.ask("ZINCRBY", "hubbub:nodes", "-8", node);
  await counted(bob, 2);
  await redis.until("HLEN hubbub:{r}:here", "2");
  await using late = await serveChat("--db", redis.url);
  await using cat = await Peer.join(late.host, "/rooms/r?name=Cat");
  assertEquals(names((await cat.next("welcome")).members), ["Ann", "Bob", "Cat"]);
});

redisTest("RedisPresence: publishes again what Redis has lost", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  await openTwo(redis, stack);
  await redis.ask("DEL", "hubbub:{r}:here");
  await redis.until("HLEN hubbub:{r}:here", "2");
  await using late = await serveChat("--db", redis.url);
  await using cat = await Peer.join(late.host, "/rooms/r?name=Cat");
  assertEquals(names((await cat.next("welcome")).members), ["Ann", "Bob", "Cat"]);
});

redisTest("RedisPresence: publishes again what Redis lost while it was away", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { ann, bob } = await openTwo(redis, stack);
  ann.say("before");
  await bob.next("message");
  await redis.ask("DEL", "hubbub:{r}:here");
  await redis.ask("CLIENT", "KILL", "TYPE", "normal");
  await redis.until("HLEN hubbub:{r}:here", "2");
  ann.say("after", "x");
  assertEquals((await bob.next("message")).text, "after");
});

redisTest("RedisPresence: finds by the count that a publication did not arrive", async () => {
  await using redis = await OwnRedis.start();
  await using link = new FaultyLink(redis.port);
  await using stack = new AsyncDisposableStack();
  const { ann, bob } = await openTwo(redis, stack, link.url);
  link.dropPublished();
  await bob[Symbol.asyncDispose]();
  await counted(ann, 1);
  assert(link.dropped > 0, "it did arrive");
});

redisTest("Chat.close: takes the server's people out at once, and the server itself", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here, bob } = await openTwo(redis, stack);
  await here[Symbol.asyncDispose]();
  await counted(bob, 1);
  assertEquals((await redis.ask("ZRANGE", "hubbub:nodes", "0", "-1") as string[]).length, 1);
  assertEquals(await redis.ask("HLEN", "hubbub:{r}:here"), 1);
});
