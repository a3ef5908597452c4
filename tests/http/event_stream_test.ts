/** Server-Sent Events: `GET /rooms/{room}/events`. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EventStream } from "../../http/event_stream.ts";
import { type ChatServer, Peer, serveChat, test, within } from "../../testing/support.ts";

interface Event {
  /** The position after it: `epoch.seq.at`. */
  id: string;
  /** `""` for a message. */
  type: string;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  data: any;
}

/** The number in an event's id. */
const seqOf = ({ id }: Event) => Number(id.split(".")[1]);

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

  /** The same, past the welcome. */
  static async follow(...args: Parameters<typeof Watcher.watch>): Promise<Watcher> {
    const watcher = await Watcher.watch(...args);
    assertEquals((await watcher.next())?.type, "welcome");
    return watcher;
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
      if (data === undefined) continue;
      return { id: field("id")!, type: field("event") ?? "", data: JSON.parse(data) };
    }
  }

  /** The numbers of the next events. */
  async seqs(count: number): Promise<number[]> {
    const seqs: number[] = [];
    while (seqs.length < count) seqs.push(seqOf((await this.next())!));
    return seqs;
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

test("streamEvents: gives the JSON wire's messages, with their positions as ids", async () => {
  await using place = await serveWith(0);
  const { server, ann } = place;
  await using watcher = await Watcher.watch(server);
  const { headers } = watcher.response;
  const welcome = (await watcher.next())!;
  const { epoch } = ann.all("welcome")[0];
  assertEquals([welcome.id, welcome.type], [`${epoch}.0.0`, "welcome"]);
  assertEquals([welcome.data.seq, welcome.data.after, welcome.data.epoch], [0, 0, epoch]);
  assertStringIncludes(headers.get("content-type")!, "text/event-stream");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  ann.say('two\nlines "quoted"', "x");
  const message = await ann.next("message");
  const id = `${epoch}.1.${message.at}`;
  assertEquals(await watcher.next(), { id, type: "", data: message });
});

test("streamEvents: gives messages of everybody as they come", async () => {
  await using place = await serveWith(0);
  const { server, ann } = place;
  await using watcher = await Watcher.follow(server);
  await using plain = await Peer.join(server.host, "/ws");
  for (let n = 1; n <= 5; n++) {
    (n % 2 ? ann.say : plain.send).call(n % 2 ? ann : plain, `${n}`);
    const event = (await watcher.next())!;
    assertEquals([seqOf(event), event.data.text], [n, `${n}`]);
  }
});

test("streamEvents: starts with the last messages, or with as many as are asked for", async () => {
  await using place = await serveWith(9, "--replay", "3");
  const { server, ann } = place;
  await using watcher = await Watcher.follow(server);
  assertEquals(await watcher.seqs(3), [7, 8, 9]);
  await using asking = await Watcher.follow(server, "?replay=1");
  assertEquals(await asking.seqs(1), [9]);
  await using fresh = await Watcher.follow(server, "?replay=0");
  ann.say("m10");
  assertEquals(await fresh.seqs(1), [10]);
});

test("streamEvents: resumes after since and after Last-Event-ID, each message once", async () => {
  await using place = await serveWith(9);
  const { server, ann } = place;
  await using since = await Watcher.follow(server, "?since=4");
  await using last = await Watcher.follow(server, "", { "Last-Event-ID": "7" });
  await using both = await Watcher.follow(server, "?since=0", { "Last-Event-ID": "8" });
  await using newest = await Watcher.follow(server, "?since=9");
  await using all = await Watcher.follow(server, "?since=0");
  ann.say("m10");
  assertEquals(await since.seqs(6), [5, 6, 7, 8, 9, 10]);
  assertEquals(await last.seqs(3), [8, 9, 10]);
  assertEquals(await both.seqs(2), [9, 10]);
  assertEquals(await newest.seqs(1), [10]);
  assertEquals(await all.seqs(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("streamEvents: resumes from the id of any event, and resets one of another history", async () => {
  await using place = await serveWith(3, "--replay", "1");
  const { server, ann } = place;
  await using first = await Watcher.watch(server, "?replay=0");
  const { id } = (await first.next())!;
  ann.say("m4");
  await using same = await Watcher.follow(server, `?since=${id}`);
  assertEquals(await same.seqs(1), [4]);
  const [epoch, seq, at] = id.split(".");
  for (const other of [`another.${seq}.${at}`, `${epoch}.${seq}.${Number(at) + 1}`]) {
    await using diverged = await Watcher.watch(server, "", { "Last-Event-ID": other });
    const reset = (await diverged.next())!;
    assertEquals([reset.type, seqOf(reset), reset.data.reset], ["reset", 3, true]);
    assertEquals(await diverged.seqs(1), [4]);
  }
});

test("streamEvents: reports a gap where messages are no longer kept", async () => {
  await using place = await serveWith(100, "--keep", "5", "--tail", "16");
  await using watcher = await Watcher.follow(place.server, "?since=2");
  const gap = (await watcher.next())!;
  assertEquals([seqOf(gap), gap.type], [95, "gap"]);
  assertEquals(gap.data, { type: "gap", from: 3, to: 95 });
  assertEquals(await watcher.seqs(5), [96, 97, 98, 99, 100]);
});

test("streamEvents: refuses a Last-Event-ID or a since that is not a position", async () => {
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
  const watcher = await Watcher.follow(server);
  const closing = server[Symbol.asyncDispose]();
  assertEquals(await watcher.next(), undefined);
  await closing;
});

test("streamEvents: frees its place when its reader goes", async () => {
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

Deno.test("EventStream: reports its end once, whoever ended it", async () => {
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

Deno.test("EventStream: sends heartbeats, but not to a reader that takes nothing", async () => {
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
