/** Tokens that the operator's own program signs. */

import { assert, assertEquals } from "@std/assert";
import type { JWTPayload } from "jose";
import { createVerifyToken } from "../../people/tokens.ts";
import { Peer, test, within } from "../../testing/support.ts";
import {
  bearer,
  SECRET,
  serveLocked,
  sign,
  statusOf,
  upgradeStatus,
} from "../../testing/token_server.ts";

const now = () => Math.floor(Date.now() / 1000);

const base64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
const unsigned = (alg: string, claims: JWTPayload) => `${base64({ alg })}.${base64(claims)}.`;

const verify = await createVerifyToken(SECRET);
/** The identity of a token with these claims, of whatever types. */
const identityOf = async (claims: Record<string, unknown>) => await verify(await sign(claims));

Deno.test("createVerifyToken: gives the identity that the claims describe", async () => {
  const claims = { sub: "ann-1", name: " Ann ", email: "a@b.c", rooms: ["tea"], role: "admin" };
  assertEquals(await identityOf({ ...claims, exp: 4_000_000_000 }), {
    isFromToken: true,
    id: "ann-1",
    isLasting: true,
    name: "Ann",
    email: "a@b.c",
    rooms: ["tea"],
    role: "admin",
    expires: 4_000_000_000_000,
  });
  const bare = await identityOf({ sub: "ann-1", more: { unknown: true } });
  assertEquals([bare?.id, bare?.role, bare?.name, bare?.rooms, bare?.expires], [
    "ann-1",
    "member",
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("createVerifyToken: makes nobody an admin by another role, and refuses none", async () => {
  for (const role of ["owner", "Admin", ["admin"], { admin: true }, null, true]) {
    assertEquals((await identityOf({ sub: "ann-1", role }))?.role, "member", JSON.stringify(role));
  }
});

Deno.test("createVerifyToken: takes only a string for sub, of 1 to 128 characters without NUL", async () => {
  assertEquals((await identityOf({ sub: "x".repeat(128) }))?.id.length, 128);
  const bad = [
    undefined,
    null,
    5,
    true,
    ["ann"],
    { id: "ann" },
    "",
    "x".repeat(129),
    "a\0b",
    "\ud800",
  ];
  for (const sub of bad) assertEquals(await identityOf({ sub }), undefined, JSON.stringify(sub));
});

Deno.test("createVerifyToken: believes nothing of a token with a claim of the wrong type", async () => {
  const bad: Record<string, unknown>[] = [
    { name: 5 },
    { name: ["Ann"] },
    { name: "" },
    { name: "\u3164" },
    { name: "server" },
    { name: null },
    { email: 5 },
    { email: ["a@b.c"] },
    { email: null },
    { rooms: "tea" },
    { rooms: { tea: true } },
    { rooms: [5] },
    { rooms: null },
    { exp: "soon" },
    { nbf: "soon" },
  ];
  for (const claims of bad) {
    assertEquals(await identityOf({ sub: "ann", ...claims }), undefined, JSON.stringify(claims));
  }
});

Deno.test("createVerifyToken: takes HS256 alone, signed with this secret, and in its time", async () => {
  const good = await sign({ sub: "ann" });
  const [head, body, signature] = good.split(".");
  const bad = {
    "nothing": "",
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
  };
  assertEquals((await verify(good))?.id, "ann");
  for (const [what, token] of Object.entries(bad)) {
    assertEquals(await verify(token), undefined, what);
  }
});

test("Authenticator.identify: answers 401 without a token or with a bad one, and never repeats it", async () => {
  await using server = await serveLocked();
  const bad = ["", "garbage", await sign({ sub: "ann", exp: now() - 1 })];
  for (const token of bad) {
    const response = await fetch(`http://${server.host}/rooms`, token ? bearer(token) : {});
    assertEquals(response.status, 401, token);
    assertEquals(response.headers.get("www-authenticate"), "Bearer", token);
    const problem = await response.text();
    assert(!token || !problem.includes(token), token);
    assertEquals(await upgradeStatus(server, `/rooms/lobby?token=${token}`), 401, token);
  }
});

test("allowedRoom: a token for some rooms lets into no other", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "ann", rooms: ["mine", "ours"] });
  for (const [room, api, socket] of [["mine", 200, 101], ["other", 403, 403]] as const) {
    for (const leaf of ["messages", "events"]) {
      assertEquals(await statusOf(server, `/rooms/${room}/${leaf}`, bearer(token)), api, leaf);
    }
    for (const path of [`/rooms/${room}?`, `/ws?room=${room}&`, `/chat?email=a&room=${room}&`]) {
      assertEquals(await upgradeStatus(server, `${path}token=${token}`), socket, path);
    }
  }
  assertEquals(await upgradeStatus(server, `/ws?token=${token}`), 403);
  const open = await sign({ sub: "op" });
  for (const room of ["mine", "other"]) {
    const body = { method: "POST", body: "x" };
    const headers = { "content-type": "text/plain", authorization: `Bearer ${open}` };
    assertEquals(await statusOf(server, `/rooms/${room}/messages`, { ...body, headers }), 201);
  }
  const listed = await (await fetch(`http://${server.host}/rooms`, bearer(token))).json();
  assertEquals(listed.rooms.map(({ name }: { name: string }) => name), ["mine"]);
});

test("personOf: a token determines id, name and picture, whatever the query says", async () => {
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

test("joinRequestOf: a token's email gives a name on the GoChatting wire to somebody without one", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "member-1", email: "ann@example.org" });
  for (const query of ["", "&email=mallory@example.net"]) {
    await using chat = await Peer.join(server.host, `/chat?token=${token}${query}`);
    const { UserStatus } = JSON.parse(await chat.line());
    assertEquals(UserStatus.Users[0].Name, "ann", query);
  }
});

test("Client.sweep: closes a connection with 1008 when its token expires", async () => {
  await using server = await serveLocked();
  const token = await sign({ sub: "ann", exp: now() + 2 });
  await using ann = await Peer.join(server.host, `/rooms/lobby?token=${token}`);
  const response = await fetch(`http://${server.host}/rooms/lobby/events`, bearer(token));
  const { code, reason } = await within(ann.closed, "the end");
  assertEquals([code, reason], [1008, "token expired"]);
  assert(Date.now() / 1000 < now() + 3);
  await within(response.text(), "the end of the events");
});

test("createVerifyToken: a token is never logged", async () => {
  await using server = await serveLocked();
  const good = await sign({ sub: "ann", email: "secret@example.org" });
  const bad = await sign({ sub: "ann" }, "another secret that is long enough");
  for (const token of [good, bad]) {
    for (const path of [`/rooms?token=${token}`, `/rooms/x/messages?token=${token}&limit=0`]) {
      await statusOf(server, path);
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
