/** One connection: what it sends first, what it answers, and how it ends. */

import { assert, assertEquals } from "@std/assert";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import { LIMITS } from "../config/limits.ts";
import { Room } from "../hub/room.ts";
import { Tail } from "../hub/tail.ts";
import { newClient, openClients, readTo } from "../testing/clients.ts";
import {
  FakeMember,
  type FakeSink,
  FakeSubscription,
  message,
  NO_SETTINGS,
  range,
  textOf,
} from "../testing/fakes.ts";
import { until } from "../testing/wait.ts";

const say = (text: string, id?: string) => JSON.stringify({ type: "say", text, id });
const seqs = (sink: FakeSink) => sink.all("message").map(({ seq }) => seq);
const types = (sink: FakeSink) => sink.lines.map((line) => JSON.parse(line).type);

Deno.test("Client.entered: sends the welcome first, then answers frames that came before it", async () => {
  await using clients = openClients();
  const { sink, client } = clients.connect("ann");
  client.receive("{");
  client.receive(say("early"));
  client.receive(say("earlier said than seen"));
  assertEquals(sink.lines, []);
  clients.hub.join(client);
  await until(() => seqs(sink).length === 2, "both messages");
  assertEquals(types(sink).slice(0, 2), ["welcome", "error"]);
  assertEquals(sink.all("message")[0].text, "early");
});

Deno.test("Client.end: keeps what a client said that left before its room was open", async () => {
  await using clients = openClients();
  const { client } = clients.connect("ann");
  clients.hub.join(client);
  client.receive(say("and gone"));
  client.end(CLOSE_REASONS.left);
  await until(() => clients.hub.counters.batches.sum === 1, "the append");
  assertEquals((await clients.journal.after("r", 0, 9)).map(textOf), ["and gone"]);
});

Deno.test("Client.receive: closes a client whose early frames are too long together", async () => {
  await using clients = openClients("--max-message", "65536");
  const { sink, client } = clients.connect("ann");
  const frame = "x".repeat(LIMITS.earlyLength / 4);
  for (let n = 0; n < 3; n++) client.receive(frame);
  assertEquals(clients.hub.counters.closeReasons.get("overloaded"), 0);
  client.receive(frame);
  await until(() => sink.closeCode !== undefined, "the close");
  assertEquals([sink.closeCode, sink.lines], [1013, []]);
});

Deno.test("Client.receive: counts empty early frames, too", async () => {
  await using clients = openClients();
  const { sink, client } = clients.connect("ann");
  for (let n = 0; n <= LIMITS.earlyLength; n++) client.receive("");
  await until(() => sink.closeCode !== undefined, "the close");
  assertEquals(sink.closeCode, 1013);
});

Deno.test("Client.receive: shows that somebody types at most once in a while", async () => {
  await using clients = openClients();
  const { client } = await clients.enter("ann");
  const { sink: other } = await clients.enter("bob");
  for (let n = 0; n < 50; n++) client.receive('{"type":"typing"}');
  client.receive(say("done"));
  await readTo(other, 1);
  assertEquals(other.all("typing").length, 1);
});

Deno.test("Client.refuse: queues a limited amount for a client that reads nothing", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  sink.bufferedAmount = Infinity;
  const answer = JSON.stringify({
    type: "error",
    code: "bad_json",
    detail: "this is not JSON",
  }).length;
  const most = Math.floor(LIMITS.answersLength / answer);
  for (let n = 0; n < most + 1_000; n++) client.receive("{");
  sink.bufferedAmount = 0;
  client.receive("{");
  await until(() => sink.all("error").length > 0, "the errors");
  assertEquals(sink.all("error").length, most);
  assertEquals(clients.hub.counters.refusals.get("bad_json"), most + 1_001);
  // It is answered again once it reads.
  client.receive("{");
  sink.take(Infinity);
  await until(() => sink.all("error").length === most + 1, "one more");
});

