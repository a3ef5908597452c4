/** Clients that read slowly, or not at all, against a socket whose peer is the test. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { openClients, readTo } from "../../testing/clients.ts";
import { type FakeSink, range } from "../../testing/fakes.ts";
import { seeded } from "../../testing/random.ts";
import { pause, until } from "../../testing/wait.ts";

const SEEDS = 20;

const seqs = (sink: FakeSink) => sink.all("message").map(({ seq }) => seq);

/** Reads little and irregularly; answers whether it ever fell behind what is in memory. */
async function readAtRandom(seed: number): Promise<boolean> {
  const random = seeded(seed);
  await using clients = openClients("--tail", random.pick(["16", "40", "1024"]));
  const speaker = await clients.join("speaker");
  const { sink } = await clients.enter("slow");
  let count = 0;
  for (let step = 0; step < 60; step++) {
    const more = random.int(80);
    await clients.say(speaker, more, 1 + random.int(1_000));
    count += more;
    if (random.chance(1, 3)) sink.take(random.int(60_000));
    // Time for the timer that looks at full sockets; nothing depends on how much it is.
    if (random.chance(1, 10)) await pause(LIMITS.drainMs);
  }
  await readTo(sink, count, 200_000);
  assertEquals(seqs(sink), range(1, count), `seed ${seed}`);
  assertLess(sink.most, LIMITS.socketBytes + 2 * LIMITS.frameLength, `seed ${seed}`);
  assertEquals(sink.all("gap", "error"), []);
  return sink.all("presence").some(({ members }) => members);
}

Deno.test("Client.notify: loses nothing for one that reads at random, and hands it only a little at once", async () => {
  let behind = 0;
  for (let seed = 1; seed <= SEEDS; seed++) if (await readAtRandom(seed)) behind++;
  assert(behind > 0 && behind < SEEDS, `${behind} of ${SEEDS} fell behind`);
});

Deno.test("Client.notify: gives one that fell behind what it missed, then everybody who is present", async () => {
  await using clients = openClients("--tail", "16");
  const speaker = await clients.join("speaker");
  const { sink } = await clients.enter("slow");
  const gone = await clients.join("gone");
  await clients.say(speaker, 1, 3_000);
  await readTo(sink, 1);
  sink.bufferedAmount = Infinity;
  const renamed = await clients.join("renamed");
  clients.hub.leave(gone);
  for (let n = 0; n < 20; n++) clients.hub.rename(renamed, `name ${n}`);
  for (let n = 0; n < 10; n++) await clients.say(speaker, 10);
  const before = sink.lines.length;
  sink.bufferedAmount = 0;
  await readTo(sink, 101);
  await clients.say(speaker, 1);
  await readTo(sink, 102);
  sink.lines.splice(0, before);
  const [{ members, count }] = sink.all("presence").filter(({ members }) => members);
  const names = members.map(({ id, name }: { id: string; name: string }) => `${id}: ${name}`);
  assertEquals(names.sort(), ["renamed: name 19", "slow: slow", "speaker: speaker"]);
  assertEquals(count, 3);
  assertEquals(seqs(sink), range(2, 102));
  // In the order of a log: first what was missed, then who is present, then what comes.
  const order = sink.all("message", "presence").map(({ type, seq }) => seq ?? type);
  assert(order.indexOf("presence") > order.indexOf(101), "after what was missed");
});

Deno.test("Client.notify: reports a gap to one that fell behind beyond what is kept", async () => {
  await using clients = openClients("--tail", "16", "--keep", "50");
  const speaker = await clients.join("speaker");
  const { sink } = await clients.enter("slow");
  await clients.say(speaker, 1);
  await readTo(sink, 1);
  sink.bufferedAmount = Infinity;
  for (let n = 0; n < 20; n++) await clients.say(speaker, 10);
  sink.bufferedAmount = 0;
  await readTo(sink, 201);
  assertEquals(sink.all("gap"), [{ type: "gap", from: 2, to: 151 }]);
  assertEquals(seqs(sink), [1, ...range(152, 201)]);
});

Deno.test("Client.notify: does not show one that fell behind who was typing", async () => {
  await using clients = openClients("--tail", "16");
  const speaker = await clients.join("speaker");
  const typist = await clients.join("typist");
  const { sink: slow } = await clients.enter("slow");
  const { sink: quick } = await clients.enter("quick");
  slow.bufferedAmount = Infinity;
  clients.hub.typing(typist);
  for (let n = 0; n < 10; n++) await clients.say(speaker, 10);
  slow.bufferedAmount = 0;
  await readTo(slow, 100);
  await readTo(quick, 100);
  assertEquals([quick.all("typing").length, slow.all("typing").length], [1, 0]);
});

Deno.test("Client.sweep: closes one that accepts nothing, but not one that accepts little", async () => {
  await using clients = openClients("--stall", "5", "--tail", "16");
  const speaker = await clients.join("speaker");
  const stuck = await clients.enter("stuck");
  const slow = await clients.enter("slow");
  for (let second = 0; second < 20; second++) {
    await clients.say(speaker, 10, 2_000);
    slow.sink.take(1);
    const now = performance.now() + second * 1_000;
    stuck.client.sweep(now, Date.now());
    slow.client.sweep(now, Date.now());
    if (second === 4) assertEquals(clients.hub.counters.closeReasons.get("stalled"), 0);
  }
  await until(() => stuck.sink.closeCode !== undefined, "the close");
  assertEquals([stuck.sink.closeCode, slow.sink.closeCode], [4008, undefined]);
  await readTo(slow.sink, 200);
});

Deno.test("Client.sweep: does not close one for which there is nothing", async () => {
  await using clients = openClients("--stall", "1");
  const { sink, client } = await clients.enter("quiet");
  sink.take(Infinity);
  for (let second = 0; second < 100; second++) {
    client.sweep(performance.now() + second * 1_000, Date.now());
  }
  assertEquals(clients.hub.counters.closeReasons.get("stalled"), 0);
});
