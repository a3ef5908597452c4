/** The way from a request to an identity: which credential counts, and where a cookie does. */

import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { Browser } from "../../testing/cookies.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";
import { bearer, serveLocked, sign, statusOf, upgradeStatus } from "../../testing/token_server.ts";

const KEYS = ["a", "b"].map((letter) => letter.repeat(32));

const cookie = (value: string, more = {}) => ({
  headers: { cookie: `chat_token=${value}`, ...more },
});

async function idOf({ host }: ChatServer, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://${host}${path}`, { headers });
  return response.status === 200 ? (await response.json()).id : await response.body?.cancel();
}

test("Authenticator.identify: takes the bearer, then the query, then the cookie; the first decides", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "ann" });
  const among = { headers: { cookie: `a=b; chat_token=${token}; c=d` } };
  assertEquals(await statusOf(server, "/rooms", bearer(token)), 200);
  assertEquals(await statusOf(server, `/rooms?token=${token}`), 200);
  assertEquals(await statusOf(server, "/rooms", among), 200);
  assertEquals(await statusOf(server, "/rooms?token=bad", bearer(token)), 200);
  assertEquals(await statusOf(server, `/rooms?token=${token}`, bearer("bad")), 401);
  assertEquals(await statusOf(server, `/rooms?token=${token}`, cookie("bad")), 200);
  assertEquals(await statusOf(server, "/rooms?token=bad", cookie(token)), 401);
  const other = { headers: { cookie: `not_chat_token=${token}` } };
  assertEquals(await statusOf(server, "/rooms", other), 401);
});

test("Authenticator.identify: in open mode a key in the header beats one in the query, and both a session", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  const { id } = await browser.open();
  const [a, b] = [
    await idOf(server, `/me?token=${KEYS[0]}`),
    await idOf(server, `/me?token=${KEYS[1]}`),
  ];
  assertEquals(new Set([id, a, b]).size, 3);
  const authorization = `Bearer ${KEYS[0]}`;
  assertEquals(
    await idOf(server, `/me?token=${KEYS[1]}`, { ...browser.headers, authorization }),
    a,
  );
  assertEquals(await idOf(server, `/me?token=${KEYS[1]}`, browser.headers), b);
  assertEquals(await idOf(server, "/me", browser.headers), id);
});

test("Authenticator.identify: refuses a key that is too short to be a secret, or too long", async () => {
  await using server = await serveChat();
  for (const [length, status] of [[31, 401], [32, 200], [512, 200], [513, 401]] as const) {
    const key = "k".repeat(length);
    assertEquals(await statusOf(server, "/me", bearer(key)), status, `${length}`);
    assertEquals(await statusOf(server, `/me?token=${key}`), status, `${length}`);
    const upgraded = await upgradeStatus(server, `/ws?token=${key}`);
    assertEquals(upgraded, status === 200 ? 101 : 401, `${length}`);
  }
});

test("Authenticator.identify: without a credential everybody is somebody new each time", async () => {
  await using server = await serveChat();
  const ids = new Set<string>();
  for (let n = 0; n < 3; n++) {
    await using peer = await Peer.join(server.host, "/rooms/lobby?name=Ann&email=ann@example.org");
    ids.add((await peer.next("welcome")).you.id);
  }
  assertEquals(ids.size, 3);
});

