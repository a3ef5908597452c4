/** Bots: what their tokens may do, and for how long. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Browser } from "../../testing/cookies.ts";
import { newMember, serveInvited } from "../../testing/invited.ts";
import { Peer, test, within } from "../../testing/support.ts";
import { serveLocked, sign } from "../../testing/token_server.ts";

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("createBot: gives a token that speaks under the bot's name, and is shown once", async () => {
  await using server = await serveInvited();
  const { status, body } = await server.admin.ask("POST", "/bots", { name: "Clock" });
  assertEquals(status, 201);
  assertMatch(body.token, /^hbb_[\w-]{43}$/);
  const { body: { bots } } = await server.admin.ask("GET", "/bots");
  assertEquals(bots.map(({ id, name }: { id: string; name: string }) => [id, name]), [
    [body.id, "Clock"],
  ]);
  assert(!JSON.stringify(bots).includes(body.token.slice(4)));
  await using bot = await Peer.join(server.host, "/rooms/lobby?name=Else", bearer(body.token));
  const { you } = await bot.next("welcome");
  assertEquals(you, { id: body.id, name: "Clock", role: "bot" });
  bot.say("tick", "1");
  assertEquals((await bot.next("message")).name, "Clock");
});

test("createBot: only admins make bots", async () => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Bob");
  const requests: [string, string, unknown?][] = [
    ["GET", "/bots"],
    ["POST", "/bots", { name: "x" }],
    ["DELETE", "/bots/x"],
  ];
  for (const [method, path, body] of requests) {
    assertEquals((await browser.ask(method, path, body)).status, 403, method);
    assertEquals((await new Browser(server).ask(method, path, body)).status, 401, method);
  }
});

test("createBot: says what is wrong with an order", async () => {
  await using server = await serveInvited();
  const bad = [
    {},
    { name: "" },
    { name: 1 },
    { name: "x", rooms: "lobby" },
    {
      name: "x",
      rooms: ["a b"],
    },
    { name: "x", metrics: 1 },
    { name: "x", hook: 1 },
  ];
  for (const order of bad) {
    assertEquals((await server.admin.ask("POST", "/bots", order)).status, 400, `${order}`);
  }
  const hidden = await server.admin.ask("POST", "/bots", {
    name: "x",
    rooms: [`~${"a".repeat(26)}`],
  });
  assertEquals(hidden.status, 404);
  assertEquals((await server.admin.ask("GET", "/bots")).body.bots, []);
});

test("createBot: lets a bot into the rooms that are named, and no others", async () => {
  await using server = await serveInvited();
  const order = { access: "private", title: "Plans" };
  const { body: { name: room } } = await server.admin.ask("POST", "/rooms", order);
  const made = await server.admin.ask("POST", "/bots", { name: "B", rooms: ["lobby", room] });
  const { body: { token, id } } = made;
  const { body: { token: other } } = await server.admin.ask("POST", "/bots", { name: "C" });
  const statusOf = async (name: string, by: string) => {
    const url = `http://${server.host}/rooms/${name}/messages`;
    const response = await fetch(url, { headers: bearer(by) });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await statusOf("lobby", token), 200);
  assertEquals(await statusOf(room, token), 200);
  assertEquals(await statusOf("other", token), 403);
  assertEquals(await statusOf(room, other), 404);
  assertEquals((await server.admin.ask("DELETE", `/bots/${id}`)).status, 204);
  assertEquals(await statusOf("lobby", token), 401);
});

test("deleteBot: ends its connections at once, and so does removing the admin who made it", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  await server.admin.ask("PATCH", `/members/${id}`, { role: "admin" });
  for (const admin of [server.admin, browser]) {
    const { body } = await admin.ask("POST", "/bots", { name: "B" });
    await using bot = await Peer.join(server.host, "/rooms/lobby", bearer(body.token));
    await bot.next("welcome");
    const path = admin === browser ? `/members/${id}` : `/bots/${body.id}`;
    assertEquals((await server.admin.ask("DELETE", path)).status, 204);
    assertEquals((await within(bot.closed, "the end")).code, 1008);
  }
});

test("metrics: are for admins and bots that were made for it, where access is restricted", async () => {
  await using server = await serveInvited();
  const tokens = await Promise.all([true, false].map(async (metrics) => {
    return (await server.admin.ask("POST", "/bots", { name: "B", metrics })).body.token;
  }));
  const statuses = await Promise.all(tokens.map(async (token) => {
    const response = await fetch(`http://${server.host}/metrics`, { headers: bearer(token) });
    await response.body?.cancel();
    return response.status;
  }));
  assertEquals(statuses, [200, 403]);
});

test("createBot: an admin with a token makes bots, too", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "root", role: "admin" });
  const response = await fetch(`http://${server.host}/bots`, {
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: JSON.stringify({ name: "B" }),
  });
  const { token: made } = await response.json();
  await using bot = await Peer.join(server.host, "/rooms/lobby", bearer(made));
  assertEquals((await bot.next("welcome")).you.name, "B");
});
