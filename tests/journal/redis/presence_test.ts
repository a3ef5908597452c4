/** Who is here, on whichever server they are: several servers on one Redis. */

import { assert, assertEquals } from "@std/assert";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { redisTest } from "../../../testing/redis.ts";
import { Peer, serveChat, startServer } from "../../../testing/support.ts";

const ids = (members: { id: string }[]) => members.map(({ id }) => id).sort();

/** Waits until a presence tells so many. */
async function counted(peer: Peer, count: number): Promise<void> {
  while ((await peer.next("presence")).count !== count);
}

/** Ann on one server, Bob on another, each of whom knows of the other. */
async function two(redis: OwnRedis, stack: AsyncDisposableStack) {
  const here = stack.use(await serveChat("--db", redis.url));
  const there = stack.use(await serveChat("--db", redis.url));
  const ann = stack.use(await Peer.join(here.host, "/rooms/r?name=Ann"));
  const { you } = await ann.next("welcome");
  await counted(ann, 1);
  const bob = stack.use(await Peer.join(there.host, "/rooms/r?name=Bob"));
  await counted(bob, 2);
  await counted(ann, 2);
  return { here, there, ann, bob, annId: you.id as string };
}

redisTest("Room welcomes with who is here on all servers, and tells who comes there", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here, there } = await two(redis, stack);
  await using cat = await Peer.join(here.host, "/rooms/r?name=Cat");
  const { members, count } = await cat.next("welcome");
  assertEquals(members.map(({ name }: { name: string }) => name).sort(), ["Ann", "Bob", "Cat"]);
  assertEquals(count, 3);
  for (const { host } of [here, there]) {
    const { rooms } = await (await fetch(`http://${host}/rooms`)).json();
    assertEquals(rooms.map(({ name }: { name: string }) => name), ["r"]);
  }
  await using third = await serveChat("--db", redis.url);
  const { rooms } = await (await fetch(`http://${third.host}/rooms`)).json();
  assert(rooms[0].members >= 2, "a server with nobody in the room does not know who is");
});

redisTest("Room tells who goes on another server", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { ann, bob, annId } = await two(redis, stack);
  await ann[Symbol.asyncDispose]();
  const { left, count } = await bob.next("presence");
  assertEquals([left, count], [[annId], 1]);
});

redisTest("Room takes a person on two servers for one member", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here, there, ann, bob } = await two(redis, stack);
  const path = "/rooms/r?name=Eve&email=eve@example.org";
  const first = stack.use(await Peer.join(here.host, path));
  await counted(bob, 3);
  const second = stack.use(await Peer.join(there.host, path));
  assertEquals((await second.next("welcome")).count, 3);
  // When this is heard there, so is that she is here.
  second.send({ type: "name", name: "Eva" });
  await ann.next("renamed");
  await first[Symbol.asyncDispose]();
  await using cat = await Peer.join(here.host, "/rooms/r?name=Cat");
  assertEquals((await cat.next("welcome")).count, 4);
  await counted(bob, 4);
  await second[Symbol.asyncDispose]();
  await counted(bob, 3);
});

redisTest("Room tells who types and who takes another name on another server", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { ann, bob, annId } = await two(redis, stack);
  ann.send({ type: "typing" });
  assertEquals(await bob.next("typing"), { type: "typing", from: annId, name: "Ann" });
  ann.send({ type: "name", name: "Anna" });
  assertEquals(await bob.next("renamed"), { type: "renamed", from: annId, name: "Anna" });
  assertEquals(bob.all("renamed").length, 1);
  assertEquals(ann.all("renamed").length, 1);
});

redisTest("A server that dies takes its people out, and sweeps nobody else's", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { bob } = await two(redis, stack);
  const doomed = stack.use(await startServer("--db", redis.url));
  const before = await redis.ask("ZRANGE", "hubbub:servers", "0", "-1") as string[];
  const eve = await Peer.join(doomed.host, "/rooms/r?name=Eve");
  await counted(bob, 3);
  await doomed.stop("SIGKILL");
  await eve.closed;
  // So that it need not be waited for so long: the one that nobody else is has been silent for 9 s.
  const fields = await redis.ask("HGETALL", "hubbub:{r}:here") as string[];
  const server = fields[fields.findIndex((value) => value.includes("Eve")) - 1].split("/")[0];
  assert(before.includes(server));
  await redis.ask("ZINCRBY", "hubbub:servers", "-8", server);
  await counted(bob, 2);
  await using late = await serveChat("--db", redis.url);
  await using cat = await Peer.join(late.host, "/rooms/r?name=Cat");
  const { members } = await cat.next("welcome");
  assertEquals(members.length, 3);
  const left = await redis.ask("HKEYS", "hubbub:{r}:here") as string[];
  assertEquals(left.filter((field) => field.startsWith(server)), []);
});

redisTest("Room knows who is here after Redis was away, and had forgotten them", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here, ann, bob } = await two(redis, stack);
  ann.say("before");
  await bob.next("message");
  await redis.ask("DEL", "hubbub:{r}:here");
  await redis.ask("CLIENT", "KILL", "TYPE", "normal");
  ann.say("after", "x");
  await ann.next("message");
  await using cat = await Peer.join(here.host, "/rooms/r?name=Cat");
  await counted(bob, 3);
  await using late = await serveChat("--db", redis.url);
  await using dan = await Peer.join(late.host, "/rooms/r?name=Dan");
  assertEquals((await dan.next("welcome")).count, 4);
  assertEquals(ids((await cat.next("welcome")).members).length, 3);
});

redisTest("A server that stops takes its people out at once, and leaves nothing", async () => {
  await using redis = await OwnRedis.start();
  await using stack = new AsyncDisposableStack();
  const { here, bob } = await two(redis, stack);
  await here[Symbol.asyncDispose]();
  await counted(bob, 1);
  assertEquals((await redis.ask("ZRANGE", "hubbub:servers", "0", "-1") as string[]).length, 1);
});
