/** A cluster of Redis nodes, and the death of one. */

import { assert, assertEquals } from "@std/assert";
import { until } from "../../../testing/wait.ts";
import { draft } from "../../../testing/fakes.ts";
import { openJournal, redisTest, startCluster } from "../../../testing/redis.ts";
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
  const { rooms } = await (await fetch(`http://${there.host}/rooms`)).json();
  assertEquals(rooms.length, 5);
  const logs = await Promise.all(nodes.map((node) => node.ask("KEYS", "hubbub:*:log")));
  assert(logs.every((keys) => (keys as string[]).length > 0), `all on one node: ${logs}`);
});

redisTest("RedisJournal: goes on with the other nodes when the one it was given dies", async () => {
  await using stack = new AsyncDisposableStack();
  const nodes = await startCluster(3, true);
  for (const node of nodes) stack.use(node);
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
