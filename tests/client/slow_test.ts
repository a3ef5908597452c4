/**
 * Clients that read slowly, or not at all.
 *
 * The first half holds a client against an outlet whose reader is the test: it takes bytes when it
 * is told to, so that falling behind is no accident of timing. The second half uses real sockets:
 * there the kernel's buffers must be full before anybody is slow.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { Client } from "../../client.ts";
import { LIMITS } from "../../config/limits.ts";
import type { Sink } from "../../client/backpressure.ts";
import { seeded } from "../../testing/random.ts";
import { Hub } from "../../hub.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { PageCache } from "../../client/page_cache.ts";
import { json } from "../../wire/json.ts";
import { FakeMember } from "../../testing/fakes.ts";
import {
  config,
  openHouse,
  Peer,
  RawPeer,
  rememberingLog,
  startServer,
  test,
} from "../../testing/support.ts";

const SEEDS = 20;

/** What a client sends into; it stays there until it is taken. */
class SlowOutlet implements Sink {
  bufferedAmount = 0;
  /** The most that ever waited in it. */
  most = 0;
  closed: number | undefined;
  readonly lines: string[] = [];

  send(frame: string): void {
    this.lines.push(...frame.split("\n"));
    this.bufferedAmount += frame.length;
    this.most = Math.max(this.most, this.bufferedAmount);
  }

  close(code: number): void {
    this.closed = code;
    this.bufferedAmount = 0;
  }

  take(bytes: number): void {
    this.bufferedAmount = Math.max(this.bufferedAmount - bytes, 0);
  }

  // deno-lint-ignore no-explicit-any -- objects of the wire
  all(...types: string[]): any[] {
    return this.lines.map((line) => JSON.parse(line)).filter(({ type }) => types.includes(type));
  }

