/** What a connection does about every way in which one can end. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { connectRoom, type Room, type RoomOptions, type Status } from "../../sdk/mod.ts";
import { planAfter } from "../../sdk/status.ts";
import { FaultyLink } from "../../testing/faulty_link.ts";
import { serveChat, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";
import { serveWelcome } from "../../testing/welcome_server.ts";

/** The next status of one of these kinds. */
function turns<Is extends Status["is"]>(room: Room, ...kinds: Is[]) {
  type Found = Extract<Status, { is: Is }>;
  const next = new Promise<Found>((resolve) => {
    const off = room.on("status", (status) => {
      if (!kinds.includes(status.is as Is)) return;
      off();
      resolve(status as Found);
    });
  });
  return within(next, `the status ${kinds}`);
}

const enter = (host: string, options: Partial<RoomOptions> = {}) =>
  connectRoom({ url: `http://${host}`, room: "tea", name: "Ann", ...options });

/** Enters a server that welcomes and closes with this code; returns what became of it. */
async function closedWith(code: number, use: (room: Room, status: Status) => void): Promise<void> {
  await using server = serveWelcome((socket) => socket.close(code, "a reason"));
  const room = enter(server.host);
  try {
    const status = await turns(room, "waiting", "stopped");
    assertEquals(status.why, { kind: "closed", code, detail: "a reason" });
    use(room, status);
  } finally {
    await room.close({ flushMs: 0 });
  }
}

test("Connection: stops at 1008 until it is woken", async () => {
  await closedWith(1008, (room, { is }) => {
    assertEquals(is, "stopped");
    room.wake();
    assertEquals(room.status.is, "connecting");
  });
});

test("Connection: stays away for half a minute or more after 4029, even if it is woken", async () => {
  await closedWith(4029, (room, status) => {
    assert(status.is === "waiting" && status.mustWait);
    assertGreater(status.until, Date.now() + 25_000);
    room.wake();
    assertEquals(room.status, status);
  });
});

test("Connection: comes back after a pause, or at once when it is woken", async () => {
  for (const code of [1001, 1013, 4008]) {
    await closedWith(code, (room, { is }) => {
      assertEquals(is, "waiting");
      room.wake();
      assertEquals(room.status.is, "connecting");
    });
  }
});

Deno.test("planAfter: lets pauses grow up to a limit, and asks for longer ones where needed", () => {
  const pauses = [0, 1, 2, 20].map((tries) => planAfter(0, tries));
  const longest = (longestMs: number) => ({ stop: false, longestMs, mustWait: false }) as const;
  assertEquals(pauses, [500, 1_000, 2_000, 30_000].map(longest));
  assertEquals(planAfter(1013, 0), longest(10_000));
  assertEquals(planAfter(4029, 0), { stop: false, longestMs: 60_000, mustWait: true });
});

test("Connection: says why an upgrade was refused, and stops if that will not change", async () => {
  await using house = await serveChat();
  const room = enter(house.host, { room: "!" });
  const { why } = await turns(room, "stopped");
  assertEquals([why.kind, why.code], ["refused", 400]);
  assert(why.detail.includes("a room's name"), why.detail);
  await room.close();
});

test("Connection: goes on trying, and says why, where the refusal may pass", async () => {
  const headers = { "content-type": "application/problem+json" };
  const full = () => new Response('{"detail":"the server is full"}', { status: 503, headers });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, full);
  const room = enter(`127.0.0.1:${server.addr.port}`);
  assertEquals((await turns(room, "waiting")).why.kind, "lost");
  const { why } = await turns(room, "waiting");
  assertEquals(why, { kind: "refused", code: 503, detail: "the server is full" });
  await turns(room, "connecting");
  await room.close();
  await within(server.shutdown(), "the listener to close");
});

test("Connection: waits, with the runtime's words, while nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const room = enter(`127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
  await turns(room, "waiting");
  const { why } = await turns(room, "waiting");
  assertEquals(why.kind, "lost");
  assert(/refused/i.test(why.detail), why.detail);
  await room.close({ flushMs: 0 });
});

test("Connection: stays online in a quiet room, unnoticed by anybody", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const room = enter(link.host, { timing: { quietMs: 1, answerMs: 300 } });
  const events: string[] = [];
  await turns(room, "online");
  for (const name of ["status", "error", "message", "change"] as const) {
    room.on(name, () => events.push(name));
  }
  const { passed } = link;
  await until(() => link.passed > passed + 3, "answers to pings");
  assertEquals(events.filter((name) => name !== "change"), []);
  await room.close();
});

test("Connection: notices a half-open connection that only reads, and misses nothing", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const ann = enter(link.host, { timing: { quietMs: 100, answerMs: 100 } });
  const ben = enter(house.host, { name: "Ben" });
  await turns(ann, "online");
  link.dropAnswers();
  const { why } = await turns(ann, "waiting");
  assertEquals(why.kind, "silent");
  assertEquals((await ben.say("is anybody there?")).kept, true);
  link.cut();
  link.repair();
  ann.wake();
  await within(new Promise<void>((resolve) => ann.on("message", () => resolve())), "the message");
  await Promise.all([ann.close(), ben.close()]);
});
