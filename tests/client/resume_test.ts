/**
 * The seam between what a client missed and what is said now.
 *
 * One statement runs through all of these tests: the numbers that come on a connection are those
 * behind the place where it resumed, each once, in order, up to the newest; see `assertUnbroken`.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import {
  assertUnbroken,
  chat,
  messageAt,
  openCrowd,
  type Place,
  roomPath,
  sayMany,
  seqsOf,
} from "../../testing/conversation.ts";
import { type Random, seeded } from "../../testing/random.ts";
import { seeds } from "../../testing/seeds.ts";
import { Peer, serveChat, startServer, test } from "../../testing/support.ts";

/** Connections that each of those who come and go makes under one seed. */
const VISITS = 5;

/** One connection among others: resumes, reads some lines, goes; answers with its place then. */
async function visit(host: string, random: Random, at: Place, what: string): Promise<Place> {
  const { since: seen = 0, epoch } = at;
  const resumes = epoch !== undefined && random.chance(9, 10);
  const behind = random.int(random.pick([1, 90, 1_500]));
  const place = resumes ? { since: Math.max(seen - behind, 0), epoch } : { replay: random.int(40) };
  await using peer = await Peer.join(host, roomPath("seam", place));
  const lines = 1 + random.int(random.chance(1, 3) ? 1_500 : 80);
  await peer.until(() => peer.lines.length >= lines, `${lines} lines`);
  peer.socket.close();
  await peer.closed;
  const welcome = JSON.parse(peer.lines[0]);
  assertEquals(welcome.reset, undefined, what);
  const seqs = seqsOf(peer);
  const before = place.since ?? Math.max(welcome.seq - place.replay!, 0);
  assertUnbroken(seqs, before + 1, `${what}, ${JSON.stringify(place)}`);
  return { since: Math.max(seen, seqs.at(-1) ?? 0), epoch: welcome.epoch };
}

/** Comes and goes while others chat, then comes to stay; `last` is the newest number in the end. */
async function comeAndGo(host: string, random: Random, what: string, last: Promise<number>) {
  let at: Place = {};
  for (let visits = 0; visits < VISITS; visits++) at = await visit(host, random, at, what);
  const peer = await Peer.join(host, roomPath("seam", at));
  const { seq } = await peer.next("welcome");
  await messageAt(peer, seq + 1);
  return async () => {
    await messageAt(peer, await last);
    assertUnbroken(seqsOf(peer), at.since! + 1, `${what}, after it came to stay`);
    await peer[Symbol.asyncDispose]();
  };
}

/** Runs one seed; `idle` are others in the room, more than are served in one turn. */
async function seam(seed: number, idle = 0): Promise<void> {
  const random = seeded(seed);
  const tail = random.pick(["16", "17", "64", "300", "600", "1024"]);
  const what = `seed ${seed}, tail ${tail}`;
  await using server = await serveChat("--tail", tail, "--rate", "0", "--keep", "0");
  await using first = await Peer.join(server.host, roomPath("seam", { replay: 0 }));
  await using second = await Peer.join(server.host, roomPath("seam", { replay: 0 }));
  await using _ = await openCrowd(server.host, "seam", idle);
  await using chatting = new AsyncDisposableStack();
  const speaking = [first, second].map((peer) => chatting.use(chat(peer, random)));
  const last = Promise.withResolvers<number>();
  const going = [1, 2, 3].map(() => comeAndGo(server.host, random, what, last.promise));
  const stayed = await Promise.all(going);
  last.resolve(await speaking[0].stop() + await speaking[1].stop());
  for (const assertStayed of stayed) await assertStayed();
  await messageAt(first, await last.promise);
  assertUnbroken(seqsOf(first), 1, `${what}, of the one that never left`);
}

test("Client.entered: resumes without hole or duplicate while others say much", async () => {
  for (const seed of seeds(5)) await seam(seed);
});

test("Client.entered: resumes without hole or duplicate in a room that is served in many turns", async () => {
  for (const seed of seeds(2)) await seam(seed, LIMITS.fanOutMembers + 20);
});

test("Client.entered: does not reset a client that resumes from a message not yet shown to others", async () => {
  await using server = await serveChat("--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("ahead"));
  await using _ = await openCrowd(server.host, "ahead", 4 * LIMITS.fanOutMembers);
  const [{ epoch }] = talker.all("welcome");
  await using _talk = chat(talker, seeded(1));
  for (let times = 0; times < 12; times++) {
    const { seq } = await postMessage(server.host, "ahead");
    await using peer = await Peer.join(server.host, roomPath("ahead", { since: seq, epoch }));
    await messageAt(peer, seq + 1);
    assertEquals(peer.all("welcome")[0].reset, undefined);
    assertUnbroken(seqsOf(peer), seq + 1, "ahead");
  }
});

async function postMessage(host: string, room: string): Promise<{ seq: number }> {
  const response = await fetch(`http://${host}/rooms/${room}/messages`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "posted",
  });
  assertEquals(response.status, 201);
  return await response.json();
}

Deno.test("assertUnbroken: finds a hole, a duplicate and a disorder", () => {
  assertUnbroken([4, 5, 6], 4, "none");
  for (const seqs of [[4, 6], [4, 4, 5], [4, 6, 5], [5], [3, 4]]) {
    assertThrows(() => assertUnbroken(seqs, 4, "bad"));
  }
});

// Far behind.

test("Client.entered: resumes after 10,000 missed messages while others chat", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using server = await serveChat("--db", `${folder}/chat.db`, "--rate", "0");
    await using talker = await Peer.join(server.host, roomPath("far"));
    await sayMany(talker, 10_000);
    const [{ epoch }] = talker.all("welcome");
    const more = sayMany(talker, 2_000, "more");
    await using late = await Peer.join(server.host, roomPath("far", { since: 0, epoch }));
    await more;
    await messageAt(late, 12_000);
    assertUnbroken(seqsOf(late), 1, "late");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

test("Client.entered: starts with the last --replay messages and goes on from them", async () => {
  await using server = await serveChat("--replay", "70", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(server.host, roomPath("start"));
  await sayMany(talker, 500);
  await using asked = await Peer.join(server.host, roomPath("start"));
  await using none = await Peer.join(server.host, roomPath("start", { replay: 0 }));
  await using all = await Peer.join(server.host, roomPath("start", { replay: 9_000 }));
  await sayMany(talker, 10, "live");
  for (const [peer, first] of [[asked, 431], [none, 501], [all, 1]] as const) {
    await messageAt(peer, 510);
    assertUnbroken(seqsOf(peer), first, `from ${first}`);
  }
});

// Across a restart.

test("Client.entered: resumes across a restart of the server", async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/chat.db`;
  try {
    let place: Place;
    {
      await using server = await startServer("--db", db, "--rate", "0");
      await using talker = await Peer.join(server.host, roomPath("again"));
      await sayMany(talker, 3_000);
      const [{ epoch }] = talker.all("welcome");
      place = { since: 1_234, epoch };
      await server.stop("SIGKILL");
    }
    await using server = await startServer("--db", db, "--rate", "0");
    await using late = await Peer.join(server.host, roomPath("again", place));
    await using talker = await Peer.join(server.host, roomPath("again", { replay: 0 }));
    await sayMany(talker, 500, "after");
    await messageAt(late, 3_500);
    const [welcome] = late.all("welcome");
    assertEquals([welcome.epoch, welcome.seq, welcome.reset], [place.epoch, 3_000, undefined]);
    assertUnbroken(seqsOf(late), 1_235, "across");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
