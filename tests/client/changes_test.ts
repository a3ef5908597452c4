/** Changes on one connection: what is taken, what is refused, and how they are answered. */

import { assertEquals } from "@std/assert";
import { openClients } from "../../testing/clients.ts";
import { until } from "../../testing/wait.ts";

/** The objects that a client sends, one frame each. */
const sendAll = (client: { receive(data: string): void }, ...objects: unknown[]) => {
  for (const object of objects) client.receive(JSON.stringify(object));
};

Deno.test("Client.receive: takes every change, and shows it to everybody in order", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  const { sink: other } = await clients.enter("bob");
  sendAll(
    client,
    { type: "say", text: "one" },
    { type: "edit", of: 1, text: "two", id: "e" },
    { type: "react", of: 1, emoji: "👍", id: "r" },
    { type: "pin", of: 1, id: "p" },
    { type: "room", topic: "tea", id: "t" },
    { type: "delete", of: 1, id: "d" },
  );
  const changes = ["edit", "react", "pin", "room", "delete", "skip"];
  await until(() => other.all("delete").length > 0, "the deletion");
  await until(() => sink.all("delete").length > 0, "the deletion");
  const seqsAndIds = other.all(...changes).map(({ seq, to, id }) => [seq ?? to, id]);
  assertEquals(seqsAndIds, [[2, "e"], [3, "r"], [4, "p"], [5, "t"], [6, "d"]]);
  assertEquals(sink.all(...changes), other.all(...changes));
});

Deno.test("Client.entered: reports topic and pins in the welcome", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  sendAll(client, { type: "say", text: "one" }, { type: "pin", of: 1 });
  sendAll(client, { type: "room", topic: "tea" });
  await until(() => sink.all("room").length > 0, "the topic");
  const { sink: late } = await clients.enter("bob");
  const [{ topic, pins, seq }] = late.all("welcome");
  assertEquals([topic, pins, seq], ["tea", [1], 3]);
});

Deno.test("Client.receive: refuses an edit that is too long or invisible, under its id", async () => {
  await using clients = openClients("--max-message", "8");
  const { sink, client } = await clients.enter("ann");
  sendAll(client, { type: "say", text: "one" });
  sendAll(client, { type: "edit", of: 1, text: "123456789", id: "a" });
  sendAll(client, { type: "edit", of: 1, text: " \n", id: "b" });
  await until(() => sink.all("error").length === 2, "two refusals");
  assertEquals(sink.all("error").map(({ code, id }) => [code, id]), [
    ["too_large", "a"],
    ["bad_command", "b"],
  ]);
});

Deno.test("Client.receive: counts changes against the rate", async () => {
  await using clients = openClients("--rate", "1", "--burst", "2");
  const { sink, client } = await clients.enter("ann");
  sendAll(client, { type: "say", text: "one" }, { type: "pin", of: 1 });
  sendAll(client, { type: "pin", of: 1, on: false, id: "x" });
  await until(() => sink.all("error").length > 0, "the refusal");
  const [{ code, id }] = sink.all("error");
  assertEquals([code, id], ["rate_limited", "x"]);
});

Deno.test("Client.kept: answers what was done already under the id of the command", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  const react = { type: "react", of: 1, emoji: "👍" };
  const found = () => sink.all("react").map(({ seq, id }) => [seq, id]);
  // The second one is answered before the first has come through the log.
  sendAll(client, { type: "say", text: "one" }, { ...react, id: "a" }, { ...react, id: "b" });
  await until(() => found().length === 2, "both answers");
  assertEquals(found().sort(), [[2, "a"], [2, "b"]]);
  sendAll(client, { ...react, id: "c" });
  await until(() => found().length === 3, "the third answer");
  assertEquals(found()[2], [2, "c"]);
});

Deno.test("Client.kept: answers a superseded command that is sent again with a skip and its id", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  const edit = (text: string, id: string) => ({ type: "edit", of: 1, text, id });
  sendAll(client, { type: "say", text: "one" }, edit("two", "a"), edit("three", "b"));
  await until(() => sink.all("edit").length === 2, "both edits");
  sendAll(client, edit("two", "a"));
  await until(() => sink.all("skip").length > 0, "the answer");
  const [{ from, to, id }] = sink.all("skip");
  assertEquals([from, to, id, sink.all("error")], [2, 2, "a", []]);
});

Deno.test("Client.startDraining: refuses changes", async () => {
  await using clients = openClients();
  const { sink, client } = await clients.enter("ann");
  client.startDraining();
  sendAll(client, { type: "pin", of: 1, id: "x" });
  await until(() => sink.all("error").length > 0, "the refusal");
  assertEquals([sink.all("error")[0].code, sink.all("error")[0].id], ["overloaded", "x"]);
});