  /** Reads until a message comes: so many bytes every few milliseconds. */
  async reach(seq: number, bytes = Infinity): Promise<void> {
    const words = `"type":"message","seq":${seq},`;
    for (let at = 0, turns = 0; turns < 2_000; turns++) {
      while (at < this.lines.length) if (this.lines[at++].includes(words)) return;
      this.take(bytes);
      await pause(LIMITS.drainMs);
    }
    throw new Error(`message ${seq} does not come`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A hub with nobody but those whom the test lets in. */
function quietHub(...flags: string[]) {
  const settings = config("--rate", "0", ...flags);
  const log = rememberingLog();
  const journal = new MemoryJournal();
  const pages = new PageCache(journal);
  const hub = new Hub(journal, log, settings);
  const outlets: SlowOutlet[] = [];
  const enter = async (id: string, since?: number) => {
    const outlet = new SlowOutlet();
    outlets.push(outlet);
    const person = { id, name: id, avatar: undefined };
    const entrance = { room: "r", person, wire: json, observer: false, since, epoch: undefined };
    const client = new Client(
      outlet,
      { ...entrance, named: false, replay: 0, expires: Infinity },
      { hub, journal, pages, log, config: settings },
    );
    hub.join(client);
    while (outlet.lines.length === 0) await setImmediate();
    return { outlet, client };
  };
  const join = async (id: string) => {
    const member = new FakeMember("r", id, { name: id });
    hub.join(member);
    await member.until(({ log }) => log !== undefined, "entering");
    return member;
  };
  const say = async (speaker: FakeMember, count: number, length = 100) => {
    const before = speaker.keptSeqs.length;
    for (let i = 0; i < count; i++) hub.say(speaker, "x".repeat(length));
    await speaker.until(({ keptSeqs }) => keptSeqs.length >= before + count, "what was said");
  };
  const close = async () => {
    await hub.close();
    for (const outlet of outlets) outlet.close(1001);
    // Writers that waited notice, and then nobody is looked after any more.
    await pause(3 * LIMITS.drainMs);
  };
  return { hub, journal, enter, join, say, [Symbol.asyncDispose]: close };
}

function assertUnbroken(seqs: number[], first: number, last: number, what: string): void {
  assertEquals(seqs, Array.from({ length: last - first + 1 }, (_, i) => first + i), what);
}

/** Reads little and irregularly; says whether it ever fell behind what is in memory. */
async function readAtChance(seed: number): Promise<boolean> {
  const random = seeded(seed);
  await using house = quietHub("--tail", random.pick(["16", "40", "1024"]));
  const speaker = await house.join("speaker");
  const { outlet } = await house.enter("slow");
  let said = 0;
  for (let step = 0; step < 60; step++) {
    const count = random.int(80);
    await house.say(speaker, count, 1 + random.int(1_000));
    said += count;
    if (random.chance(1, 3)) outlet.take(random.int(60_000));
    if (random.chance(1, 10)) await pause(LIMITS.drainMs);
  }
  await outlet.reach(said, 200_000);
  assertUnbroken(outlet.all("message").map(({ seq }) => seq), 1, said, `seed ${seed}`);
  assertLess(outlet.most, LIMITS.socketBytes + 2 * LIMITS.frameLength, `seed ${seed}`);
  assertEquals(outlet.all("gap", "error"), []);
  return outlet.all("presence").some(({ members }) => members);
}

test("Client that reads at chance loses nothing and is never handed more than a little", async () => {
  let behind = 0;
  for (let seed = 1; seed <= SEEDS; seed++) if (await readAtChance(seed)) behind++;
  assert(behind > 0 && behind < SEEDS, `${behind} of ${SEEDS} fell behind`);
});

test("Client that fell behind and caught up gets the whole list anew", async () => {
  await using house = quietHub("--tail", "16");
  const speaker = await house.join("speaker");
  const { outlet } = await house.enter("slow");
  const gone = await house.join("gone");
  await house.say(speaker, 1, 3_000);
  await outlet.reach(1);
  outlet.bufferedAmount = Infinity;
  const renamed = await house.join("renamed");
  house.hub.leave(gone);
  for (let i = 0; i < 20; i++) house.hub.rename(renamed, `name ${i}`);
  await house.say(speaker, 100);
  const told = outlet.lines.length;
  outlet.bufferedAmount = 0;
  await outlet.reach(101);
  await house.say(speaker, 1);
  await outlet.reach(102);
  outlet.lines.splice(0, told);
  const [{ members, count }] = outlet.all("presence").filter(({ members }) => members);
  const names = members.map(({ id, name }: { id: string; name: string }) => `${id}: ${name}`);
  assertEquals(names.sort(), ["renamed: name 19", "slow: slow", "speaker: speaker"]);
  assertEquals(count, 3);
  assertUnbroken(outlet.all("message").map(({ seq }) => seq), 2, 102, "behind");
  // In the order of a log: first what was missed, then who is here, then what comes.
  const order = outlet.all("message", "presence").map(({ type, seq }) => seq ?? type);
  assert(order.indexOf("presence") > order.indexOf(101), "after what was missed");
});

test("Client that fell behind is not told who was typing", async () => {
  await using house = quietHub("--tail", "16");
  const speaker = await house.join("speaker");
  const typist = await house.join("typist");
  const { outlet: slow } = await house.enter("slow");
  const { outlet: quick } = await house.enter("quick");
  slow.bufferedAmount = Infinity;
  house.hub.typing(typist);
  for (let i = 0; i < 10; i++) await house.say(speaker, 10);
  slow.bufferedAmount = 0;
  await slow.reach(100);
  await quick.reach(100);
  assertEquals(quick.all("typing").length, 1);
  assertEquals(slow.all("typing").length, 0);
});

test("Client that takes nothing is ended, one that takes little is not", async () => {
  await using house = quietHub("--stall", "5", "--tail", "16");
  const speaker = await house.join("speaker");
  const { outlet: stuck, client: stuckClient } = await house.enter("stuck");
  const { outlet: slow, client: slowClient } = await house.enter("slow");
  for (let second = 0; second < 20; second++) {
    await house.say(speaker, 10, 2_000);
    slow.take(1);
    const now = performance.now() + second * 1_000;
    stuckClient.sweep(now, Date.now());
    slowClient.sweep(now, Date.now());
    if (second === 4) assertEquals(stuck.closed, undefined, "it may yet take something");
  }
  assertEquals([stuck.closed, slow.closed], [4008, undefined]);
  await slow.reach(200);
});

test("Client for whom there is nothing is not stalled", async () => {
  await using house = quietHub("--stall", "1");
  const { outlet, client } = await house.enter("quiet");
  outlet.take(Infinity);
  for (let second = 0; second < 100; second++) {
    client.sweep(performance.now() + second * 1_000, Date.now());
  }
  assertEquals(outlet.closed, undefined);
});

// Real sockets.

const isMessage = (line: string) => line.startsWith('{"type":"message"');

/** Says so many messages of 4 KB, a hundred at a time, and waits until they have come back. */
async function flood(peer: Peer, count: number): Promise<void> {
  const text = "x".repeat(4_000);
  let at = peer.lines.length;
  let heard = 0;
  for (let said = 100; said <= count; said += 100) {
    for (let i = 0; i < 100; i++) peer.say(text);
    await peer.until(() => {
      for (; at < peer.lines.length; at++) if (isMessage(peer.lines[at])) heard++;
      return heard >= said;
    }, "what was said");
  }
}

/** Reads all that there is up to a message; answers with the lines. */
async function readTo(raw: RawPeer, seq: number): Promise<string[]> {
  const lines: string[] = [];
  const words = `"type":"message","seq":${seq},`;
  while (!lines.slice(-200).some((line) => line.includes(words))) {
    const frame = await raw.next();
    if (!frame) throw new Error(`it ended before ${seq}`);
    if (frame.opcode === 1) lines.push(...new TextDecoder().decode(frame.payload).split("\n"));
  }
  return lines;
}

test("Client that reads slowly is served from the journal, in order, once", async () => {
  await using house = await openHouse("--rate", "0", "--tail", "16");
  await using talker = await Peer.join(house.host, "/rooms/slow?replay=0");
  using slow = await RawPeer.upgrade(house.host, "/rooms/slow?replay=0");
  await flood(talker, 5_000);
  const reading = readTo(slow, 6_000);
  await flood(talker, 1_000);
  const objects = (await reading).map((line) => JSON.parse(line));
  const seqs = objects.filter(({ type }) => type === "message").map(({ seq }) => seq);
  assertUnbroken(seqs, 1, 6_000, "slow");
  assert(objects.some(({ type, members }) => type === "presence" && members), "it fell behind");
});

test("Client that reads nothing is stalled, leaves at once, and disturbs nobody", async () => {
  await using house = await openHouse("--rate", "0", "--tail", "16", "--stall", "1");
  await using talker = await Peer.join(house.host, "/rooms/stuck?replay=0");
  using stuck = await RawPeer.upgrade(house.host, "/rooms/stuck?replay=0&name=Stuck");
  const { joined } = await talker.next("presence");
  const { id } = joined.find(({ name }: { name: string }) => name === "Stuck");
  await flood(talker, 5_000);
  await talker.until(() => talker.lines.at(-1)!.includes(`"left":["${id}"]`), "it to leave");
  assert(house.log.events.some((event) => event.startsWith("ended") && event.includes("stalled")));
  await flood(talker, 100);
  const seqs = talker.lines.filter(isMessage).map((line) => JSON.parse(line).seq);
  assertUnbroken(seqs, 1, 5_100, "the other");
  // It finds out when it reads again: all of it is in order, and then it ends.
  const lines: string[] = [];
  for (let frame; (frame = await stuck.next()) && frame.opcode !== 8;) {
    lines.push(...new TextDecoder().decode(frame.payload).split("\n"));
  }
  const had = lines.filter(isMessage).map((line) => JSON.parse(line).seq);
  assertUnbroken(had, 1, had.length, "the stuck");
});

/** Memory of a process that is not shared, in MB. Linux tells it; elsewhere the test is ignored. */
async function memoryOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}

const linux = Deno.build.os === "linux";

(linux ? test : Deno.test.ignore)("Client that reads nothing costs little memory", async () => {
  const stuckClients = 40;
  const folder = await Deno.makeTempDir();
  try {
    const flags = ["--db", `${folder}/chat.db`, "--rate", "0", "--stall", "60", "--keep", "100"];
    await using server = await startServer(...flags);
    await using talker = await Peer.join(server.host, "/rooms/memory?replay=0");
    await flood(talker, 5_000);
    const before = await memoryOf(server.pid);
    const stuck: RawPeer[] = [];
    try {
      for (let i = 0; i < stuckClients; i++) {
        stuck.push(await RawPeer.upgrade(server.host, "/rooms/memory?replay=0"));
      }
      await flood(talker, 5_000);
      const grown = await memoryOf(server.pid) - before;
      // Unbounded it would be 20 MB each.
      assertLess(grown, 60 + stuckClients, `${grown} MB for ${stuckClients}`);
    } finally {
      for (const peer of stuck) peer[Symbol.dispose]();
      await server.stop("SIGKILL");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