test("Authenticator.identify: a cookie on an upgrade or a POST without Origin is answered with 403", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  await browser.open();
  const header = `Cookie: ${browser.cookie}\r\n`;
  const site = "Sec-Fetch-Site: same-origin\r\n";
  for (const path of ["/ws", "/chat?email=a@b.c", "/rooms/lobby"]) {
    assertEquals(await upgradeStatus(server, path, header), 403, path);
    assertEquals(await upgradeStatus(server, path, header + site), 101, path);
    const own = `Origin: http://${server.host}\r\n`;
    assertEquals(await upgradeStatus(server, path, header + own), 101, path);
    assertEquals(await upgradeStatus(server, path), 101, path);
  }
  const post = (more = {}) => ({
    method: "POST",
    body: "x",
    headers: { "content-type": "text/plain", cookie: browser.cookie!, ...more },
  });
  const path = "/rooms/lobby/messages";
  assertEquals(await statusOf(server, path, post()), 403);
  for (const site of ["same-site", "cross-site", "none"]) {
    assertEquals(await statusOf(server, path, post({ "sec-fetch-site": site })), 403, site);
  }
  assertEquals(await statusOf(server, path, post({ "sec-fetch-site": "same-origin" })), 201);
  assertEquals(await statusOf(server, path, post({ origin: `http://${server.host}` })), 201);
  assertEquals(await statusOf(server, "/me", { headers: { cookie: browser.cookie! } }), 200);
});

test("Authenticator.identify: a page of another origin is never authenticated by its session", async () => {
  for (const allowed of ["https://a.example", "*"]) {
    await using server = await serveChat("--origin", allowed);
    const browser = new Browser(server);
    const { id } = await browser.open();
    const foreign = { cookie: browser.cookie!, origin: "https://a.example" };
    assertEquals(await statusOf(server, "/me", { headers: foreign }), 401, allowed);
    await using peer = await Peer.join(server.host, "/rooms/lobby", foreign);
    assertNotEquals((await peer.next("welcome")).you.id, id, allowed);
  }
  await using server = await serveChat();
  const browser = new Browser(server);
  await browser.open();
  const headers = { cookie: browser.cookie!, origin: "https://a.example" };
  assertEquals(await statusOf(server, "/me", { headers }), 401);
});

test("Authenticator.identify: a token's cookie counts from an origin that is named, and not with *", async () => {
  const token = await sign({ sub: "ann" });
  const origin = "https://a.example";
  const upgrade = `Cookie: chat_token=${token}\r\nOrigin: ${origin}\r\n`;
  const post = {
    method: "POST",
    body: "x",
    headers: { "content-type": "text/plain", cookie: `chat_token=${token}`, origin },
  };
  for (const [allowed, isNamed] of [[origin, true], ["*", false]] as const) {
    await using server = await serveLocked("--origin", allowed);
    const statuses = [
      await statusOf(server, "/rooms", cookie(token, { origin })),
      await upgradeStatus(server, "/rooms/lobby", upgrade),
      await statusOf(server, "/rooms/lobby/messages", post),
    ];
    assertEquals(statuses, isNamed ? [200, 101, 201] : [401, 401, 401], allowed);
  }
  await using server = await serveLocked();
  assertEquals(await statusOf(server, "/rooms", cookie(token, { origin })), 401);
  assertEquals(await upgradeStatus(server, "/rooms/lobby", upgrade), 403);
});

test("Routes: every route but the page, its files and the probes needs a token", async () => {
  await using server = await serveLocked();
  for (const path of ["/", "/rooms/lobby", "/rooms/lobby/7", "/healthz", "/readyz"]) {
    assertEquals(await statusOf(server, path), 200, path);
  }
  const closed = [
    "/rooms",
    "/rooms/x/messages",
    "/rooms/x/events",
    "/ws",
    "/chat",
    "/me",
    "/metrics",
  ];
  for (const path of closed) assertEquals(await statusOf(server, path), 401, path);
  const post = { method: "POST", body: "x", headers: { "content-type": "text/plain" } };
  for (const path of ["/rooms/x/messages", "/me"]) {
    assertEquals(await statusOf(server, path, post), 401, path);
  }
  for (const path of ["/ws", "/chat?email=a@b.c", "/rooms/lobby"]) {
    assertEquals(await upgradeStatus(server, path), 401, path);
  }
});

test("openChat: opens nothing with a file for the secret that has none in it", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, " \n");
  const error = await assertRejects(async () => {
    await using _chat = await serveChat("--auth-secret-file", file);
  });
  assertMatch(String(error), /is empty/);
  await Deno.remove(file);
});
