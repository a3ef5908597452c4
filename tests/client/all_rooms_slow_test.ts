/** Connections for all rooms that read slowly, or belong to people on several servers. */

import { assert, assertEquals } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { range } from "../../testing/fakes.ts";
import { redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { activityOf, RoomsPeer } from "../../testing/rooms_peer.ts";
import { RawPeer, serveChat, test } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const ROOMS = ["tea", "den", "pub"];
const EACH = 1_500;

test("AllRooms: serves one that reads slowly, in each room in order and without a hole", async () => {
  await using server = await serveChat("--rate", "0", "--tail", "16");
  await using ann = await RoomsPeer.join(server, Caller.withKey(server, "ann"));
  for (const room of ROOMS) await ann.enter(room);
  using slow = await RawPeer.upgrade(server.host, "/rooms?name=Slow");
  const enter = ROOMS.map((room) => JSON.stringify({ type: "enter", room, replay: 0 }));
  await slow.frame(0x81, enter.join("\n"));
  for (const room of ROOMS) {
    await ann.peer.until(
      () =>
        ann.all("presence").some(({ room: where, joined }) =>
          where === room && joined?.some(({ name }: { name: string }) => name === "Slow")
        ),
      `it in ${room}`,
    );
  }
  const text = "x".repeat(4_000);
  for (let n = 0; n < EACH; n += 50) {
    for (const room of ROOMS) {
      ann.send(...Array.from({ length: 10 }, () => ({ type: "say", room, text })));
      for (let more = 1; more < 5; more++) {
        ann.send(...Array.from({ length: 10 }, () => ({ type: "say", room, text })));
      }
    }
    await ann.peer.until(() => ann.all("message").length >= 3 * (n + 50), "the echoes");
    ann.peer.lines.splice(
      0,
      ann.peer.lines.length,
      ...ann.peer.lines.map((line) => line.replace(text, "")),
    );
  }
  const seqs = new Map<string, number[]>(ROOMS.map((room) => [room, []]));
  const welcomes: string[] = [];
  while (![...seqs.values()].every(({ length }) => length === EACH)) {
    const frame = await slow.next();
    assert(frame, "it ended");
    if (frame.opcode !== 1) continue;
    for (const line of new TextDecoder().decode(frame.payload).split("\n")) {
      const { type, room, seq } = JSON.parse(line);
      if (type === "welcome") welcomes.push(room);
      if (type !== "message") continue;
      assert(welcomes.includes(room), "the welcome comes first");
      seqs.get(room)!.push(seq);
    }
  }
  for (const room of ROOMS) assertEquals(seqs.get(room), range(1, EACH), room);
});

redisTest("AllRooms: reports activity, mentions and read marks of other servers", async () => {
  await using redis = await OwnRedis.start();
  await using one = await serveChat("--db", redis.url);
  await using two = await serveChat("--db", redis.url);
  const ann = Caller.withKey(one, "ann");
  const bob = Caller.withKey(two, "bob");
  await using here = await RoomsPeer.join(one, ann);
  await using there = await RoomsPeer.join(two, ann.on(two));
  here.send({ type: "star", room: "tea", on: true });
  await here.next({ type: "rooms" });
  await there.next({ type: "rooms" });
  await bob.ask("POST", "/rooms/tea/messages", { text: "hello", to: [await ann.id()] });
  const { seq, messages } = await activityOf(here, "tea");
  assertEquals([seq, messages], [1, 1]);
  await using third = await RoomsPeer.join(one, ann, { since: 0 });
  await until(() => third.all("mention").length === 1, "the mention");
  there.send({ type: "read", room: "tea", seq: 1 });
  const { read, mentions } = await here.next({ type: "read" });
  assertEquals([read, mentions], [1, 0]);
});
