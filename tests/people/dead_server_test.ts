/** What a server that died had kept, but not yet reported to the people on other servers. */

import { assertEquals } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { draft } from "../../testing/fakes.ts";
import { openJournal, redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { Peer, serveChat } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

redisTest(
  "Notifier: reports what a server that is gone has kept, to the people on the others",
  async () => {
    await using redis = await OwnRedis.start();
    // It keeps a message like a server that dies before it can tell anybody.
    await using gone = await openJournal(redis);
    await using server = await serveChat("--db", redis.url);
    const ann = Caller.withKey(server, "ann");
    await using peer = await Peer.join(server.host, "/rooms?name=Ann", ann.headers);
    const { you } = await peer.next("hello");
    peer.send({ type: "star", room: "tea", on: true });
    assertEquals((await peer.next("rooms")).added[0].messages, 0);
    // A room is listed as soon as somebody is in it.
    await gone.journal.subscribe("tea", 0, () => {});
    await gone.journal.append([draft("hello, Ann", { room: "tea", from: "bob", to: [you.id] })]);
    await until(async () => (await ann.ask("GET", "/rooms")).body.rooms.length > 0, "the list");
    await gone.journal.close();
    const { room, seq, mentions } = await peer.next("mention");
    assertEquals([room, seq, mentions], ["tea", 1, 1]);
  },
);

redisTest(
  "Activity: shows what a server that is gone has kept, to the people on the others",
  async () => {
    await using redis = await OwnRedis.start();
    await using gone = await openJournal(redis);
    await using server = await serveChat("--db", redis.url);
    const ann = Caller.withKey(server, "ann");
    await using peer = await Peer.join(server.host, "/rooms?name=Ann", ann.headers);
    await peer.next("hello");
    peer.send({ type: "star", room: "tea", on: true });
    await peer.next("rooms");
    await gone.journal.append([draft("hello", { room: "tea" })]);
    await gone.journal.close();
    const { rooms: [tea] } = await peer.next("activity");
    assertEquals([tea.name, tea.messages], ["tea", 1]);
  },
);
