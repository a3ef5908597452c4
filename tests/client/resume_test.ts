/**
 * The seam between what a client missed and what is said now.
 *
 * One statement runs through all of these tests: the numbers that come on a connection are those
 * behind the place where it resumed, each once, in order, up to the newest; see `assertUnbroken`.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import { type Random, seeded } from "../../testing/random.ts";
import { Room } from "../../hub/room.ts";
import { Tail } from "../../hub/tail.ts";
import { FakeMember, said } from "../../testing/fakes.ts";
import { openHouse, Peer, startServer, test, within } from "../../testing/support.ts";

const SEEDS = 50;
/** Connections that each of those who come and go makes under one seed. */
const VISITS = 5;

interface Place {
  since?: number;
  epoch?: string;
  replay?: number;
}

/** A way into a room, from this place on. */
function way(room: string, { since, epoch, replay }: Place = {}): string {
  const query = new URLSearchParams();
  if (since !== undefined) query.set("since", String(since));
  if (epoch !== undefined) query.set("epoch", epoch);
  if (replay !== undefined) query.set("replay", String(replay));
  return `/rooms/${room}?${query}`;
}

/** The numbers of the messages that came on a connection, in the order in which they came. */
function numbers(peer: Peer): number[] {
  return peer.all("message").map(({ seq }) => seq);
}

/** Fails unless they are `first`, `first + 1` and so on. */
function assertUnbroken(seqs: number[], first: number, what: string): void {
  const at = seqs.findIndex((seq, index) => seq !== first + index);
  const near = seqs.slice(Math.max(at - 3, 0), at + 4).join(" ");
  assert(at < 0, `${what}: expected ${first + at} where ${seqs[at]} came (${near})`);
}

/** Waits until a line with these words has come, or so many lines have. */
async function reachWords(peer: Peer, words: string, lines = Infinity): Promise<void> {
  let at = 0;
  await peer.until(() => {
    while (at < peer.lines.length) if (peer.lines[at++].includes(words)) return true;
    return at >= lines;
  }, words);
}

/** Waits until message `seq` has come. */
async function reach(peer: Peer, seq: number): Promise<void> {
  await reachWords(peer, `"type":"message","seq":${seq},`);
}

/** Says so many, several in a frame, and waits until the last has come back. */
async function talk(peer: Peer, count: number, word = "word"): Promise<void> {
  let last = -1;
  for (let from = 0; from < count; from += 100) {
    const lines = Array.from(
      { length: Math.min(100, count - from) },
      (_, i) => JSON.stringify({ type: "say", text: `${word} ${from + i}` }),
    );
    peer.send(lines.join("\n"));
    last = from + lines.length - 1;
  }
  await reachWords(peer, `"text":"${word} ${last}"`);
}

// The seam under load, many times.

/** How far one who talks runs ahead of what they hear. */
const AHEAD = 400;

/** The most that one who talks says. */
const ENOUGH = 1_000_000;

/** Somebody who says frames of chance lengths, as fast as they come back. */
interface Chatter extends AsyncDisposable {
  /** Ends it; answers with how many messages there were. */
  stop(): Promise<number>;
}

function chatter(peer: Peer, random: Random): Chatter {
  let said = 0;
  let over = false;
  const chat = async () => {
    while (said < ENOUGH && !over) {
      const many = 1 + random.int(random.chance(1, 4) ? 60 : 6);
      const lines = Array.from({ length: many }, (_, i) => {
        const text = `${said + i} ${"x".repeat(random.int(200))}`;
        return JSON.stringify({ type: "say", text });
      });
      peer.send(lines.join("\n"));
      said += many;
      await setImmediate();
      await peer.until(() => over || peer.lines.length > said - AHEAD, "what was said");
    }
  };
  const chatting = chat();
  const stop = async () => {
    over = true;
    await chatting;
    return said;
  };
  return { stop, [Symbol.asyncDispose]: async () => void await stop() };
}

/** One connection among others: resumes, hears some, goes; answers with where it stands then. */
async function visit(host: string, random: Random, stand: Place, what: string): Promise<Place> {
  const { since: seen = 0, epoch } = stand;
  const resumes = epoch !== undefined && random.chance(9, 10);
  const behind = random.int(random.pick([1, 90, 1_500]));
  const place = resumes ? { since: Math.max(seen - behind, 0), epoch } : { replay: random.int(40) };
  await using peer = await Peer.join(host, way("seam", place));
  const lines = 1 + random.int(random.chance(1, 3) ? 1_500 : 80);
  await peer.until(() => peer.lines.length >= lines, `${lines} lines`);
  peer.socket.close();
  await peer.closed;
  const welcome = JSON.parse(peer.lines[0]);
  assertEquals(welcome.reset, undefined, what);
  const seqs = numbers(peer);
  const before = place.since ?? Math.max(welcome.seq - place.replay!, 0);
  assertUnbroken(seqs, before + 1, `${what}, ${JSON.stringify(place)}`);
  return { since: Math.max(seen, seqs.at(-1) ?? 0), epoch: welcome.epoch };
}

