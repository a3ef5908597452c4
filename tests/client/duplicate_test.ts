/** Messages that are said again under their ids, since their sender did not learn what became of them. */

import { assert, assertEquals } from "@std/assert";
import {
  assertUnbroken,
  chat,
  lineWith,
  messageAt,
  roomPath,
  seqsOf,
} from "../../testing/conversation.ts";
import { type Random, seeded } from "../../testing/random.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

/** Says all of them under their ids, in one frame. */
function sayAll(peer: Peer, ids: string[]): void {
  peer.send(ids.map((id) => JSON.stringify({ type: "say", text: `of ${id}`, id })).join("\n"));
}

/**
 * The messages of a connection without the answers to what it said again: those repeat, unchanged,
 * what stands before them or what the client has had before.
 */
// deno-lint-ignore no-explicit-any -- objects of the wire
function withoutAnswers(peer: Peer, since: number, asked: string[]): any[] {
  let newest = since;
  // deno-lint-ignore no-explicit-any -- objects of the wire
  const bySeq = new Map<number, any>();
  return peer.all("message").filter((message) => {
    if (message.seq > newest) {
      newest = message.seq;
      bySeq.set(message.seq, message);
      return true;
    }
    assert(asked.includes(message.id), `${message.seq} came again though nobody asked`);
    if (bySeq.has(message.seq)) assertEquals(message, bySeq.get(message.seq));
    return false;
  });
}

/** One connection of somebody whose messages may be kept already: says some again, reads some lines. */
async function sayAgain(host: string, random: Random, unsure: string[], newest: number) {
  const since = Math.max(newest - random.int(60), 0);
  await using peer = await Peer.join(host, roomPath("twice", { since }));
  const again = unsure.slice(0, 1 + random.int(20));
  sayAll(peer, again);
  await lineWith(peer, `"id":"${again.at(-1)}"`, 1 + random.int(150));
  peer.socket.close();
  await peer.closed;
  const seqs = withoutAnswers(peer, since, again).map(({ seq }) => seq);
  assertUnbroken(seqs, since + 1, `since ${since}`);
  const own = peer.all("message").filter(({ id }) => id);
  return { own, newest: Math.max(newest, seqs.at(-1) ?? 0) };
}

test("Client.kept: keeps a message once that is said again while its sender resumes", async () => {
  await using server = await serveChat("--tail", "16", "--rate", "0", "--keep", "0");
  await using talker = await Peer.join(server.host, roomPath("twice", { replay: 0 }));
  const random = seeded(5);
  await using noise = chat(talker, random);
  const ids = Array.from({ length: 400 }, (_, i) => `id-${i}`);
  const places = new Map<string, number>();
  let unsure = ids;
  for (let visits = 0, newest = 0; unsure.length > 0; visits++) {
    assert(visits < 1_000, "it does not end");
    const visit = await sayAgain(server.host, random, unsure, newest);
    newest = visit.newest;
    for (const { id, seq } of visit.own) {
      assertEquals(places.get(id) ?? seq, seq, `${id} has one place`);
      places.set(id, seq);
    }
    unsure = unsure.filter((id) => !places.has(id));
  }
  const last = await noise.stop() + ids.length;
  await using all = await Peer.join(server.host, roomPath("twice", { since: 0 }));
  await messageAt(all, last);
  assertUnbroken(seqsOf(all), 1, "all");
  const kept = all.all("message").filter(({ id }) => id);
  assertEquals(kept.map(({ id }) => id), ids, "each once, in the order in which they were sent");
  for (const { id, seq } of kept) assertEquals(places.get(id), seq);
});

test("Client.kept: answers with the first message what is said again and was sent before", async () => {
  await using server = await serveChat("--rate", "0");
  await using first = await Peer.join(server.host, roomPath("echo"));
  sayAll(first, ["a", "b"]);
  await messageAt(first, 2);
  await using second = await Peer.join(server.host, roomPath("echo", { since: 2 }));
  await second.next("welcome");
  second.say("of a", "a");
  const echo = await second.next("message");
  assertEquals([echo.seq, echo.id, echo.text], [1, "a", "of a"]);
  second.say("new");
  assertEquals((await second.next("message")).seq, 3);
});

test("Client.kept: refuses another text of another person under an id that is taken", async () => {
  await using server = await serveChat("--rate", "0");
  await using first = await Peer.join(server.host, roomPath("echo"));
  sayAll(first, ["a"]);
  await messageAt(first, 1);
  await using second = await Peer.join(server.host, roomPath("echo", { replay: 0 }));
  second.say("something else", "a");
  const { code, id } = await second.next("error");
  assertEquals([code, id], ["bad_command", "a"]);
  second.say("new");
  assertEquals((await second.next("message")).seq, 2);
});
