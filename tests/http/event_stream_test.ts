/** Server-Sent Events: `GET /rooms/{room}/events`. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EventStream } from "../../http/event_stream.ts";
import { type ChatServer, Peer, serveChat, test, within } from "../../testing/support.ts";

interface Event {
  id: string | undefined;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  data: any;
}

/** Reads events as a browser does. */
class Watcher {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(response: Response) {
    this.response = response;
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async watch(
    server: ChatServer,
    query = "",
    headers = {},
    room = "lobby",
  ): Promise<Watcher> {
    const url = `http://${server.host}/rooms/${room}/events${query}`;
    const response = await within(fetch(url, { headers }), "the head of the stream");
    if (response.status !== 200) throw new Error(await response.text());
    return new Watcher(response);
  }

  /** The next event, undefined at the end; comments are passed over. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await within(this.#reader.read(), "an event");
        if (done) return;
        this.#text += value;
        continue;
      }
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field("data");
      if (data !== undefined) return { id: field("id"), data: JSON.parse(data) };
    }
  }

  async ids(count: number): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < count) ids.push(Number((await this.next())!.id));
    return ids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}

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

test("events are the JSON wire's messages, with their seq as id", async () => {
  await using place = await serveWith(0);
  const { server, ann } = place;
  await using watcher = await Watcher.watch(server);
  const { headers } = watcher.response;
  assertStringIncludes(headers.get("content-type")!, "text/event-stream");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  ann.say('two\nlines "quoted"', "x");
  const message = await ann.next("message");
  assertEquals(await watcher.next(), { id: "1", data: message });
});

test("events come at once, and from everybody", async () => {
  await using place = await serveWith(0);
  const { server, ann } = place;
  await using watcher = await Watcher.watch(server);
  await using plain = await Peer.join(server.host, "/ws");
  for (let n = 1; n <= 5; n++) {
    (n % 2 ? ann.say : plain.send).call(n % 2 ? ann : plain, `${n}`);
    const { id, data } = (await watcher.next())!;
    assertEquals([id, data.text], [`${n}`, `${n}`]);
  }
});

test("events start with the last messages, or with as many as are asked for", async () => {
  await using place = await serveWith(9, "--replay", "3");
  const { server, ann } = place;
  await using watcher = await Watcher.watch(server);
  assertEquals(await watcher.ids(3), [7, 8, 9]);
  await using asking = await Watcher.watch(server, "?replay=1");
  assertEquals(await asking.ids(1), [9]);
  await using fresh = await Watcher.watch(server, "?replay=0");
  ann.say("m10");
  assertEquals(await fresh.ids(1), [10]);
});

test("events resume after since and after Last-Event-ID, every message once", async () => {
  await using place = await serveWith(9);
  const { server, ann } = place;
  await using since = await Watcher.watch(server, "?since=4");
  await using last = await Watcher.watch(server, "", { "Last-Event-ID": "7" });
  await using both = await Watcher.watch(server, "?since=0", { "Last-Event-ID": "8" });
  await using newest = await Watcher.watch(server, "?since=9");
  await using all = await Watcher.watch(server, "?since=0");
  ann.say("m10");
  assertEquals(await since.ids(6), [5, 6, 7, 8, 9, 10]);
  assertEquals(await last.ids(3), [8, 9, 10]);
  assertEquals(await both.ids(2), [9, 10]);
  assertEquals(await newest.ids(1), [10]);
  assertEquals(await all.ids(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("events tell a gap where messages are no longer kept", async () => {
  await using place = await serveWith(100, "--keep", "5", "--tail", "16");
  await using watcher = await Watcher.watch(place.server, "?since=2");
  const { id, data } = (await watcher.next())!;
  assertEquals([id, data], [undefined, { type: "gap", from: 3, to: 95 }]);
  assertEquals(await watcher.ids(5), [96, 97, 98, 99, 100]);
});

test("events refuse a Last-Event-ID or a since that is no number", async () => {
  await using server = await serveChat();
  for (const [query, headers] of [["?since=x", {}], ["", { "Last-Event-ID": "x" }]] as const) {
    const response = await fetch(`http://${server.host}/rooms/lobby/events${query}`, { headers });
    assertEquals(response.status, 400);
    await response.body?.cancel();
  }
});

test("events make nobody a member", async () => {
  await using place = await serveWith(1);
  const { server } = place;
  await using _watcher = await Watcher.watch(server);
  await using bob = await Peer.join(server.host, "/rooms/lobby");
  assertEquals((await bob.next("welcome")).count, 2);
});

test("events end when the chat closes", async () => {
  const server = await serveChat();
  const watcher = await Watcher.watch(server);
  const closing = server[Symbol.asyncDispose]();
  assertEquals(await watcher.next(), undefined);
  await closing;
});

test("events end for the chat when their reader goes", async () => {
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

Deno.test("EventStream counts what its reader has not taken", async () => {
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

Deno.test("EventStream tells once that it has ended, whoever ended it", async () => {
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

Deno.test("EventStream says now and then that it is there, but not to who takes nothing", async () => {
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