/** Comes and goes while others say, then comes to stay; `last` is the newest, once all is said. */
async function comeAndGo(host: string, random: Random, what: string, last: Promise<number>) {
  let stand: Place = {};
  for (let visits = 0; visits < VISITS; visits++) stand = await visit(host, random, stand, what);
  const peer = await Peer.join(host, way("seam", stand));
  const { seq } = await peer.next("welcome");
  await reach(peer, seq + 1);
  return async () => {
    await reach(peer, await last);
    assertUnbroken(numbers(peer), stand.since! + 1, `${what}, who came to stay`);
    await peer[Symbol.asyncDispose]();
  };
}

/** One seed's worth; `idle` are others in the room, so many that they are not served in one turn. */
async function seam(seed: number, idle = 0): Promise<void> {
  const random = seeded(seed);
  const tail = random.pick(["16", "17", "64", "300", "600", "1024"]);
  const what = `seed ${seed}, tail ${tail}`;
  await using house = await openHouse("--tail", tail, "--rate", "0", "--keep", "0");
  await using first = await Peer.join(house.host, way("seam", { replay: 0 }));
  await using second = await Peer.join(house.host, way("seam", { replay: 0 }));
  await using _ = await crowdOf(house.host, "seam", idle);
  await using chatters = new AsyncDisposableStack();
  const said = [first, second].map((peer) => chatters.use(chatter(peer, random)));
  const last = Promise.withResolvers<number>();
  const going = [1, 2, 3].map(() => comeAndGo(house.host, random, what, last.promise));
  const stayed = await Promise.all(going);
  last.resolve(await said[0].stop() + await said[1].stop());
  for (const assertStayed of stayed) await assertStayed();
  await reach(first, await last.promise);
  assertUnbroken(numbers(first), 1, `${what}, who never left`);
}

test("Client resumes without hole or double while others say at full speed", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await seam(seed);
});

test("Client resumes without hole or double in a room that is served in many turns", async () => {
  for (let seed = 1; seed <= 4; seed++) await seam(seed, 2 * LIMITS.handOutMembers);
});

/** Others, who hear everything and keep nothing. */
async function crowdOf(host: string, room: string, count: number): Promise<AsyncDisposable> {
  const sockets = Array.from(
    { length: count },
    () => new WebSocket(`ws://${host}${way(room, { replay: 0 })}`),
  );
  const all = (event: "onopen" | "onclose") =>
    within(
      Promise.all(sockets.map((socket) => new Promise((resolve) => socket[event] = resolve))),
      event,
    );
  await all("onopen");
  return {
    async [Symbol.asyncDispose]() {
      const closed = all("onclose");
      for (const socket of sockets) socket.close();
      await closed;
    },
  };
}

Deno.test("Room hands out to everybody what came while it handed out and somebody entered", async () => {
  const room = new Room("r", new Tail(100));
  const members = Array.from(
    { length: 2 * LIMITS.handOutMembers },
    (_, i) => new FakeMember("r", `m${i}`),
  );
  for (const member of members) room.enter(member);
  room.push(said(1));
  room.notify();
  room.push(said(2));
  room.enter(new FakeMember("r", "newcomer", { watcher: true }));
  room.notify();
  for (let turns = 0; turns < 10; turns++) await setImmediate();
  const short = members.filter(({ heard }) => heard.join() !== "m1,m2");
  assertEquals(short.length, 0, `${short.length} members have not heard both`);
});

test("Client that resumes from a message which others have yet to see is not reset", async () => {
  await using house = await openHouse("--rate", "0");
  await using talker = await Peer.join(house.host, way("ahead"));
  await using _ = await crowdOf(house.host, "ahead", 4 * LIMITS.handOutMembers);
  const [{ epoch }] = talker.all("welcome");
  await using _talk = chatter(talker, seeded(1));
  for (let times = 0; times < 30; times++) {
    const { seq } = await sayOverHttp(house.host, "ahead");
    await using peer = await Peer.join(house.host, way("ahead", { since: seq, epoch }));
    await reach(peer, seq + 1);
    assertEquals(peer.all("welcome")[0].reset, undefined);
    assertUnbroken(numbers(peer), seq + 1, "ahead");
  }
});

