/** Many clients at once over real sockets: nothing is lost, doubled or out of order. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { Peer, serveChat, test } from "../../testing/support.ts";

const CLIENTS = 16;
const EACH = 128;
const ALL = CLIENTS * EACH;

async function gather(host: string, path: string): Promise<Peer[]> {
  const joining = Array.from({ length: CLIENTS }, () => Peer.join(host, path));
  return await Promise.all(joining);
}

async function leave(peers: Peer[]): Promise<void> {
  for (const peer of peers) await peer[Symbol.asyncDispose]();
}

/** Each sender's own messages stand in the order in which they were sent. */
function assertOwnOrder(texts: string[]): void {
  const next = new Array(CLIENTS).fill(0);
  for (const text of texts) {
    const [who, n] = text.split(".").map(Number);
    assertEquals(n, next[who]++, text);
  }
  assertEquals(next, new Array(CLIENTS).fill(EACH));
}

test("Hub.say: shows everybody messages of 16 senders in one order, in few frames", async () => {
  await using server = await serveChat("--rate", "0");
  const peers = await gather(server.host, "/ws");
  for (const [who, peer] of peers.entries()) {
    for (let n = 0; n < EACH; n++) peer.send(`${who}.${n}`);
  }
  for (const peer of peers) await peer.until(() => peer.lines.length >= ALL, `${ALL} messages`);
  const [{ lines }] = peers;
  assertEquals(lines.length, ALL);
  assertOwnOrder(lines);
  for (const peer of peers) {
    assertEquals(peer.lines, lines);
    assertLess(peer.frames.length, ALL / 4);
  }
  await leave(peers);
});

test("Hub.say: numbers messages of 16 senders without holes, with their ids, the same for everybody", async () => {
  await using server = await serveChat("--rate", "0");
  const peers = await gather(server.host, "/rooms/storm");
  for (const [who, peer] of peers.entries()) {
    for (let n = 0; n < EACH; n++) peer.say(`${who}.${n}`, `id ${who}.${n}`);
  }
  const isMessage = (line: string) => line.startsWith('{"type":"message"');
  const count = (peer: Peer) => peer.lines.reduce((sum, line) => sum + Number(isMessage(line)), 0);
  for (const peer of peers) await peer.until(() => count(peer) >= ALL, `${ALL} messages`);
  const messages = peers[0].all("message");
  assertEquals(messages.map(({ seq }) => seq), Array.from({ length: ALL }, (_, n) => n + 1));
  assert(messages.every(({ id, text }) => id === `id ${text}`));
  assertOwnOrder(messages.map(({ text }) => text));
  const lines = peers[0].lines.filter(isMessage);
  for (const peer of peers) assertEquals(peer.lines.filter(isMessage), lines);
  await leave(peers);
});

test("Hub.say: keeps each message once that comes on two connections", async () => {
  await using server = await serveChat("--rate", "0");
  await using ann = await Peer.join(server.host, "/rooms/storm?email=ann@example.org");
  await using same = await Peer.join(server.host, "/rooms/storm?email=ann@example.org");
  for (let n = 0; n < 500; n++) {
    ann.say(`${n}`, `id ${n}`);
    same.say(`${n}`, `id ${n}`);
  }
  for (const peer of [ann, same]) {
    peer.say("end");
    await peer.until(() => peer.all("message").at(-1)?.seq >= 501, "the end");
    const seqs = new Map(peer.all("message").map(({ seq, text }) => [seq, text]));
    for (let n = 0; n < 500; n++) assert(seqs.has(n + 1), `${n + 1} is missing`);
    assertEquals(
      new Set([...seqs].filter(([seq]) => seq <= 500).map(([, text]) => text)).size,
      500,
    );
  }
});

test("Hub.say: shows a room nothing of another one", async () => {
  await using server = await serveChat("--rate", "0");
  const peers = await gather(server.host, "/rooms/loud");
  await using calm = await Peer.join(server.host, "/rooms/calm");
  for (const [who, peer] of peers.entries()) {
    for (let n = 0; n < EACH; n++) peer.say(`${who}.${n}`);
  }
  calm.say("hello");
  assertEquals((await calm.next("message")).seq, 1);
  for (const peer of peers) {
    await peer.until(() => peer.lines.some((line) => line.includes(`"seq":${ALL},`)), "the last");
  }
  assertEquals(calm.all("message").length, 1);
  await leave(peers);
});
