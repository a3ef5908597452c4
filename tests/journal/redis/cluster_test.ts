/** A cluster of Redis nodes, and the death of one. */

import { assert, assertEquals } from "@std/assert";
import { pause, until } from "../../../testing/wait.ts";
import { LIMITS } from "../../../config/limits.ts";
import { isCluster } from "../../../journal/redis/client.ts";
import { draft } from "../../../testing/fakes.ts";
import { Follower, openJournal, redisTest, startCluster } from "../../../testing/redis.ts";
import type { OwnRedis } from "../../../testing/redis_server.ts";
import { Peer, serveChat } from "../../../testing/support.ts";

redisTest("RedisJournal: runs on a cluster, whichever of its nodes has a room", async () => {
  await using stack = new AsyncDisposableStack();
  const nodes = await startCluster(3);
  for (const node of nodes) stack.use(node);
  const here = stack.use(await serveChat("--db", nodes[0].url));
  const there = stack.use(await serveChat("--db", nodes[1].url));
  for (const room of ["a", "b", "c", "d", "e"]) {
    await using ann = await Peer.join(here.host, `/rooms/${room}?name=Ann`);
    await using bob = await Peer.join(there.host, `/rooms/${room}?name=Bob`);
    await ann.until(() => ann.all("presence").at(-1)?.count === 2, "Bob to be seen");
    ann.say("hello", "x");
    bob.say("hello", "x");
    bob.say("end");
    for (const peer of [ann, bob]) {
      await peer.until(() => peer.all("message").some(({ text }) => text === "end"), "the end");
      const texts = peer.all("message").map(({ seq, text }) => `${seq} ${text}`);
      assertEquals([...new Set(texts)], ["1 hello", "2 end"]);
    }
  }
  const logs = await Promise.all(nodes.map((node) => node.ask("KEYS", "hubbub:*:entries")));
  assert(logs.every((keys) => (keys as string[]).length > 0), `all on one node: ${logs}`);
});

redisTest("RedisJournal: goes on with the other nodes when the one it was given dies", async () => {
  await using stack = new AsyncDisposableStack();
  const nodes = await startCluster(3, true);
  for (const node of nodes) stack.use(node);
  stack.defer(letTriesEnd);
  const { journal } = stack.use(await openJournal(nodes[0]));
  const append = async (room: string, ...texts: string[]) => {
    const kept = await journal.append(texts.map((text) => draft(text, { room, id: text })));
    return kept.map((message) => "seq" in message && message.seq);
  };
  const rooms = ["a", "b", "c", "d", "e"];
  for (const room of rooms) await append(room, "one");
  await Promise.all(nodes.slice(0, 3).map((node) => node.ask("WAIT", "1", "1000")));
  await nodes[0].signal("SIGKILL");
  await nodes[3].until("ROLE", "master");
  for (const room of rooms) {
    const goesOn = () =>
      append(room, "one", "two").then((kept) => String(kept) === "1,2", () => false);
    await until(goesOn, `room ${room} to go on`);
  }
  assertEquals(await journal.ready(), true);
});

for (const first of [0, 1]) {
  const which = first === 0 ? "that subscribes for it dies, too" : "of the epoch dies";
  redisTest(`RedisJournal: rooms of other nodes go on when the node ${which}`, async () => {
    await using stack = new AsyncDisposableStack();
    const flags = ["--cluster-require-full-coverage", "no", "--appendonly", "yes"];
    const nodes = await startCluster(3, false, ...flags);
    for (const node of nodes) stack.use(node);
    stack.defer(letTriesEnd);
    const { journal, log } = stack.use(await openJournal(nodes[first]));
    const { epoch } = journal;
    const [lost, other, room] = await Promise.all(nodes.map(roomOf));
    const follower = await Follower.open(journal, room);
    await journal.append([draft("one", { room })]);
    await nodes[0].signal("SIGKILL");
    await nodes[2].until("CLUSTER NODES", "fail");
    await until(() => log.events.some((event) => event.includes("look failed")), "a look");
    await until(() => journal.ready(), "the journal to be ready");
    await journal.append([draft("two", { room, id: "2" })]);
    await follower.until(({ entries }) => entries.length === 2, "both messages");
    await Follower.open(journal, other);
    const append = () => journal.append([draft("x", { room: lost })]).then(() => true, () => false);
    assertEquals(await append(), false);
    await nodes[0].start();
    await until(append, "the node's own rooms to go on");
    assertEquals([journal.epoch, follower.subscription.broken], [epoch, false]);
  });
}

/** The pause before the next try of a client that was destroyed runs out by itself, in the library. */
const letTriesEnd = () => pause(2 * LIMITS.redisRetryMs);

/** The name of a room that this node has. */
async function roomOf(node: OwnRedis): Promise<string> {
  const has = (room: string) =>
    node.ask("EXISTS", `hubbub:{${room}}:entries`).then(() => true, () => false);
  for (let n = 0;; n++) if (await has(`room${n}`)) return `room${n}`;
}

Deno.test("isCluster: knows a cluster of Redis and of Valkey, and neither alone", () => {
  const found = ["redis_mode:cluster", "server_mode:cluster", "redis_mode:standalone"]
    .map((line) => isCluster(`# Server\r\nredis_version:7.2.4\r\n${line}\r\nos:Linux\r\n`));
  assertEquals(found, [true, true, false]);
});
