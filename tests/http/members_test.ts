/** Members and invitations: what admins do, and what happens to those whom they do it to. */

import { assertEquals, assertMatch } from "@std/assert";
import { Browser } from "../../testing/cookies.ts";
import { firstLink, invite, newMember, serveInvited } from "../../testing/invited.ts";
import { Peer, serveChat, test, within } from "../../testing/support.ts";
import { bearer, serveLocked, sign, statusOf } from "../../testing/token_server.ts";
import { Watcher } from "../../testing/watcher.ts";

test("listMembers: shows all members to each of them, a page at a time", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const { status, body } = await browser.ask("GET", "/members");
  assertEquals([status, body.more], [200, false]);
  const shown = [{ id, name: "Bob", role: "member" }, {
    id: server.adminId,
    name: "Ann",
    role: "admin",
  }].sort((a, b) => a.id < b.id ? -1 : 1);
  for (const member of body.members) {
    assertEquals(Math.abs(member.seen - Date.now()) < 60_000, true);
    delete member.seen;
  }
  assertEquals(body.members, shown);
  const { body: first } = await browser.ask("GET", "/members?limit=1");
  assertEquals([first.members.length, first.more], [1, true]);
  const { body: second } = await browser.ask("GET", `/members?limit=1&after=${shown[0].id}`);
  assertEquals([second.members[0].id, second.more], [shown[1].id, false]);
  assertEquals((await browser.ask("GET", "/members?limit=0")).status, 400);
});

test("checkAdmin: members neither invite nor change anybody", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const requests: [string, string, unknown?][] = [
    ["GET", "/invites"],
    ["POST", "/invites", {}],
    ["DELETE", "/invites/x"],
    ["PATCH", `/members/${id}`, { role: "admin" }],
    ["PATCH", `/members/${server.adminId}`, { banned: true }],
    ["DELETE", `/members/${server.adminId}`],
    ["POST", `/members/${server.adminId}/link`],
    ["GET", "/metrics"],
  ];
  for (const [method, path, body] of requests) {
    assertEquals((await browser.ask(method, path, body)).status, 403, `${method} ${path}`);
    assertEquals((await new Browser(server).ask(method, path, body)).status, 401, path);
  }
});

test("createInvite: is answered with a link that no list shows again", async () => {
  await using server = await serveInvited();
  const { status, body } = await server.admin.ask("POST", "/invites", { uses: 3, days: 2 });
  assertEquals(status, 201);
  assertMatch(body.link, /\/join#[\w-]{43}$/);
  const { body: { invites } } = await server.admin.ask("GET", "/invites");
  const { id, created, expires } = body;
  const by = server.adminId;
  assertEquals(invites, [{ id, by, created, expires, uses: 3, role: "member" }]);
  await new Browser(server).join(body.link, "Bob");
  assertEquals((await server.admin.ask("GET", "/invites")).body.invites[0].uses, 2);
  const bad = [{ uses: 0 }, { uses: 1.5 }, { uses: 10_001 }, { days: 0 }, { days: 366 }];
  for (const order of [...bad, { uses: "1" }, { rooms: "x" }, { rooms: Array(21).fill("x") }]) {
    assertEquals((await server.admin.ask("POST", "/invites", order)).status, 400);
  }
  const nowhere = { rooms: [`~${"a".repeat(26)}`] };
  assertEquals((await server.admin.ask("POST", "/invites", nowhere)).status, 404);
  assertEquals((await server.admin.ask("DELETE", "/invites/unknown")).status, 404);
});

test("createInvite: an admin has 30 unused links at most", async () => {
  await using server = await serveInvited();
  for (let n = 0; n < 30; n++) await invite(server.admin);
  assertEquals((await server.admin.ask("POST", "/invites", {})).status, 409);
});

test("patchMember: a new role counts at once, and an invitation by somebody who is no admin any more does not", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const { status, body } = await server.admin.ask("PATCH", `/members/${id}`, { role: "admin" });
  assertEquals([status, body.id, body.role], [200, id, "admin"]);
  const link = await invite(browser);
  await server.admin.ask("PATCH", `/members/${id}`, { role: "member" });
  assertEquals((await browser.ask("POST", "/invites", {})).status, 403);
  assertEquals((await new Browser(server).join(link, "Eve")).status, 410);
  for (const change of [{ role: "owner" }, { banned: "yes" }]) {
    assertEquals((await server.admin.ask("PATCH", `/members/${id}`, change)).status, 400);
  }
  assertEquals((await server.admin.ask("PATCH", "/members/nobody", { role: "admin" })).status, 404);
});

test("removeMember: ends sessions, sockets and streams, and withdraws every link", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  await server.admin.ask("PATCH", `/members/${id}`, { role: "admin" });
  const { body: device } = await browser.ask("POST", "/me/link");
  const links = [await invite(browser), device.link];
  const { body: signIn } = await server.admin.ask("POST", `/members/${id}/link`);
  await using peer = await Peer.join(server.host, "/rooms/lobby", browser.headers);
  await using watcher = await Watcher.watch(server, "", browser.headers);
  assertEquals((await server.admin.ask("DELETE", `/members/${id}`)).status, 204);
  const { code, reason } = await within(peer.closed, "the end");
  assertEquals([code, reason], [1008, "access revoked"]);
  while (await watcher.next() !== undefined);
  assertEquals((await browser.ask("GET", "/me")).status, 401);
  for (const link of [...links, signIn.link]) {
    assertEquals((await new Browser(server).join(link, "Bob")).status, 410);
  }
  // Their name is free, and their old cookie gives nobody their id.
  const { body: again } = await browser.join(await invite(server.admin), "Bob");
  assertEquals([again.name, again.id === id], ["Bob", false]);
  assertEquals((await server.admin.ask("DELETE", `/members/${id}`)).status, 404);
});

