/** Hidden rooms and moderation with two servers on one Redis. */

import { assertEquals } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { serveChat, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

async function serveTwo() {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await OwnRedis.start());
  const one = stack.use(await serveChat("--db", redis.url));
  const two = stack.use(await serveChat("--db", redis.url));
  const [ann, bob] = [Caller.withKey(one, "ann"), Caller.withKey(one, "bob").on(two)];
  const all = stack.move();
  return { one, two, ann, bob, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

redisTest(
  "Rooms.change: lets people in and out on all servers, and ends what they have open there",
  async () => {
    await using all = await serveTwo();
    const { ann, bob } = all;
    const room = await ann.createRoom("Tea");
    const mayEnter = async () => await bob.status("GET", `/rooms/${room}/messages`) === 200;
    assertEquals(await mayEnter(), false);
    const b = await bob.id();
    assertEquals(await ann.status("PATCH", `/rooms/${room}`, { add: b }), 201);
    await until(mayEnter, "bob to be let in");
    await using peer = await bob.join(room);
    const { title, access } = await peer.next("welcome");
    assertEquals([title, access], ["Tea", "private"]);
    await using watcher = await bob.watch(room);
    await watcher.next();
    assertEquals(await ann.status("PATCH", `/rooms/${room}`, { title: "Coffee" }), 201);
    await peer.until(() => peer.all("room").some((set) => set.title === "Coffee"), "the title");
    assertEquals(await ann.status("PATCH", `/rooms/${room}`, { remove: b }), 201);
    assertEquals((await within(peer.closed, "the socket to close")).code, 1008);
    while (await watcher.next());
    assertEquals(await mayEnter(), false);
  },
);

redisTest("postDirect: opens one room on two servers at once", async () => {
  await using all = await serveTwo();
  const ids = [await all.ann.id(), await all.bob.id()];
  const answers = await Promise.all(
    [all.ann, all.bob].map((caller) => caller.ask("POST", "/direct", { members: ids })),
  );
  assertEquals(answers.map(({ status }) => status).sort(), [200, 201]);
  assertEquals(answers[0].body.name, answers[1].body.name);
});
