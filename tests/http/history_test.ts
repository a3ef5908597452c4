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

test("history: pages forwards after a message, and around one", async () => {
  await using server = await serveWith(20);
  const ask = async (query: string) => {
    const { seqs, more } = await page(server, query);
    return [seqs, more];
  };
  assertEquals(await ask("?after=0&limit=3"), [[1, 2, 3], true]);
  assertEquals(await ask("?after=17&limit=3"), [[18, 19, 20], false]);
  assertEquals(await ask("?after=20"), [[], false]);
  const { seqs, more } = await page(server, "?around=10&limit=5");
  assertEquals([seqs.length, seqs.includes(10), more], [5, true, true]);
  assertEquals(await ask("?around=10&limit=50"), [range(1, 20), false]);
});

test("history: answers 400 to several places, and to one that is no number", async () => {
  await using server = await serveChat();
  for (
    const query of ["before=1&after=1", "around=1&before=1", "after=x", "around=-1", "limit=0"]
  ) {
    const response = await fetch(`http://${server.host}/rooms/lobby/messages?${query}`);
    await response.body?.cancel();
    assertEquals(response.status, 400, query);
  }
});

test("history: gives the newest entry and its time as head, whatever kind it is", async () => {
  await using server = await serveWith(3);
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  ann.send({ type: "react", of: 1, emoji: "x" });
  const { seq, at } = await ann.next("react");
  for (const query of ["", "?limit=1", "?before=2", "?after=3"]) {
    const { head, at: headAt } = await page(server, query);
    assertEquals([head, headAt], [seq, at], query);
  }
});

test("getMessage: gives one message, and 404 where none is kept", async () => {
  await using server = await serveWith(3, "--keep", "2");
  const ask = async (seq: number) => {
    const response = await fetch(`http://${server.host}/rooms/lobby/messages/${seq}`);
    return { status: response.status, answer: await response.json() };
  };
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  ann.send({ type: "pin", of: 3 });
  await ann.next("pin");
  assertEquals([(await ask(3)).answer.text, (await ask(3)).answer.v], ["m3", 4]);
  for (const seq of [1, 4, 5]) assertEquals((await ask(seq)).status, 404, `${seq}`);
});

test("getReaction: pages through everybody who reacted, and says whether the asker did", async () => {
  await using server = await serveWith(1);
  const path = `http://${server.host}/rooms/lobby/messages/1/reactions/x`;
  const count = 205;
  const ask = async (method: string, n: number, query = "") => {
    const key = `${n}`.padStart(32, "k");
    const response = await fetch(path + query, {
      method,
      headers: { authorization: `Bearer ${key}` },
    });
    return await response.json();
  };
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await ask("PUT", n)).from);
  const first = await ask("GET", count - 1);
  assertEquals(first, { count, from: ids.slice(0, 200), mine: true });
  const rest = await ask("GET", count, `?after=${ids[199]}`);
  assertEquals(rest, { count, from: ids.slice(200), mine: false });
  assertEquals((await ask("GET", 0, `?after=${ids[199]}`)).mine, true);
});

test("getReaction: gives nobody for a message without this emoji", async () => {
  await using server = await serveWith(1);
  for (const seq of [1, 9]) {
    const url = `http://${server.host}/rooms/lobby/messages/${seq}/reactions/x`;
    assertEquals(await (await fetch(url)).json(), { count: 0, from: [], mine: false });
  }
});
