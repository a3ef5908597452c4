/** Routes, statuses and headers. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exchange, get } from "../../testing/raw_http.ts";
import { type ChatServer, Peer, RawPeer, serveChat, test, within } from "../../testing/support.ts";

const at = (server: ChatServer, path: string) => `http://${server.host}${path}`;

/** Asks, and checks what every answer must have. */
async function ask(server: ChatServer, path: string, init: RequestInit = {}) {
  const response = await fetch(at(server, path), { redirect: "manual", ...init });
  const text = await response.text();
  const { headers, status } = response;
  const what = `${init.method ?? "GET"} ${path}: ${status}`;
  assertEquals(headers.get("x-content-type-options"), "nosniff", what);
  assert(headers.get("referrer-policy"), what);
  const csp = headers.get("content-security-policy") ?? "";
  assertStringIncludes(csp, "default-src 'none'", what);
  assert(!csp.includes("unsafe"), what);
  if (status < 400) return { status, headers, text };
  assertEquals(headers.get("content-type"), "application/problem+json", what);
  if (init.method === "HEAD") return { status, headers, text };
  const problem = JSON.parse(text);
  const { code: _, ...members } = problem;
  assertEquals(Object.keys(members).sort(), ["detail", "status", "title", "type"], what);
  assertEquals(problem.status, status, what);
  assert(problem.title && problem.detail && problem.type, what);
  return { status, headers, text };
}

test("Routes.fetch: serves the page at / and at every room", async () => {
  await using server = await serveChat();
  const page = await ask(server, "/");
  assertEquals(page.status, 200);
  assertStringIncludes(page.headers.get("content-type")!, "text/html");
  for (const path of ["/rooms/lobby", "/rooms/%E6%9D%B1%E4%BA%AC", "/rooms/a-b_c.d?x=1"]) {
    const { status, text } = await ask(server, path);
    assertEquals([status, text], [200, page.text], path);
  }
});

test("Routes.fetch: answers 404 where there is nothing", async () => {
  await using server = await serveChat();
  const paths = ["/nothing", "/ws/", "/chat/x", "/rooms/", "/rooms/x/", "/rooms/x/other"];
  for (
    const path of [...paths, "/rooms/x/messages/1", "/rooms//messages", "/healthz/", "/main.ts"]
  ) {
    assertEquals((await ask(server, path)).status, 404, path);
  }
  assertEquals((await ask(server, "/nothing", { method: "POST" })).status, 404);
});

test("Routes.fetch: answers 405 with the methods that there are", async () => {
  await using server = await serveChat();
  const paths = ["/", "/rooms/x", "/healthz", "/readyz", "/ws", "/chat"];
  const page = await (await fetch(`http://${server.host}/`)).text();
  const script = /src="([^"]+)"/.exec(page)![1];
  const assertAllow = async (method: string, path: string, allow: string) => {
    const { status, headers } = await ask(server, path, { method });
    assertEquals([status, headers.get("allow")], [405, allow], `${method} ${path}`);
  };
  for (const path of [...paths, script, "/rooms/x/events", "/rooms/x/5"]) {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const allow = path === "/rooms/x" ? "GET, HEAD, PATCH" : "GET, HEAD";
      await assertAllow(method, path, allow);
    }
  }
  await assertAllow("DELETE", "/rooms", "GET, HEAD, POST");
  await assertAllow("DELETE", "/rooms/x/messages", "GET, HEAD, POST");
  await assertAllow("POST", "/rooms/x/messages/1", "GET, HEAD, PATCH, DELETE");
  await assertAllow("GET", "/rooms/x/messages/1/pin", "PUT, DELETE");
  await assertAllow("POST", "/rooms/x/messages/1/reactions/x", "GET, HEAD, PUT, DELETE");
});

test("Routes.fetch: answers 405 to an upgrade that is not a GET", async () => {
  await using server = await serveChat();
  for (const path of ["/ws", "/rooms/lobby"]) {
    const answer = await exchange(
      server.host,
      `PUT ${path} HTTP/1.1\r\nHost: ${server.host}\r\nUpgrade: websocket\r\n` +
        "Connection: Upgrade\r\n\r\n",
      "\r\n\r\n",
    );
    assertStringIncludes(answer, "HTTP/1.1 405");
  }
});

test("Routes.fetch: answers 426 where a socket is asked for without an upgrade", async () => {
  await using server = await serveChat();
  for (const path of ["/ws", "/ws?room=x", "/chat", "/chat?email=a@b.c"]) {
    const { status, headers } = await ask(server, path);
    assertEquals([status, headers.get("upgrade")], [426, "websocket"], path);
  }
});

test("Routes.fetch: answers HEAD as GET, without a body", async () => {
  await using server = await serveChat();
  const paths = ["/", "/rooms/x", "/rooms", "/rooms/x/messages", "/healthz", "/rooms/x/events"];
  for (const path of paths) {
    const { status, text } = await ask(server, path, { method: "HEAD" });
    assertEquals([status, text], [200, ""], path);
  }
  assertEquals((await ask(server, "/nothing", { method: "HEAD" })).status, 404);
});