async function sayOverHttp(host: string, room: string): Promise<{ seq: number }> {
  const response = await fetch(`http://${host}/rooms/${room}/messages`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "posted",
  });
  assertEquals(response.status, 201);
  return await response.json();
}

test("assertUnbroken finds a hole, a double and a disorder", async () => {
  assertUnbroken([4, 5, 6], 4, "none");
  for (const seqs of [[4, 6], [4, 4, 5], [4, 6, 5], [5], [3, 4]]) {
    await assertRejects(() => Promise.resolve().then(() => assertUnbroken(seqs, 4, "bad")));
  }
});

// Far behind.

test("Client resumes after 10,000 missed messages while others say", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using house = await openHouse("--db", `${folder}/chat.db`, "--rate", "0");
    await using talker = await Peer.join(house.host, way("far"));
    await talk(talker, 10_000);
    const [{ epoch }] = talker.all("welcome");
    const saying = talk(talker, 2_000, "more");
    await using late = await Peer.join(house.host, way("far", { since: 0, epoch }));
    await saying;
    await reach(late, 12_000);
    assertUnbroken(numbers(late), 1, "late");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

test("Client starts with the last --replay messages and goes on from them", async () => {
  await using house = await openHouse("--replay", "70", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(house.host, way("start"));
  await talk(talker, 500);
  await using asked = await Peer.join(house.host, way("start"));
  await using none = await Peer.join(house.host, way("start", { replay: 0 }));
  await using all = await Peer.join(house.host, way("start", { replay: 9_000 }));
  await talk(talker, 10, "live");
  for (const [peer, first] of [[asked, 431], [none, 501], [all, 1]] as const) {
    await reach(peer, 510);
    assertUnbroken(numbers(peer), first, `from ${first}`);
  }
});

// Across a restart.

test("Client resumes across a restart of the server", async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/chat.db`;
  try {
    let place: Place;
    {
      await using server = await startServer("--db", db, "--rate", "0");
      await using talker = await Peer.join(server.host, way("again"));
      await talk(talker, 3_000);
      const [{ epoch }] = talker.all("welcome");
      place = { since: 1_234, epoch };
      await server.stop("SIGKILL");
    }
    await using server = await startServer("--db", db, "--rate", "0");
    await using late = await Peer.join(server.host, way("again", place));
    await using talker = await Peer.join(server.host, way("again", { replay: 0 }));
    await talk(talker, 500, "after");
    await reach(late, 3_500);
    const [welcome] = late.all("welcome");
    assertEquals([welcome.epoch, welcome.seq, welcome.reset], [place.epoch, 3_000, undefined]);
    assertUnbroken(numbers(late), 1_235, "across");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

// What is no longer there.

test("Client is told the gap of what is no longer kept, then gets the rest", async () => {
  await using house = await openHouse("--keep", "100", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(house.host, way("gap"));
  await talk(talker, 500);
  const [{ epoch }] = talker.all("welcome");
  await using late = await Peer.join(house.host, way("gap", { since: 10, epoch }));
  await reach(late, 500);
  assertEquals(late.all("gap"), [{ type: "gap", from: 11, to: 400 }]);
  assertUnbroken(numbers(late), 401, "kept");
});

test("Client is given nothing that is no longer kept, though memory still has it", async () => {
  await using house = await openHouse("--keep", "5");
  await using talker = await Peer.join(house.host, way("gap"));
  await talk(talker, 12);
  await using late = await Peer.join(house.host, way("gap", { since: 0 }));
  await reach(late, 12);
  assertEquals(late.all("gap"), [{ type: "gap", from: 1, to: 7 }]);
  assertUnbroken(numbers(late), 8, "kept");
  await using guest = await Peer.join(house.host, way("gap"));
  await reach(guest, 12);
  assertUnbroken(numbers(guest), 8, "kept");
});

test("Client is told no gap of messages that it never had", async () => {
  await using house = await openHouse("--keep", "100", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(house.host, way("gap"));
  await talk(talker, 500);
  await using guest = await Peer.join(house.host, way("gap", { replay: 300 }));
  await reach(guest, 500);
  assertEquals(guest.all("gap"), []);
  assertUnbroken(numbers(guest), 401, "kept");
});

/** Fails unless gaps and messages, as they came, cover everything behind `since`. */
function assertCovered(peer: Peer, since: number): number {
  let told = since;
  for (const line of peer.lines) {
    const { type, seq, from, to } = JSON.parse(line);
    if (type !== "gap" && type !== "message") continue;
    assertEquals(type === "gap" ? from : seq, told + 1, `since ${since}`);
    told = type === "gap" ? to : seq;
  }
  return told;
}

test("Client's gaps and messages leave nothing out while old messages go", async () => {
  await using house = await openHouse("--keep", "50", "--tail", "16", "--rate", "0");
  await using talker = await Peer.join(house.host, way("gap", { replay: 0 }));
  const random = seeded(7);
  await using _talk = chatter(talker, random);
  let gaps = 0;
  for (let last = 0, visits = 0; visits < 100; visits++) {
    const since = Math.max(last - random.int(200), 0);
    await using late = await Peer.join(house.host, way("gap", { since }));
    await reachWords(late, "nothing", 60);
    last = Math.max(assertCovered(late, since), last);
    gaps += late.all("gap").length;
  }
  assert(gaps > 0, "there were gaps");
});

test("Client with another epoch, or from beyond the newest, is told to forget", async () => {
  await using house = await openHouse("--replay", "5", "--rate", "0");
  await using talker = await Peer.join(house.host, way("reset"));
  await talk(talker, 20);
  const [{ epoch }] = talker.all("welcome");
  const places = [{ since: 7, epoch: "another" }, { since: 21, epoch }, { since: 900 }];
  for (const place of places) {
    await using peer = await Peer.join(house.host, way("reset", place));
    await reach(peer, 20);
    const [welcome] = peer.all("welcome");
    assertEquals([welcome.reset, welcome.epoch, welcome.seq], [true, epoch, 20]);
    assertUnbroken(numbers(peer), 16, JSON.stringify(place));
    assertEquals(peer.all("gap"), []);
  }
});

test("Client at the newest is neither reset nor sent anything", async () => {
  await using house = await openHouse("--rate", "0");
  await using talker = await Peer.join(house.host, way("level"));
  await talk(talker, 20);
  const [{ epoch }] = talker.all("welcome");
  await using peer = await Peer.join(house.host, way("level", { since: 20, epoch }));
  await talk(talker, 1, "next");
  await reach(peer, 21);
  assertEquals(peer.all("welcome")[0].reset, undefined);
  assertUnbroken(numbers(peer), 21, "level");
});

// Saying again.

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

/** One connection of somebody whose messages may be kept already: says some again, hears some. */
async function sayAgain(host: string, random: Random, unsure: string[], newest: number) {
  const since = Math.max(newest - random.int(60), 0);
  await using peer = await Peer.join(host, way("twice", { since }));
  const again = unsure.slice(0, 1 + random.int(20));
  sayAll(peer, again);
  await reachWords(peer, `"id":"${again.at(-1)}"`, 1 + random.int(150));
  peer.socket.close();
  await peer.closed;
  const seqs = withoutAnswers(peer, since, again).map(({ seq }) => seq);
  assertUnbroken(seqs, since + 1, `since ${since}`);
  const heard = peer.all("message").filter(({ id }) => id);
  return { heard, newest: Math.max(newest, seqs.at(-1) ?? 0) };
}

test("Client says again what was not acknowledged while it resumes, and it is kept once", async () => {
  await using house = await openHouse("--tail", "16", "--rate", "0", "--keep", "0");
  await using talker = await Peer.join(house.host, way("twice", { replay: 0 }));
  const random = seeded(5);
  await using noise = chatter(talker, random);
  const ids = Array.from({ length: 400 }, (_, i) => `id-${i}`);
  const places = new Map<string, number>();
  let unsure = ids;
  for (let visits = 0, newest = 0; unsure.length > 0; visits++) {
    assert(visits < 1_000, "no end of it");
    const visit = await sayAgain(house.host, random, unsure, newest);
    newest = visit.newest;
    for (const { id, seq } of visit.heard) {
      assertEquals(places.get(id) ?? seq, seq, `${id} has one place`);
      places.set(id, seq);
    }
    unsure = unsure.filter((id) => !places.has(id));
  }
  const last = await noise.stop() + ids.length;
  await using all = await Peer.join(house.host, way("twice", { since: 0 }));
  await reach(all, last);
  assertUnbroken(numbers(all), 1, "all");
  const kept = all.all("message").filter(({ id }) => id);
  assertEquals(kept.map(({ id }) => id), ids, "each once, in the order in which they were said");
  for (const { id, seq } of kept) assertEquals(places.get(id), seq);
});

test("Client that says again what it had before it resumed gets the first one's echo", async () => {
  await using house = await openHouse("--rate", "0");
  await using first = await Peer.join(house.host, way("echo"));
  sayAll(first, ["a", "b"]);
  await reach(first, 2);
  await using second = await Peer.join(house.host, way("echo", { since: 2 }));
  await second.next("welcome");
  second.say("something else", "a");
  const echo = await second.next("message");
  assertEquals([echo.seq, echo.id, echo.text], [1, "a", "of a"]);
  second.say("new");
  assertEquals((await second.next("message")).seq, 3);
});
