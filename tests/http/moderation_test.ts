/** Moderation over HTTP: muting, closing rooms to newcomers, bans and rooms, and the audit log. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { newMember, serveInvited } from "../../testing/invited.ts";
import { RoomsPeer } from "../../testing/rooms_peer.ts";
import { type ChatServer, Peer, test } from "../../testing/support.ts";
import { serveLocked } from "../../testing/token_server.ts";
import { until } from "../../testing/wait.ts";

/** A server with tokens, an admin, and two others. */
async function serveModerated(...flags: string[]) {
  const server = await serveLocked(...flags);
  return { ...await callersOf(server), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function callersOf(server: ChatServer) {
  return {
    server,
    root: await Caller.withToken(server, "root", "admin"),
    ann: await Caller.withToken(server, "ann"),
    bob: await Caller.withToken(server, "bob"),
  };
}

const say = (caller: Caller, room = "lobby") =>
  caller.status("POST", `/rooms/${room}/messages`, { text: "x" });

test("mute: keeps somebody from writing anywhere until it is taken back", async () => {
  await using all = await serveModerated();
  const { root, ann, bob } = all;
  const room = await ann.createRoom("Tea", [bob]);
  await using peer = await bob.join("lobby");
  await peer.next("welcome");
  const { status, body } = await root.ask("PUT", "/members/bob/mute", { seconds: 60 });
  assertEquals([status, body.id, body.until > Date.now()], [200, "bob", true]);
  assertEquals([await say(bob), await say(bob, room), await say(ann)], [403, 403, 201]);
  peer.say("x");
  const { code, detail } = await peer.next("error");
  assertEquals(code, "not_allowed");
  assertMatch(detail, /muted until \d{4}-/);
  assertEquals(await bob.status("PATCH", `/rooms/${room}`, { remove: "bob" }), 201);
  assertEquals(await root.status("DELETE", "/members/bob/mute"), 204);
  assertEquals(await say(bob), 201);
});

test("mute: ends by itself", async () => {
  await using all = await serveModerated();
  assertEquals(await all.root.status("PUT", "/members/bob/mute", { seconds: 1 }), 200);
  assertEquals(await say(all.bob), 403);
  await until(async () => await say(all.bob) === 201, "the mute to end");
});

test("patchMember: a banned owner is replaced for as long as the ban lasts", async () => {
  await using server = await serveInvited();
  const [bob, eve] = [
    await newMember(server, server.admin, "Bob"),
    await newMember(server, server.admin, "Eve"),
  ];
  const { body: room } = await bob.browser.ask("POST", "/rooms", {
    access: "private",
    title: "Tea",
    members: [eve.id],
  });
  const rename = async (title: string) =>
    (await eve.browser.ask("PATCH", `/rooms/${room.name}`, { title })).status;
  assertEquals(await rename("Coffee"), 403);
  const ban = (banned: boolean) => server.admin.ask("PATCH", `/members/${bob.id}`, { banned });
  assertEquals((await ban(true)).status, 200);
  assertEquals(await rename("Coffee"), 201);
  const { status } = await eve.browser.ask("POST", "/direct", { members: [bob.id] });
  assertEquals(status, 400);
  assertEquals((await ban(false)).status, 200);
  assertEquals(await rename("Tea"), 403);
});

test("removeMember: takes the member out of private rooms, which show it", async () => {
  await using server = await serveInvited();
  const [bob, eve] = [
    await newMember(server, server.admin, "Bob"),
    await newMember(server, server.admin, "Eve"),
  ];
  const order = { access: "private", title: "Tea", members: [eve.id] };
  const { body: room } = await bob.browser.ask("POST", "/rooms", order);
  const unknown = { ...order, members: ["nobody"] };
  assertEquals((await bob.browser.ask("POST", "/rooms", unknown)).status, 400);
  await using peer = await Peer.join(server.host, `/rooms/${room.name}`, eve.browser.headers);
  await peer.next("welcome");
  assertEquals((await server.admin.ask("DELETE", `/members/${bob.id}`)).status, 204);
  await peer.until(() => peer.all("room").some(({ removed }) => removed === bob.id), "the removal");
  const { body } = await eve.browser.ask("GET", `/rooms/${room.name}/members`);
  assertEquals(body.members.map(({ id, role }: Record<string, string>) => [id, role]), [
    [eve.id, "owner"],
  ]);
});

test("closeRoom: lets only those write who spoke there before, and admins", async () => {
  await using all = await serveModerated();
  const { root, ann, bob } = all;
  assertEquals(await say(ann), 201);
  assertEquals(await root.status("PUT", "/rooms/LOBBY/closed", { seconds: 60 }), 200);
  await until(async () => await say(bob) === 403, "the refusal");
  assertEquals([await say(ann), await say(root), await say(bob, "other")], [201, 201, 201]);
  assertEquals(await bob.status("PUT", "/rooms/lobby/messages/1/reactions/x"), 403);
  assertEquals(await bob.status("GET", "/rooms/lobby/messages"), 200);
  assertEquals(await root.status("DELETE", "/rooms/lobby/closed"), 204);
  assertEquals(await say(bob), 201);
});

test("closeRoom: counts those who spoke while the room was open in between", async () => {
  await using all = await serveModerated();
  const { root, bob } = all;
  assertEquals(await root.status("PUT", "/rooms/lobby/closed", { seconds: 1 }), 200);
  await until(async () => await say(bob) === 201, "the room to open");
  assertEquals(await root.status("PUT", "/rooms/lobby/closed", { seconds: 60 }), 200);
  await until(async () => await say(bob) === 201, "the room's speakers to be read");
});

test("closeRoom: is said to everybody, in the list, when a room is entered, and to those in it", async () => {
  await using all = await serveModerated();
  const { server, root, ann } = all;
  await say(ann);
  await using before = await RoomsPeer.join(server, ann);
  await before.enter("lobby");
  const described = async (closed: number | undefined) => {
    while ((await before.next({ type: "rooms" })).added[0].closed !== closed);
  };
  const { body: { until: closed } } = await root.ask("PUT", "/rooms/lobby/closed", { seconds: 60 });
  await described(closed);
  await using after = await RoomsPeer.join(server, ann);
  assertEquals((await after.enter("lobby")).closed, closed);
  const listed = async () => (await ann.ask("GET", "/rooms")).body.rooms[0].closed;
  assertEquals(await listed(), closed);
  await root.status("DELETE", "/rooms/lobby/closed");
  await described(undefined);
  assertEquals(await listed(), undefined);
});

test("moderation: is for admins, for people, for open rooms, and for a time", async () => {
  await using all = await serveModerated();
  const { root, ann } = all;
  const room = await root.createRoom("Tea");
  const requests = [
    ["PUT", "/members/bob/mute", { seconds: 5 }],
    ["DELETE", "/members/bob/mute"],
    ["PUT", "/rooms/lobby/closed", { seconds: 5 }],
    ["DELETE", "/rooms/lobby/closed"],
    ["GET", "/audit"],
  ] as const;
  for (const [method, path, body] of requests) {
    assertEquals(await ann.status(method, path, body), 403, path);
  }
  for (const seconds of [0, -1, 1.5, "5", 366 * 86_400, undefined]) {
    assertEquals(await root.status("PUT", "/members/bob/mute", { seconds }), 400, `${seconds}`);
  }
  assertEquals(await root.status("PUT", "/members/root/mute", { seconds: 5 }), 409);
  assertEquals(await root.status("PUT", `/rooms/${room}/closed`, { seconds: 5 }), 400);
});

test("getAudit: says who did what to whom and when, without texts, a page at a time", async () => {
  await using all = await serveModerated();
  const { root, ann, bob } = all;
  const secret = { text: "secret text" };
  assertEquals(await bob.status("POST", "/rooms/lobby/messages", secret), 201);
  await root.ask("PUT", "/members/bob/mute", { seconds: 60 });
  await root.ask("DELETE", "/members/bob/mute");
  await root.ask("PUT", "/rooms/lobby/closed", { seconds: 60 });
  await root.ask("DELETE", "/rooms/lobby/closed");
  assertEquals(await say(root), 201);
  assertEquals(await root.status("DELETE", "/rooms/lobby/messages/2"), 201);
  assertEquals(await root.status("DELETE", "/rooms/lobby/messages/1"), 201);
  assertEquals(await root.status("DELETE", "/rooms/lobby/messages/1"), 200);
  const read = async (query = "") => (await root.ask("GET", `/audit${query}`)).body;
  await until(async () => (await read()).entries.length === 5, "the deletion to be noted");
  const { entries, more } = await read();
  const what = entries.map(({ by, action, to, room, of }: Record<string, unknown>) =>
    [by, action, to ?? room, of ?? ""].join(" ").trim()
  );
  assertEquals([what, more], [[
    "root mute bob",
    "root unmute bob",
    "root close lobby",
    "root open lobby",
    "root delete bob 1",
  ], false]);
  assert(!JSON.stringify(entries).includes("secret text"));
  const page = await read("?limit=2&before=4");
  assertEquals(page.entries.map(({ seq }: { seq: number }) => seq), [2, 3]);
  assertEquals(page.more, true);
  assertEquals(await ann.status("GET", "/rooms/@audit/messages"), 400);
});
