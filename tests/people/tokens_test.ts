import { assert, assertEquals, assertRejects } from "@std/assert";
import { type JWTPayload, SignJWT } from "jose";
import { checkOrigin, createAuthenticate } from "../../people/tokens.ts";
import { Problem } from "../../http/problem.ts";
import { type ChatServer, Peer, RawPeer, serveChat, test, within } from "../../testing/support.ts";

const SECRET = "a secret of the test, long enough for every algorithm of its kind";
const now = () => Math.floor(Date.now() / 1000);

function sign(claims: JWTPayload, secret = SECRET, alg = "HS256"): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

const base64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
const unsigned = (alg: string, claims: JWTPayload) => `${base64({ alg })}.${base64(claims)}.`;

/** A server that asks for tokens. */
async function serveLocked(...flags: string[]): Promise<ChatServer> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, `${SECRET}\n`);
    return await serveChat("--auth-secret-file", file, ...flags);
  } finally {
    await Deno.remove(file);
  }
}

async function status(server: ChatServer, path: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(`http://${server.host}${path}`, init);
  // A file to its end, so that it is not being read any more when the test is over.
  if (response.headers.get("content-type")?.startsWith("text/html")) await response.text();
  else await response.body?.cancel();
  return response.status;
}

async function upgradeStatus(server: ChatServer, path: string): Promise<string> {
  using raw = await RawPeer.connect(server.host, path);
  return (await raw.head()).slice(9, 12);
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test("a token may come as bearer, in the query or as a cookie, in this order", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "ann" });
  const cookie = (value: string) => ({ headers: { cookie: `a=b; chat_token=${value}; c=d` } });
  assertEquals(await status(server, "/rooms", bearer(token)), 200);
  assertEquals(await status(server, `/rooms?token=${token}`), 200);
  assertEquals(await status(server, "/rooms", cookie(token)), 200);
  assertEquals(await status(server, "/rooms?token=bad", bearer(token)), 200);
  assertEquals(await status(server, `/rooms?token=${token}`, bearer("bad")), 401);
  assertEquals(await status(server, `/rooms?token=${token}`, cookie("bad")), 200);
  assertEquals(
    await status(server, "/rooms", { headers: { cookie: `not_chat_token=${token}` } }),
    401,
  );
});

test("a token that is missing or no good is refused with 401", async () => {
  await using server = await serveLocked();
  const good = await sign({ sub: "ann" });
  const [head, body, signature] = good.split(".");
  const bad = {
    "no token": "",
    garbage: "garbage",
    "another key": await sign({ sub: "ann" }, "another secret that is long enough"),
    "alg none": unsigned("none", { sub: "ann" }),
    "alg None": unsigned("None", { sub: "ann" }),
    "alg none, signed": `${base64({ alg: "none" })}.${body}.${signature}`,
    "HS512": await sign({ sub: "ann" }, SECRET, "HS512"),
    "no signature": `${head}.${body}.`,
    "another body": `${head}.${base64({ sub: "bob" })}.${signature}`,
    expired: await sign({ sub: "ann", exp: now() - 1 }),
    "not yet valid": await sign({ sub: "ann", nbf: now() + 60 }),
    "no sub": await sign({ name: "Ann" }),
    "empty sub": await sign({ sub: "" }),
    "long sub": await sign({ sub: "x".repeat(129) }),
    "bad name": await sign({ sub: "ann", name: "a\nb" }),
    "wrong name": await sign({ sub: "ann", name: 5 }),
    "wrong rooms": await sign({ sub: "ann", rooms: "lobby" }),
    "wrong email": await sign({ sub: "ann", email: ["a"] }),
    "wrong exp": await sign({ sub: "ann", exp: "soon" as unknown as number }),
  };
  for (const [what, token] of Object.entries(bad)) {
    const response = await fetch(`http://${server.host}/rooms`, token ? bearer(token) : {});
    assertEquals(response.status, 401, what);
    assertEquals(response.headers.get("www-authenticate"), "Bearer", what);
    const problem = await response.text();
    assert(!token || !problem.includes(token), what);
    assertEquals(await upgradeStatus(server, `/rooms/lobby?token=${token}`), "401", what);
  }
});

test("every route but the page, its assets and the probes needs a token", async () => {
  await using server = await serveLocked();
  for (const path of ["/", "/rooms/lobby", "/index.html", "/healthz", "/readyz"]) {
    assertEquals(await status(server, path), 200, path);
  }
  for (const path of ["/rooms", "/rooms/x/messages", "/rooms/x/events", "/ws", "/chat"]) {
    assertEquals(await status(server, path), 401, path);
  }
  const post = { method: "POST", body: "x", headers: { "content-type": "text/plain" } };
  assertEquals(await status(server, "/rooms/x/messages", post), 401);
  for (const path of ["/ws", "/chat?email=a@b.c", "/rooms/lobby"]) {
    assertEquals(await upgradeStatus(server, path), "401", path);
  }
});

