/** Where a person is signed in: the list, ending one, links for other devices, signing out. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Browser } from "../../testing/cookies.ts";
import { newMember, serveInvited } from "../../testing/invited.ts";
import { Peer, serveChat, test, within } from "../../testing/support.ts";
import { bearer, statusOf } from "../../testing/token_server.ts";
import { Watcher } from "../../testing/watcher.ts";

/** Another browser of the same person, by a link for another device. */
async function onOtherDevice(server: { host: string }, browser: Browser): Promise<Browser> {
  const { status, body } = await browser.ask("POST", "/me/link");
  assertEquals(status, 201);
  assert(Math.abs(body.expires - Date.now() - 600_000) < 60_000);
  const other = new Browser(server);
  assertEquals((await other.join(body.link)).status, 201);
  return other;
}

const idOf = async (browser: Browser) => (await browser.ask("GET", "/me")).body.id;

test("listSessions: has every session of the person, and says which one asks", async () => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const other = await onOtherDevice(server, browser);
  assertEquals(await idOf(other), id);
  const { body: { sessions } } = await other.ask("GET", "/me/sessions");
  assertEquals(sessions.map(({ current }: { current: boolean }) => current), [false, true]);
  for (const { id: name, created, seen, agent } of sessions) {
    assertMatch(name, /^[a-z2-7]{16}$/);
    assertMatch(agent, /^Deno\//);
    assert(created <= seen && Math.abs(seen - Date.now()) < 60_000);
  }
  const { body: me } = await other.ask("GET", "/me");
  assertEquals(me.session, sessions[1].id);
});

test("endSession: ends the connections and streams of that session, and of no other", async () => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Bob");
  const lost = await onOtherDevice(server, browser);
  await using peer = await Peer.join(server.host, "/rooms/lobby", lost.headers);
  await using plain = await Peer.join(server.host, "/ws", lost.headers);
  await using watcher = await Watcher.watch(server, "", lost.headers);
  await using mine = await Peer.join(server.host, "/rooms/lobby", browser.headers);
  const { body: { sessions } } = await browser.ask("GET", "/me/sessions");
  const [{ id }] = sessions.filter(({ current }: { current: boolean }) => !current);
  assertEquals((await browser.ask("DELETE", `/me/sessions/${id}`)).status, 204);
  for (const ended of [peer, plain]) {
    const { code, reason } = await within(ended.closed, "the end");
    assertEquals([code, reason], [1008, "access revoked"]);
  }
  while (await watcher.next() !== undefined);
  assertEquals((await lost.ask("GET", "/me")).status, 401);
  mine.say("still here");
  await mine.next("message");
  assertEquals((await browser.ask("DELETE", `/me/sessions/${id}`)).status, 404);
});

test("endSession: nobody ends a session of somebody else", async () => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { body: { sessions: [{ id }] } } = await server.admin.ask("GET", "/me/sessions");
  assertEquals((await browser.ask("DELETE", `/me/sessions/${id}`)).status, 404);
  assertEquals((await browser.ask("DELETE", "/me/sessions/first")).status, 404);
  assertEquals((await server.admin.ask("GET", "/me")).status, 200);
});

test("signOut: ends the session and takes the cookie", async () => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Bob");
  const stolen = new Browser(server);
  stolen.cookie = browser.cookie;
  await using peer = await Peer.join(server.host, "/rooms/lobby", browser.headers);
  assertEquals((await browser.ask("POST", "/me/sign-out")).status, 204);
  assertEquals((await within(peer.closed, "the end")).code, 1008);
  assertEquals(browser.cookie, undefined);
  assertEquals((await stolen.ask("GET", "/me")).status, 401);
});

test("signOut: in an open chat the old secret is refused, on other devices as before", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  const { id } = await browser.open();
  const other = await onOtherDevice(server, browser);
  const { body: { sessions } } = await other.ask("GET", "/me/sessions");
  assertEquals(sessions.length, 2);
  assertEquals(sessions[0], { id: "first", current: false });
  const stolen = new Browser(server);
  stolen.cookie = browser.cookie;
  await using peer = await Peer.join(server.host, "/rooms/lobby", stolen.headers);
  assertEquals((await browser.ask("POST", "/me/sign-out")).status, 204);
  assertEquals((await within(peer.closed, "the end")).code, 1008);
  assertEquals((await stolen.ask("GET", "/me")).status, 401);
  const again = await stolen.open();
  assertEquals(again.status, 201);
  assertNotEquals(again.id, id);
  assertEquals(await idOf(other), id);
  const { body: left } = await other.ask("GET", "/me/sessions");
  assertEquals(left.sessions.map(({ current }: { current: boolean }) => current), [true]);
});

test("endSession: in an open chat another device ends the first session", async () => {
  await using server = await serveChat();
  const lost = new Browser(server);
  const { id } = await lost.open();
  const other = await onOtherDevice(server, lost);
  assertEquals((await other.ask("DELETE", "/me/sessions/first")).status, 204);
  assertEquals((await lost.ask("GET", "/me")).status, 401);
  assertEquals(await idOf(other), id);
});

test("sessionOf: a key of its own has no sessions, and neither has somebody without anything", async () => {
  await using server = await serveChat();
  const key = bearer("k".repeat(32));
  for (
    const [method, path] of [["GET", "/me/sessions"], ["POST", "/me/link"], [
      "POST",
      "/me/sign-out",
    ]]
  ) {
    assertEquals(await statusOf(server, path, { method, ...key }), 401, path);
    assertEquals(await statusOf(server, path, { method }), 401, path);
  }
});

test("postMe: the cookie of a session that is used lasts longer", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  await browser.open();
  const response = await browser.fetch("/me", { method: "POST" });
  await response.body?.cancel();
  assertMatch(
    response.headers.get("set-cookie")!,
    new RegExp(`^${browser.cookie}; .*Max-Age=34560000`),
  );
});
