/** Links: what they are for, using them, and who is who afterwards. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { skipDate } from "../../testing/clock.ts";
import { Browser, tokenOf } from "../../testing/cookies.ts";
import { firstLink, invite, newMember, serveInvited } from "../../testing/invited.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";
import { bearer, serveLocked, statusOf } from "../../testing/token_server.ts";

test("join: an invitation makes a member, whose name and role the directory says", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const { body: me } = await browser.ask("GET", "/me");
  assertEquals([me.id, me.name, me.role, me.avatar], [id, "Bob", "member", undefined]);
  const query = "name=Mallory&email=mallory@example.org";
  await using peer = await Peer.join(server.host, `/rooms/lobby?${query}`, browser.headers);
  const { you } = await peer.next("welcome");
  assertEquals(you, { id, name: "Bob" });
  peer.send({ type: "name", name: "Mallory", id: "r" });
  assertEquals((await peer.next("error")).code, "bad_name");
});

test("join: whoever is no member gets the page and nothing else", async () => {
  await using server = await serveInvited();
  const stranger = new Browser(server);
  for (const path of ["/", "/join", "/rooms/lobby", "/healthz"]) {
    assertEquals(await statusOf(server, path), 200, path);
  }
  for (const path of ["/me", "/rooms", "/members", "/rooms/lobby/messages", "/metrics"]) {
    assertEquals((await stranger.ask("GET", path)).status, 401, path);
    assertEquals(await statusOf(server, path, bearer("k".repeat(32))), 401, path);
  }
  assertEquals((await stranger.ask("POST", "/me", { name: "Eve" })).status, 401);
  assertEquals(stranger.cookie, undefined);
});

test("join: looking at a link describes it, and changes nothing", async () => {
  await using server = await serveInvited("--name", "Tea");
  const link = await invite(server.admin);
  const stranger = new Browser(server);
  const look = (link: string, browser = stranger) =>
    browser.ask("POST", "/join", { token: tokenOf(link), look: true });
  for (let n = 0; n < 3; n++) {
    const { status, body: { expires, ...body } } = await look(link);
    assertEquals(status, 200);
    assert(Math.abs(expires - Date.now() - 7 * 86_400_000) < 60_000);
    const by = { id: server.adminId, name: "Ann" };
    assertEquals(body, { for: "invite", chat: "Tea", by, role: "member", needsName: true });
  }
  assertEquals(stranger.cookie, undefined);
  const { browser: bob, id } = await newMember(server, server.admin, "Bob");
  const { body: device } = await bob.ask("POST", "/me/link");
  const { body } = await look(device.link, server.admin);
  const [bobHimself, ann] = [{ id, name: "Bob" }, { id: server.adminId, name: "Ann" }];
  assertEquals([body.for, body.member, body.replaces], ["device", bobHimself, ann]);
  assertEquals((await look(device.link, bob)).body.replaces, undefined);
  assertEquals((await stranger.join(link, "Eve")).status, 201);
});

test("join: a link that is used up, expired, withdrawn or was never made is gone", async () => {
  await using server = await serveInvited();
  const used = await invite(server.admin);
  assertEquals((await new Browser(server).join(used, "Bob")).status, 201);
  const { body: withdrawn } = await server.admin.ask("POST", "/invites", {});
  assertEquals((await server.admin.ask("DELETE", `/invites/${withdrawn.id}`)).status, 204);
  for (const link of [used, withdrawn.link, `/join#${"A".repeat(43)}`, "/join#"]) {
    assertEquals((await new Browser(server).join(link, "Eve")).status, 410, link);
  }
  const late = await invite(server.admin, { days: 1 });
  using _ = skipDate(86_400_001);
  assertEquals((await new Browser(server).join(late, "Eve")).status, 410);
});

test("join: a refused name does not use up the link", async () => {
  await using server = await serveInvited();
  const link = await invite(server.admin);
  const browser = new Browser(server);
  for (
    const [name, status] of [[undefined, 400], ["", 400], ["\u3164", 400], ["ANN", 409]] as const
  ) {
    assertEquals((await browser.join(link, name)).status, status, name);
  }
  assertEquals((await browser.join(link, " Bob ")).body.name, "Bob");
});

test("join: refuses a body that is no order, and the methods of others", async () => {
  await using server = await serveInvited();
  const browser = new Browser(server);
  const bad = [{}, { token: 5 }, { token: "x".repeat(65) }, { token: "x", name: 5 }];
  for (const body of [...bad, { token: "x", look: "yes" }]) {
    assertEquals((await browser.ask("POST", "/join", body)).status, 400, JSON.stringify(body));
  }
  assertEquals((await browser.ask("PUT", "/join", {})).status, 405);
});

test("join: a visitor who accepts an invitation keeps their id, and the old session is worth nothing", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  let visitor: Browser, id: string;
  {
    await using open = await serveChat(...db);
    visitor = new Browser(open);
    ({ id } = await visitor.open());
    await using peer = await Peer.join(open.host, "/rooms/lobby?name=Vic", visitor.headers);
    peer.say("before");
    await peer.next("message");
  }
  await using server = await serveInvited(...db);
  const old = visitor.cookie;
  visitor = new Browser(server);
  visitor.cookie = old;
  assertEquals((await visitor.ask("GET", "/me")).status, 401);
  const { body } = await visitor.join(await invite(server.admin), "Vic");
  assertEquals([body.id, body.name], [id, "Vic"]);
  assertNotEquals(visitor.cookie, old);
  const { body: page } = await visitor.ask("GET", "/rooms/lobby/messages");
  assertEquals(
    page.messages.map(({ from, text }: { from: string; text: string }) => [from, text]),
    [
      [id, "before"],
    ],
  );
  const thief = new Browser(server);
  thief.cookie = old;
  assertEquals((await thief.ask("GET", "/me")).status, 401);
  const { body: other } = await thief.join(await invite(server.admin), "Thief");
  assertNotEquals(other.id, id);
  await Deno.remove(folder, { recursive: true });
});

test("join: a member who accepts an invitation with nothing more is refused, one to be an admin becomes it", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const link = await invite(server.admin);
  assertEquals((await browser.join(link)).status, 409);
  const { body } = await browser.join(await firstLink(server));
  assertEquals([body.id, body.name, body.role], [id, "Bob", "admin"]);
  assertEquals((await new Browser(server).join(link, "Eve")).status, 201);
});

test("join: in an open chat an operator's link makes an admin, who keeps their id", async () => {
  await using server = await serveChat();
  const visitor = new Browser(server);
  const { id } = await visitor.open();
  const old = visitor.cookie;
  const { status, body } = await visitor.join(await firstLink(server), "Ann");
  assertEquals([status, body.id, body.role], [201, id, "admin"]);
  // What may have been known before makes nobody an admin.
  const thief = new Browser(server);
  thief.cookie = old;
  const stolen = await thief.open();
  assertEquals(stolen.status, 201);
  assertNotEquals(stolen.id, id);
  assertEquals((await visitor.ask("POST", "/invites", {})).status, 201);
  assertEquals((await visitor.ask("GET", "/me")).body.role, "admin");
});

test("join: uses no link where people come with tokens", async () => {
  await using server = await serveLocked();
  const browser = new Browser(server);
  assertEquals((await browser.join("/join#x", "Eve")).status, 403);
});

test("linkOf: a link has the public address, or the host that the request names, and no other", async () => {
  await using server = await serveInvited();
  const { body } = await server.admin.ask("POST", "/invites", {});
  assertMatch(body.link, new RegExp(`^http://${server.host}/join#[\\w-]{43}$`));
  const forged = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.example",
    "content-type": "application/json",
  };
  const response = await server.admin.fetch("/me/link", { method: "POST", headers: forged });
  assertMatch((await response.json()).link, new RegExp(`^http://${server.host}/join#`));
  await using behind = await serveChat("--url", "https://chat.example.org/team");
  assertMatch(await firstLink(behind), /^https:\/\/chat\.example\.org\/team\/join#/);
});

test("checkRate: an address that tries too many links is refused", async () => {
  await using server = await serveInvited("--rate", "10", "--burst", "20");
  const browser = new Browser(server);
  const statuses = new Set<number>();
  for (let n = 0; n < 40; n++) {
    statuses.add((await browser.join(`/join#${n}`, "Eve")).status);
  }
  assertEquals([...statuses], [410, 429]);
  assertEquals(LIMITS.rateFactors.accounts.rate * 10 < 1, true);
});

test("Joining.use: an invitation lets into the private rooms that it names, whose members see it", async () => {
  await using server = await serveInvited();
  const { admin } = server;
  const order = { access: "private", title: "Tea" };
  const { body: { name: room } } = await admin.ask("POST", "/rooms", order);
  await using peer = await Peer.join(server.host, `/rooms/${room}`, admin.headers);
  await peer.next("welcome");
  const link = await invite(admin, { rooms: [room], uses: 2 });
  const bob = new Browser(server);
  const { body: look } = await bob.ask("POST", "/join", { token: tokenOf(link), look: true });
  assertEquals(look.rooms, [{ name: room, title: "Tea" }]);
  const { body: { id } } = await bob.join(link, "Bob");
  await peer.until(() => peer.all("room").some(({ added }) => added === id), "the change");
  assertEquals((await bob.ask("GET", `/rooms/${room}/messages`)).status, 200);
  // It has nothing more for somebody who is in already, and is not used up by them.
  assertEquals((await bob.join(link)).status, 409);
  const { browser: cid } = await newMember(server, admin, "Cid");
  assertEquals((await cid.ask("GET", `/rooms/${room}/messages`)).status, 404);
  assertEquals((await cid.join(link)).status, 201);
  assertEquals((await cid.ask("GET", `/rooms/${room}/messages`)).status, 200);
  // Somebody who is removed leaves no place behind.
  await admin.ask("DELETE", `/members/${id}`);
  const { body } = await admin.ask("GET", `/rooms/${room}/members`);
  assertEquals(body.members.map(({ name }: { name: string }) => name), ["Ann", "Cid"]);
});

test("Joining.use: who came, and by whose invitation, is in the audit log, without a link or a name", async () => {
  await using server = await serveInvited();
  const { admin, adminId } = server;
  const { browser, id } = await newMember(server, admin, "Bob");
  await admin.ask("POST", `/members/${id}/link`);
  const { body: device } = await browser.ask("POST", "/me/link");
  await new Browser(server).join(device.link);
  const { body } = await admin.ask("GET", "/audit");
  const noted = body.entries.map((
    { by, action, to }: { by: string; action: string; to?: string },
  ) => [by, action, to]);
  const [first, invited, ...rest] = noted;
  assertEquals([first, invited.slice(0, 2)], [[adminId, "join", undefined], [adminId, "invite"]]);
  assertEquals(rest, [[id, "join", adminId], [adminId, "sign-in link", id], [
    id,
    "device link used",
    id,
  ]]);
  assert(!JSON.stringify(body).includes("Bob"));
});