test("Routes.fetch: accepts rooms with names of several scripts", async () => {
  await using server = await serveChat();
  for (const name of ["Über", "東京", "مرحبا", "हिन्दी", "7", "𐌰".repeat(64), "x".repeat(64)]) {
    const path = `/rooms/${encodeURIComponent(name)}`;
    assertEquals((await ask(server, path)).status, 200, name);
    assertEquals((await ask(server, `${path}/messages`)).status, 200, name);
    await using peer = await Peer.join(server.host, path);
    assertEquals((await peer.next("welcome")).room, name);
  }
});

test("Routes.fetch: answers 400 to a name that is not a room's", async () => {
  await using server = await serveChat();
  const names = ["-a", "_a", ".a", "a b", "a/b", "e\u0301", "\u0301a", "😀", "a\n", "x".repeat(65)];
  for (const name of [...names, "𐌰".repeat(65), "a\0", "a%", "</script>"]) {
    const room = encodeURIComponent(name);
    for (const path of [`/rooms/${room}`, `/rooms/${room}/messages`, `/rooms/${room}/events`]) {
      assertEquals((await ask(server, path)).status, 400, path);
    }
    for (const path of [`/rooms/${room}`, `/ws?room=${room}`, `/chat?email=a&room=${room}`]) {
      using raw = await RawPeer.connect(server.host, path);
      assertStringIncludes(await raw.head(), "HTTP/1.1 400", path);
    }
  }
});

test("Routes.fetch: answers 400 to a path that is badly encoded, and goes on", async () => {
  await using server = await serveChat();
  for (const path of ["/rooms/%", "/rooms/%zz", "/rooms/%ff", "/rooms/%e6%9d/messages"]) {
    assertEquals((await ask(server, path)).status, 400, path);
    using raw = await RawPeer.connect(server.host, path);
    assertStringIncludes(await raw.head(), "HTTP/1.1 400", path);
  }
  for (const path of ["/%", "/%zz", "/%ff"]) {
    assertMatch(String((await ask(server, path)).status), /^40[04]$/, path);
  }
});

test("Routes.fetch: answers 400 to a query that makes no sense", async () => {
  await using server = await serveChat();
  const name = "x".repeat(65);
  const queries = ["since=x", "since=-1", "since=1.5", "replay=x", "replay=-1", `name=${name}`];
  for (const query of [...queries, "name=server", "name=%E2%80%AE", `email=${"x".repeat(255)}`]) {
    using raw = await RawPeer.connect(server.host, `/rooms/lobby?${query}`);
    assertStringIncludes(await raw.head(), "HTTP/1.1 400", query);
  }
  for (const query of ["limit=0", "limit=201", "limit=x", "limit=", "before=x", "before=-1"]) {
    assertEquals((await ask(server, `/rooms/x/messages?${query}`)).status, 400, query);
  }
});

test("listRooms: lists rooms with people or messages", async () => {
  await using server = await serveChat();
  assertEquals(JSON.parse((await ask(server, "/rooms")).text), { rooms: [], more: false });
  const key = `token=${"k".repeat(32)}`;
  await using ann = await Peer.join(server.host, "/rooms/full");
  await using twice = await Peer.join(server.host, `/rooms/full?${key}`);
  await using same = await Peer.join(server.host, `/rooms/full?${key}`);
  for (const peer of [ann, twice, same]) await peer.next("welcome");
  ann.say("hello");
  const { at } = await ann.next("message");
  const body = "later";
  const headers = { "content-type": "text/plain" };
  const posted = await ask(server, "/rooms/empty/messages", { method: "POST", body, headers });
  const later = JSON.parse(posted.text).at;
  assertEquals(JSON.parse((await ask(server, "/rooms?after=")).text), {
    rooms: [
      { name: "empty", members: 0, seq: 1, messages: 1, at: later, access: "open" },
      { name: "full", members: 2, seq: 1, messages: 1, at, access: "open" },
    ],
    more: false,
  });
});

test("listRooms: forgets a room without people and messages", async () => {
  await using server = await serveChat();
  const ann = await Peer.join(server.host, "/rooms/passing");
  await ann.next("welcome");
  assertStringIncludes((await ask(server, "/rooms")).text, "passing");
  await ann[Symbol.asyncDispose]();
  const gone = async () => {
    while ((await ask(server, "/rooms")).text.includes("passing"));
  };
  await within(gone(), "the room to go");
});

test("readyz: answers ok, as healthz does", async () => {
  await using server = await serveChat();
  for (const path of ["/healthz", "/readyz"]) {
    const { status, text, headers } = await ask(server, path);
    assertEquals([status, text], [200, "ok"]);
    assertStringIncludes(headers.get("content-type")!, "text/plain");
  }
});

test("HostRule.check: answers 400 to a host that makes no sense, without logging a fault", async () => {
  await using server = await serveChat();
  for (const host of ["[", "a b", "a:99999", "%"]) {
    assertMatch(await get(server.host, "/", `Host: ${host}\r\n`), /^HTTP\/1\.1 400/, host);
  }
  assertEquals((await ask(server, "/healthz")).status, 200);
  assertEquals(server.log.events, []);
});