Deno.test("Client.kept: answers a duplicate that was sent before, and no other message", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  client.receive(say("one", "x"));
  await readTo(sink, 1);
  client.receive(say("changed", "x"));
  client.receive(say("two", "y"));
  await readTo(sink, 2);
  assertEquals(sink.all("message").map(({ seq, text }) => [seq, text]), [
    [1, "one"],
    [1, "one"],
    [2, "two"],
  ]);
});

Deno.test("Client.kept: leaves a duplicate that was not sent yet to the log", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  sink.bufferedAmount = Infinity;
  client.receive(say("one", "x"));
  await until(() => clients.hub.counters.batches.sum === 1, "the append");
  client.receive(say("one", "x"));
  await until(() => clients.hub.counters.batches.sum === 2, "the second append");
  sink.bufferedAmount = 0;
  await readTo(sink, 1);
  client.receive(say("two"));
  await readTo(sink, 2);
  assertEquals(seqs(sink), [1, 2]);
});

Deno.test("Client.entered: gives a newcomer in the middle of a round each message once", async () => {
  await using clients = openClients();
  const room = new Room("r", new Tail(100), new FakeSubscription(), NO_SETTINGS, 0);
  const members = range(1, 2 * LIMITS.fanOutMembers).map((n) => new FakeMember("r", `m${n}`));
  for (const member of members) room.enter(member);
  room.push(message(1));
  room.fanOut();
  // The round goes on: this one is kept, and shown to nobody yet.
  room.push(message(2));
  room.fanOut();
  assertEquals([room.tail.seq, members.at(-1)!.texts], [2, []]);
  const newcomers = [2, 1, 0, undefined].map((since) => newClient(clients, "new", { since }));
  for (const { client } of newcomers) room.enter(client);
  await members.at(-1)!.until(({ texts }) => texts.length === 2, "both messages");
  room.push(message(3));
  room.fanOut();
  for (const { sink } of newcomers) await readTo(sink, 3);
  assertEquals(newcomers.map(({ sink }) => seqs(sink)), [[3], [2, 3], [1, 2, 3], [3]]);
  for (const { sink, client } of newcomers) {
    assertEquals([sink.all("welcome")[0].reset, sink.all("gap")], [undefined, []]);
    client.end({ name: "left", code: 0 });
  }
});

Deno.test("Client.startDraining: refuses what comes from then on", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  client.startDraining();
  client.receive(say("late", "x"));
  await until(() => sink.all("error").length > 0, "the refusal");
  assertEquals(sink.all("error")[0].code, "overloaded");
  assertEquals(sink.all("error")[0].id, "x");
});

Deno.test("Client.sweep: closes a client whose token has expired", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann", { expires: 1_000 });
  client.sweep(performance.now(), 999);
  assertEquals(sink.closeCode, undefined);
  client.sweep(performance.now(), 1_000);
  await until(() => sink.closeCode !== undefined, "the close");
  assertEquals(sink.closeCode, 1008);
});

Deno.test("Client.end: leaves the room once, counts and logs the first reason alone", async () => {
  await using clients = openClients();
  const { client } = await clients.enter("ann");
  const bob = await clients.join("bob");
  client.end({ name: "left", code: 0 });
  client.end({ name: "stalled", code: 4008 });
  await bob.until(({ inside }) => inside!.count === 1, "the leave");
  client.receive(say("too late"));
  await clients.say(bob, 1);
  assertEquals(bob.keptSeqs, [1]);
  const { closeReasons } = clients.hub.counters;
  assertEquals([closeReasons.get("left"), closeReasons.get("stalled")], [1, 0]);
  const logged = clients.log.events.filter((event) => event.startsWith("closed"));
  assertEquals(logged, ['closed {"reason":"left","wire":"json","room":"r"}']);
});

Deno.test("Client.rejected: closes a client that cannot enter, without a frame", async () => {
  await using clients = openClients();
  const { sink, client } = clients.connect("ann");
  client.receive("{");
  client.rejected();
  await until(() => sink.closeCode !== undefined, "the close");
  assert(sink.lines.length === 0 && sink.closeCode === 1013);
});
