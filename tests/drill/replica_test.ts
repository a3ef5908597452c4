/** The replicas of a drill find what is wrong on the way, and start again where they are told to. */

import { assertEquals } from "@std/assert";
import { openEventFeed, openSocketFeed } from "../../drill/feed.ts";
import { Ledger } from "../../drill/ledger.ts";
import { Replica } from "../../drill/replica.ts";
import { serveChat, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const you = { id: "1", name: "a" };
const welcome = {
  type: "welcome",
  room: "r",
  you,
  epoch: "e",
  seq: 2,
  at: 2,
  after: 0,
  members: [you],
  count: 1,
};
const message = (seq: number) => (
  { type: "message", seq, at: seq, from: "1", name: "a", text: "", id: `a/${seq}` }
);

/** What a replica holds and has found wrong after these objects, a list for each connection. */
async function judged(...connections: Record<string, unknown>[][]) {
  const ledger = new Ledger();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const lines = connections.shift()!.map((object) => JSON.stringify(object)).join("\n");
    socket.onopen = () => {
      socket.send(lines);
      socket.close();
    };
    return response;
  });
  const replica = new Replica({ name: "a", room: "r", ledger });
  while (connections.length > 0) {
    await within(replica.join(`127.0.0.1:${server.addr.port}`), "the end");
  }
  await replica.close();
  await within(server.shutdown(), "the listener to close");
  const { doubled, disordered } = ledger.check([]);
  return { held: replica.held.map(({ seq }) => seq), doubled, disordered, resets: replica.resets };
}

test("Replica: holds what came in order", async () => {
  const found = await judged([welcome, message(1), message(2)], [
    { ...welcome, after: 2 },
    message(3),
  ]);
  assertEquals(found, { held: [1, 2, 3], doubled: 0, disordered: 0, resets: 0 });
});

test("Replica: finds doubles and holes", async () => {
  const found = await judged([welcome, message(1), message(1), message(3)]);
  assertEquals(found, { held: [1, 3], doubled: 1, disordered: 1, resets: 0 });
});

test("Replica: forgets what it holds where the server has another history", async () => {
  const reset = { ...welcome, reset: true, after: 1 };
  const found = await judged([welcome, message(1), message(2)], [reset, message(2)]);
  assertEquals(found, { held: [2], doubled: 0, disordered: 0, resets: 1 });
});

test("Replica: resumes where it was, over a WebSocket and by event streams", async () => {
  await using server = await serveChat("--rate", "0");
  for (const [room, openFeed] of Object.entries({ openSocketFeed, openEventFeed })) {
    const ledger = new Ledger();
    const talker = new Replica({ name: "talker", room, ledger, pauseMs: 0 });
    const replica = new Replica({ name: "replica", room, ledger, openFeed });
    const talking = talker.join(server.host);
    talker.talk();
    for (let round = 1; round <= 3; round++) {
      const joined = replica.join(server.host);
      await until(() => replica.held.length > 60 * round, "messages");
      await replica.leave();
      await within(joined, "the end");
    }
    await talker.stopTalking();
    ledger.compare("replica", replica.held, talker.held.slice(0, replica.held.length));
    assertEquals(ledger.check(talker.held).faults, [], room);
    await Promise.all([replica.close(), talker.close(), talking]);
  }
});
