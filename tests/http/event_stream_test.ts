/** Server-Sent Events: `GET /rooms/{room}/events`. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EventStream } from "../../http/event_stream.ts";
import { Peer, serveChat, test, within } from "../../testing/support.ts";
import { Watcher } from "../../testing/watcher.ts";

async function serveWith(count: number, ...flags: string[]) {
  const server = await serveChat("--rate", "0", ...flags);
  const ann = await Peer.join(server.host, "/rooms/lobby?name=Ann&replay=0");
  for (let n = 1; n <= count; n++) ann.say(`m${n}`);
  await ann.until(() => ann.all("message").length === count, `${count} messages`);
  return {
    server,
    ann,
    async [Symbol.asyncDispose]() {
      await ann[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test("streamEvents: sends the JSON wire's messages, each with its position as id", async () => {
  await using place = await serveWith(0);
  const { server, ann } = place;
  await using watcher = await Watcher.open(server);
  const { headers } = watcher.response;
  assertStringIncludes(headers.get("content-type")!, "text/event-stream");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  assertEquals(headers.get("x-accel-buffering"), "no");
  const welcome = (await watcher.next())!;
  const { epoch } = welcome.data;
  assertEquals([welcome.type, welcome.id], ["welcome", `${epoch}.0.0`]);
  ann.say('two\nlines "quoted"', "x");
  const message = await ann.next("message");
  const id = `${epoch}.1.${message.at}`;
  assertEquals(await watcher.next(), { id, type: "message", data: message });
});

test("streamEvents: sends each message at once, whoever said it", async () => {
  await using place = await serveWith(0);
  const { server, ann } = place;
  await using watcher = await Watcher.watch(server);
  await using plain = await Peer.join(server.host, "/ws");
  for (let n = 1; n <= 5; n++) {
    (n % 2 ? ann.say : plain.send).call(n % 2 ? ann : plain, `${n}`);
    const { data } = (await watcher.next())!;
    assertEquals([data.seq, data.text], [n, `${n}`]);
  }
});

test("streamEvents: starts with the newest messages, as many as are asked for", async () => {
  await using place = await serveWith(9, "--replay", "3");
  const { server, ann } = place;
  await using watcher = await Watcher.watch(server);
  assertEquals(await watcher.seqs(3), [7, 8, 9]);
  await using asking = await Watcher.watch(server, "?replay=1");
  assertEquals(await asking.seqs(1), [9]);
  await using fresh = await Watcher.watch(server, "?replay=0");
  ann.say("m10");
  assertEquals(await fresh.seqs(1), [10]);
});

test("streamEvents: resumes after since and after Last-Event-ID, every message once", async () => {
  await using place = await serveWith(9);
  const { server, ann } = place;
  await using since = await Watcher.watch(server, "?since=4");
  await using last = await Watcher.watch(server, "", { "Last-Event-ID": "7" });
  await using both = await Watcher.watch(server, "?since=0", { "Last-Event-ID": "8" });
  await using newest = await Watcher.watch(server, "?since=9");
  await using all = await Watcher.watch(server, "?since=0");
  ann.say("m10");
  assertEquals(await since.seqs(6), [5, 6, 7, 8, 9, 10]);
  assertEquals(await last.seqs(3), [8, 9, 10]);
  assertEquals(await both.seqs(2), [9, 10]);
  assertEquals(await newest.seqs(1), [10]);
  assertEquals(await all.seqs(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("streamEvents: reports a gap where messages are no longer kept", async () => {
  await using place = await serveWith(100, "--keep", "5", "--tail", "16");
  await using watcher = await Watcher.watch(place.server, "?since=2");
  const { id, type, data } = (await watcher.next())!;
  assertEquals([type, data], ["gap", { type: "gap", from: 3, to: 95 }]);
  assertEquals(id!.split(".").slice(1), ["95", "0"]);
  assertEquals(await watcher.seqs(5), [96, 97, 98, 99, 100]);
});

test("streamEvents: refuses a Last-Event-ID or a since that is no position", async () => {
  await using server = await serveChat();
  for (const [query, headers] of [["?since=x", {}], ["", { "Last-Event-ID": "x" }]] as const) {
    const response = await fetch(`http://${server.host}/rooms/lobby/events${query}`, { headers });
    assertEquals(response.status, 400);
    await response.body?.cancel();
  }
});

test("streamEvents: makes nobody a member", async () => {
  await using place = await serveWith(1);
  const { server } = place;
  await using _watcher = await Watcher.watch(server);
  await using bob = await Peer.join(server.host, "/rooms/lobby");
  assertEquals((await bob.next("welcome")).count, 2);
});

test("streamEvents: ends when the chat closes", async () => {
  const server = await serveChat();
  const watcher = await Watcher.watch(server);
  const closing = server[Symbol.asyncDispose]();
  assertEquals(await watcher.next(), undefined);
  await closing;
});

test("streamEvents: ends for the chat when its reader goes", async () => {
  await using server = await serveChat("--max-clients", "1");
  const watchAgain = async () => {
    for (;;) {
      try {
        return await Watcher.watch(server);
      } catch {
        // The place is not free yet.
      }
    }
  };
  for (let n = 0; n < 3; n++) {
    const watcher = await within(watchAgain(), "a free place");
    await watcher[Symbol.asyncDispose]();
  }
  await using _last = await within(watchAgain(), "a free place");
  const closed = server.log.events.filter((event) => event.startsWith("closed"));
  assertEquals(closed.length, 3);
  assert(closed.every((event) => event.includes('"reason":"left"')));
});

Deno.test("EventStream.bufferedAmount: counts what its reader has not taken", async () => {
  const stream = new EventStream(() => {});
  const reader = stream.body.getReader();
  await reader.read();
  assert(stream.bufferedAmount === 0);
  stream.send("größe");
  stream.send("x");
  assertEquals(stream.bufferedAmount, 8);
  await reader.read();
  assertEquals(stream.bufferedAmount, 1);
  await reader.cancel();
  assert(stream.bufferedAmount === 0);
});

Deno.test("EventStream.close: reports its end once, whoever ended it", async () => {
  let gone = 0;
  const closed = new EventStream(() => gone++);
  closed.close();
  closed.close();
  closed.send("too late");
  assertEquals(gone, 1);
  const cancelled = new EventStream(() => gone++);
  await cancelled.body.cancel();
  cancelled.close();
  assertEquals(gone, 2);
});

Deno.test("EventStream: sends comments, but none to a reader that takes nothing", async () => {
  const stuck = new EventStream(() => {}, 1);
  const { bufferedAmount } = stuck;
  const stream = new EventStream(() => {}, 1);
  const reader = stream.body.getReader();
  const beat = new TextEncoder().encode(":\n\n");
  for (let n = 0; n < 9; n++) assertEquals((await within(reader.read(), "a beat")).value, beat);
  await reader.cancel();
  assertEquals(stuck.bufferedAmount, bufferedAmount);
  stuck.close();
});
