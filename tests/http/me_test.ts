/** Who the asker is, and what makes a browser the same person the next time. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Browser } from "../../testing/cookies.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";
import { serveTls } from "../../testing/tls_server.ts";
import { bearer, serveLocked, sign, statusOf } from "../../testing/token_server.ts";
import { Watcher } from "../../testing/watcher.ts";

const KEY = "k".repeat(32);

const jsonPost = (body: unknown, method = "POST") => ({
  method,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

/** The member that a browser is, on every way that it may come. */
async function idsOf(server: ChatServer, browser: Browser): Promise<string[]> {
  const { headers } = browser;
  const me = await (await browser.fetch("/me")).json();
  await using peer = await Peer.join(server.host, "/rooms/lobby", headers);
  const { you } = await peer.next("welcome");
  await using watcher = await Watcher.open(server, "", headers);
  const welcome = await watcher.next();
  const text = { ...headers, "content-type": "text/plain" };
  const post = { method: "POST", body: "x", headers: text };
  const posted = await (await browser.fetch("/rooms/lobby/messages", post)).json();
  await using plain = await Peer.join(server.host, "/ws", headers);
  plain.send("from the plain wire");
  await peer.until(() => peer.all("message").some((said) => said.text.startsWith("from")), "it");
  const plainId = peer.all("message").find((said) => said.text.startsWith("from")).from;
  return [me.id, you.id, welcome!.data.you.id, posted.from, plainId];
}

test("postMe: gives a browser a cookie once, which makes it the same member everywhere", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  const first = await browser.open();
  assertEquals(first.status, 201);
  assertMatch(first.id, /^[a-z2-7]{16}$/);
  const { cookie } = browser;
  const second = await browser.open();
  assertEquals([second.status, second.id, browser.cookie], [200, first.id, cookie]);
  assertEquals(await idsOf(server, browser), Array(5).fill(first.id));
  const other = await new Browser(server).open();
  assertNotEquals(other.id, first.id);
});

test("getMe: says what the query's name and email lead to, as they would in a room", async () => {
  await using server = await serveChat();
  const url = `http://${server.host}/me?name=%20Ann%20&email=ann@example.org`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${KEY}` } });
  const { name, avatar } = await response.json();
  assertEquals([name, avatar.length], ["Ann", 64]);
});

test("postMe: sets a cookie that scripts cannot read and other sites do not send", async () => {
  await using server = await serveChat();
  const response = await new Browser(server).fetch("/me", { method: "POST" });
  await response.body?.cancel();
  const [pair, ...attributes] = response.headers.get("set-cookie")!.split("; ");
  assertMatch(pair, /^hubbub-[a-z2-7]{8}=[\w-]{43}\.[\w-]{22}$/);
  assertEquals(attributes, ["Path=/", `Max-Age=${400 * 86_400}`, "HttpOnly", "SameSite=Lax"]);
});

test("postMe: binds the cookie to the host where browsers come over TLS", async () => {
  await using behind = await serveChat("--url", "https://chat.example.org/team");
  const response = await fetch(`http://${behind.host}/me`, { method: "POST" });
  await response.body?.cancel();
  await using own = await serveTls();
  const direct = await own.ask({ ":method": "POST", ":path": "/me" });
  for (
    const cookie of [response.headers.get("set-cookie")!, String(direct.headers["set-cookie"])]
  ) {
    assertMatch(cookie, /^__Host-hubbub-[a-z2-7]{8}=/);
    assertMatch(cookie, /; Path=\/; .*; Secure$/);
  }
});

test("postMe: a session outlives a restart, and counts on every server of its database alone", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  let cookie: string | undefined;
  let id: string;
  {
    await using server = await serveChat(...db);
    await using second = await serveChat(...db);
    const browser = new Browser(server);
    ({ id } = await browser.open());
    ({ cookie } = browser);
    const elsewhere = new Browser(second);
    elsewhere.cookie = cookie;
    assertEquals((await elsewhere.open()).id, id);
  }
  await using restarted = await serveChat(...db);
  const back = new Browser(restarted);
  back.cookie = cookie;
  assertEquals(await back.open(), { ...await back.open(), id, status: 200 });
  await using foreign = await serveChat();
  const stranger = new Browser(foreign);
  stranger.cookie = cookie;
  const { status, id: another } = await stranger.open();
  assertEquals(status, 201);
  assertNotEquals(another, id);
  await Deno.remove(folder, { recursive: true });
});

