/** Paging through a room's messages over HTTP. */

import { assert, assertEquals } from "@std/assert";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";

async function page(server: ChatServer, query = "", room = "lobby") {
  const response = await fetch(`http://${server.host}/rooms/${room}/messages${query}`);
  assertEquals(response.headers.get("content-type"), "application/json");
  const { messages, more, head, at, epoch, ...rest } = await response.json();
  assertEquals([response.status, rest, typeof epoch], [200, {}, "string"]);
  return { messages, more, head, at, seqs: messages.map(({ seq }: { seq: number }) => seq) };
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** A server in whose lobby so much was said. */
async function serveWith(count: number, ...flags: string[]): Promise<ChatServer> {
  const server = await serveChat("--rate", "0", ...flags);
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann&replay=0");
  for (let n = 1; n <= count; n++) ann.say(`m${n}`, `id${n}`);
  await ann.until(() => ann.all("message").length === count, `${count} messages`);
  return server;
}

test("history: is empty in a room without messages", async () => {
  await using server = await serveChat();
  assertEquals(await page(server), { messages: [], more: false, head: 0, at: 0, seqs: [] });
  assertEquals((await page(server, "?before=10&limit=1")).more, false);
});

test("history: gives messages as the JSON wire does", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann&email=a@b.c");
  ann.say('a "text"\nof two lines', "x");
  const message = await ann.next("message");
  assertEquals((await page(server)).messages, [message]);
});

test("history: gives the newest 50, oldest first, and says whether there are more", async () => {
  await using server = await serveWith(120);
  const { seqs, more } = await page(server);
  assertEquals([seqs, more], [range(71, 120), true]);
});

test("history: pages to the first message, without hole or duplicate", async () => {
  await using server = await serveWith(120);
  const found: number[] = [];
  for (let before = "", more = true; more;) {
    const next = await page(server, `?limit=30${before}`);
    found.unshift(...next.seqs);
    before = `&before=${next.seqs[0]}`;
    more = next.more;
    if (!more) assertEquals(next.seqs, range(1, 30));
  }
  assertEquals(found, range(1, 120));
});

test("history: accepts a limit from 1 to 200", async () => {
  await using server = await serveWith(201);
  assertEquals(await page(server, "?limit=1").then(({ seqs, more }) => [seqs, more]), [
    [201],
    true,
  ]);
  const most = await page(server, "?limit=200");
  assertEquals([most.seqs, most.more], [range(2, 201), true]);
});

test("history: ends where the messages do", async () => {
  await using server = await serveWith(5);
  const ask = async (query: string) => {
    const { seqs, more } = await page(server, query);
    return [seqs, more];
  };
  assertEquals(await ask("?limit=5"), [[1, 2, 3, 4, 5], false]);
  assertEquals(await ask("?limit=4"), [[2, 3, 4, 5], true]);
  assertEquals(await ask("?before=6&limit=5"), [[1, 2, 3, 4, 5], false]);
  assertEquals(await ask("?before=3"), [[1, 2], false]);
  assertEquals(await ask("?before=2&limit=1"), [[1], false]);
  assertEquals(await ask("?before=1"), [[], false]);
  assertEquals(await ask("?before=0"), [[], false]);
  assertEquals(await ask("?before=9007199254740991&limit=2"), [[4, 5], true]);
});

test("history: ends at what is still kept", async () => {
  await using server = await serveWith(20, "--keep", "5");
  const { seqs, more } = await page(server);
  assertEquals([seqs, more], [range(16, 20), false]);
  assertEquals((await page(server, "?before=16")).seqs, []);
  const first = await page(server, "?limit=4");
  assertEquals([first.seqs, first.more], [range(17, 20), true]);
});

test("history: is each room's own", async () => {
  await using server = await serveWith(3);
  assertEquals((await page(server, "", "other")).seqs, []);
  assert((await page(server)).messages.every(({ text }: { text: string }) => /^m\d$/.test(text)));
});