test("patchMember: a ban ends everything, and lifting it brings no session back", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  await using peer = await Peer.join(server.host, "/rooms/lobby", browser.headers);
  const ban = (banned: boolean) => server.admin.ask("PATCH", `/members/${id}`, { banned });
  assertEquals((await ban(true)).body.banned, true);
  assertEquals((await within(peer.closed, "the end")).code, 1008);
  assertEquals((await browser.ask("GET", "/me")).status, 401);
  assertEquals((await server.admin.ask("POST", `/members/${id}/link`)).status, 409);
  // Nobody else takes their name meanwhile.
  const eve = new Browser(server);
  assertEquals((await eve.join(await invite(server.admin), "bob")).status, 409);
  assertEquals((await ban(false)).body.banned, undefined);
  assertEquals((await browser.ask("GET", "/me")).status, 401);
  const { body } = await server.admin.ask("POST", `/members/${id}/link`);
  assertEquals((await browser.join(body.link)).body.id, id);
});

test("Members.put: the last admin cannot be removed, banned or demoted", async () => {
  await using server = await serveInvited();
  const path = `/members/${server.adminId}`;
  const tries = [["DELETE"], ["PATCH", { banned: true }], ["PATCH", { role: "member" }]] as const;
  for (const [method, body] of tries) {
    assertEquals((await server.admin.ask(method, path, body)).status, 409, method);
  }
  const { id } = await newMember(server, server.admin, "Bob");
  await server.admin.ask("PATCH", `/members/${id}`, { role: "admin" });
  assertEquals((await server.admin.ask("PATCH", path, { role: "member" })).status, 200);
});

test("patchMe: another name is unique, and reaches the connections that are open", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  await using watcher = await Peer.join(server.host, "/rooms/lobby", server.admin.headers);
  await using peer = await Peer.join(server.host, "/rooms/lobby", browser.headers);
  await peer.next("welcome");
  const rename = (name: string) => browser.ask("PATCH", "/me", { name });
  assertEquals((await rename("ａＮＮ")).status, 409);
  assertEquals((await rename("\u3164")).status, 400);
  assertEquals((await rename("Robert")).body.name, "Robert");
  const { from, name } = await watcher.next("renamed");
  assertEquals([from, name], [id, "Robert"]);
  peer.say("it is me");
  assertEquals((await watcher.next("message")).name, "Robert");
  // The old name is free.
  await newMember(server, server.admin, "Bob");
  assertEquals((await rename("bob")).status, 409);
});

test("patchMember: in an open chat a visitor is banned by their id, and comes back when it is lifted", async () => {
  await using server = await serveChat();
  const [admin, visitor] = [new Browser(server), new Browser(server)];
  assertEquals((await admin.join(await firstLink(server), "Ann")).status, 201);
  const { id } = await visitor.open();
  assertEquals((await visitor.ask("GET", "/members")).status, 403);
  await using peer = await Peer.join(server.host, "/rooms/lobby", visitor.headers);
  assertEquals((await admin.ask("PATCH", `/members/${id}`, { banned: true })).status, 200);
  assertEquals((await within(peer.closed, "the end")).code, 1008);
  assertEquals((await visitor.ask("GET", "/me")).status, 403);
  assertEquals((await visitor.join(await invite(admin), "Vic")).status, 403);
  const { body: { members } } = await admin.ask("GET", "/members");
  assertEquals(members.find((member: { id: string }) => member.id === id).banned, true);
  await admin.ask("PATCH", `/members/${id}`, { banned: false });
  assertEquals((await visitor.ask("GET", "/me")).body.id, id);
});

test("metrics: where not everybody may come in, they are for admins, whatever the address", async () => {
  await using server = await serveInvited("--trust-proxy");
  const { browser } = await newMember(server, server.admin, "Bob");
  const local = { "x-forwarded-for": "127.0.0.1" };
  for (
    const [asker, status] of [[server.admin, 200], [browser, 403], [
      new Browser(server),
      401,
    ]] as const
  ) {
    const response = await asker.fetch("/metrics", { headers: local });
    await response.body?.cancel();
    assertEquals(response.status, status);
  }
  await using locked = await serveLocked();
  for (const [role, status] of [["admin", 200], ["member", 403]] as const) {
    const token = await sign({ sub: role, role });
    assertEquals(await statusOf(locked, "/metrics", bearer(token)), status);
  }
});

test("checkSessions: with tokens there are no members, invitations or sessions", async () => {
  await using server = await serveLocked();
  const headers = bearer(await sign({ sub: "ann", role: "admin" }));
  for (const path of ["/members", "/invites", "/me/sessions"]) {
    assertEquals(await statusOf(server, path, headers), 403, path);
  }
});