test("postMe: replaces a cookie that was not issued here", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  const { id } = await browser.open();
  const [name, value] = browser.cookie!.split("=");
  const [secret, mac] = value.split(".");
  const swapped = (text: string) => (text[0] === "A" ? "B" : "A") + text.slice(1);
  const forged = [
    `${swapped(secret)}.${mac}`,
    `${secret}.${swapped(mac)}`,
    secret,
    "",
    "x",
    `.${mac}`,
  ];
  for (const value of [...forged, `${secret}.${mac}.`, `${secret}.${"A".repeat(22)}`]) {
    browser.cookie = `${name}=${value}`;
    const { status, id: another } = await browser.open();
    assertEquals(status, 201, value);
    assertNotEquals(another, id, value);
    assertNotEquals(browser.cookie, `${name}=${value}`, value);
    assertEquals((await browser.open()).id, another, value);
  }
});

test("postMe: answers with the name and picture that were given, and keeps nothing of them", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  const response = await browser.fetch("/me", jsonPost({ name: " Ann\u200b ", email: "A@b.c" }));
  const { id, ...me } = await response.json();
  assertEquals([me.name, me.role, me.avatar.length], ["Ann", "member", 64]);
  const later = await (await browser.fetch("/me")).json();
  assertEquals(later, { id, name: `guest-${id.slice(0, 4)}`, role: "member", session: "first" });
  assert(!JSON.stringify(me).includes("b.c"));
});

test("postMe: refuses a body that is no profile", async () => {
  await using server = await serveChat();
  const bad = [{ name: 5 }, { name: "\u3164" }, { name: "server" }, { email: 5 }, [], "x"];
  for (const body of [...bad, { email: "x".repeat(300) }]) {
    assertEquals(await statusOf(server, "/me", jsonPost(body)), 400, JSON.stringify(body));
  }
  const text = { method: "POST", body: "{}", headers: { "content-type": "text/plain" } };
  assertEquals(await statusOf(server, "/me", text), 415);
  assertEquals(await statusOf(server, "/me", jsonPost({ name: "x".repeat(2_000) })), 413);
});

test("getMe: answers 401 without a session, and never to be stored with one", async () => {
  await using server = await serveChat();
  for (const method of ["GET", "PATCH"]) {
    const init = method === "GET" ? {} : jsonPost({ name: "Ann" }, method);
    assertEquals(await statusOf(server, "/me", init), 401, method);
  }
  const response = await fetch(`http://${server.host}/me`, bearer(KEY));
  assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  assertMatch((await response.json()).id, /^[a-z2-7]{16}$/);
});

test("postMe: gives a client with a key of its own no session, since it has an identity", async () => {
  await using server = await serveChat();
  const init = { method: "POST", ...bearer(KEY) };
  const response = await fetch(`http://${server.host}/me`, init);
  const { id } = await response.json();
  assertEquals([response.status, response.headers.get("set-cookie")], [200, null]);
  await using peer = await Peer.join(server.host, `/rooms/lobby?token=${KEY}`);
  assertEquals((await peer.next("welcome")).you.id, id);
});

test("patchMe: checks another name and picture, which a token may determine", async () => {
  await using server = await serveChat();
  const browser = new Browser(server);
  await browser.open();
  const response = await browser.fetch("/me", jsonPost({ name: "Zoe" }, "PATCH"));
  assertEquals((await response.json()).name, "Zoe");
  await using locked = await serveLocked();
  const token = await sign({ sub: "ann", name: "Ann", role: "admin" });
  const patch = (body: unknown) => {
    const { headers, ...rest } = jsonPost(body, "PATCH");
    return { ...rest, headers: { ...headers, ...bearer(token).headers } };
  };
  assertEquals(await statusOf(locked, "/me", patch({ name: "Zoe" })), 403);
  const kept = await fetch(`http://${locked.host}/me`, patch({}));
  assertEquals(await kept.json(), { id: "ann", name: "Ann", role: "admin" });
});