test("a token for some rooms lets into no other", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "ann", rooms: ["mine", "ours"] });
  for (const [room, api, socket] of [["mine", 200, "101"], ["other", 403, "403"]] as const) {
    for (const leaf of ["messages", "events"]) {
      assertEquals(await status(server, `/rooms/${room}/${leaf}`, bearer(token)), api, leaf);
    }
    for (const path of [`/rooms/${room}?`, `/ws?room=${room}&`, `/chat?email=a&room=${room}&`]) {
      assertEquals(await upgradeStatus(server, `${path}token=${token}`), socket, path);
    }
  }
  assertEquals(await upgradeStatus(server, `/ws?token=${token}`), "403");
  const open = await sign({ sub: "op" });
  for (const room of ["mine", "other"]) {
    const body = { method: "POST", body: "x" };
    const headers = { "content-type": "text/plain", authorization: `Bearer ${open}` };
    assertEquals(await status(server, `/rooms/${room}/messages`, { ...body, headers }), 201);
  }
  const listed = await (await fetch(`http://${server.host}/rooms`, bearer(token))).json();
  assertEquals(listed.rooms.map(({ name }: { name: string }) => name), ["mine"]);
});

test("a token says who somebody is, whatever they ask to be called", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "member-1", name: "Ann", email: "ann@example.org" });
  const query = `token=${token}&name=Mallory&email=mallory@example.org`;
  await using ann = await Peer.join(server.host, `/rooms/lobby?${query}`);
  const { you } = await ann.next("welcome");
  assertEquals([you.id, you.name], ["member-1", "Ann"]);
  await using chat = await Peer.join(server.host, `/chat?${query}`);
  chat.send("hello");
  const { from, name, avatar } = await ann.next("message");
  assertEquals([from, name, avatar], ["member-1", "Ann", you.avatar]);
  ann.send({ type: "name", name: "Mallory", id: "r" });
  const refusal = await ann.next("error");
  assertEquals([refusal.code, refusal.id], ["bad_name", "r"]);
  const response = await fetch(`http://${server.host}/rooms/lobby/messages`, {
    method: "POST",
    body: JSON.stringify({ text: "posted", name: "Mallory" }),
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  });
  const posted = await response.json();
  assertEquals([posted.from, posted.name], ["member-1", "Ann"]);
});

test("a token's email names who has no name on the GoChatting wire", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "member-1", email: "ann@example.org" });
  for (const query of ["", "&email=mallory@example.net"]) {
    await using chat = await Peer.join(server.host, `/chat?token=${token}${query}`);
    const { UserStatus } = JSON.parse(await chat.line());
    assertEquals(UserStatus.Users[0].Name, "ann", query);
  }
});

test("a connection ends with 1008 when its token does", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "ann", exp: now() + 2 });
  await using ann = await Peer.join(server.host, `/rooms/lobby?token=${token}`);
  const response = await fetch(`http://${server.host}/rooms/lobby/events`, bearer(token));
  const { code, reason } = await within(ann.closed, "the end");
  assertEquals([code, reason], [1008, "token expired"]);
  assert(Date.now() / 1000 < now() + 3);
  await within(response.text(), "the end of the events");
});

test("a token is never logged", async () => {
  await using server = await serveLocked();
  const good = await sign({ sub: "ann", email: "secret@example.org" });
  const bad = await sign({ sub: "ann" }, "another secret that is long enough");
  for (const token of [good, bad]) {
    for (const path of [`/rooms?token=${token}`, `/rooms/x/messages?token=${token}&limit=0`]) {
      await status(server, path);
    }
    await upgradeStatus(server, `/ws?token=${token}`);
  }
  const peer = await Peer.join(server.host, `/rooms/lobby?token=${good}`);
  await peer[Symbol.asyncDispose]();
  await using again = await Peer.join(server.host, `/rooms/lobby?token=${good}`);
  await again.next("welcome");
  const log = server.log.events.join("\n");
  for (const secret of [...good.split("."), ...bad.split("."), SECRET, "secret@"]) {
    assert(!log.includes(secret), log);
  }
});

test("a file without a secret in it lets nobody in unasked: nothing is opened", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, " \n");
  try {
    await assertRejects(async () => {
      await using _house = await serveChat("--auth-secret-file", file);
    });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("createIdentify asks nobody where there is no secret", async () => {
  const identify = await createAuthenticate("");
  const url = "http://localhost/rooms?token=whatever";
  assertEquals(await identify(new Request(url), new URL(url)), {});
});

Deno.test("createIdentify throws a Problem with 401", async () => {
  const identify = await createAuthenticate(SECRET);
  const url = "http://localhost/rooms";
  const error = await assertRejects(() => identify(new Request(url), new URL(url)), Problem);
  assertEquals(error.status, 401);
});

Deno.test("checkOrigin lets the same host, allowed origins and scripts pass", () => {
  const passes = (origin: string | undefined, ...allowed: string[]) => {
    const headers = { host: "chat.example:8080", ...origin !== undefined && { origin } };
    const request = { headers: new Headers(headers) } as Request;
    try {
      checkOrigin(request, allowed);
      return true;
    } catch (error) {
      assertEquals((error as Problem).status, 403);
      return false;
    }
  };
  assert(passes(undefined));
  assert(passes("http://chat.example:8080"));
  assert(passes("https://chat.example:8080"));
  for (const other of ["http://chat.example", "http://evil.example", "null", "", "garbage"]) {
    assert(!passes(other), other);
    assert(passes(other, "*"), other);
  }
  assert(passes("https://a.example", "https://b.example", "https://a.example"));
  assert(!passes("http://a.example", "https://a.example"));
  assert(!passes("https://a.example.evil.example", "https://a.example"));
});
