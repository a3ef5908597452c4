/** Who is let in: origins, and how many. */

import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { Admission } from "../../http/admission.ts";
import { Problem } from "../../http/problem.ts";
import {
  type ChatServer,
  Peer,
  RawPeer,
  serveChat,
  test,
  UPGRADE,
  within,
} from "../../testing/support.ts";

/** Asks for an upgrade with these headers on top; answers with the head, and leaves. */
async function knock(server: ChatServer, headers = "", path = "/ws"): Promise<string> {
  using raw = await RawPeer.connect(server.host, path, UPGRADE + headers);
  return await raw.head();
}

const from = async (server: ChatServer, origin: string, path = "/ws") =>
  (await knock(server, `Origin: ${origin}\r\n`, path)).slice(9, 12);

test("an upgrade from another origin is refused with 403", async () => {
  await using server = await serveChat();
  for (const path of ["/ws", "/chat?email=a@b.c", "/rooms/lobby"]) {
    assertEquals((await knock(server, "", path)).slice(9, 12), "101", path);
    assertEquals(await from(server, `http://${server.host}`, path), "101", path);
    for (const origin of ["http://evil.example", "null", `http://${server.host}.evil.example`]) {
      assertEquals(await from(server, origin, path), "403", `${path} ${origin}`);
    }
  }
  const [hostname] = server.host.split(":");
  assertEquals(await from(server, `http://${hostname}`), "403");
});

test("an upgrade from an origin that --origin names is let in", async () => {
  await using server = await serveChat(
    "--origin",
    "https://a.example",
    "--origin",
    "http://b.example:81",
  );
  assertEquals(await from(server, "https://a.example"), "101");
  assertEquals(await from(server, "http://b.example:81"), "101");
  assertEquals(await from(server, `http://${server.host}`), "101");
  for (const origin of ["http://a.example", "http://b.example", "https://x.a.example"]) {
    assertEquals(await from(server, origin), "403", origin);
  }
});

test("an upgrade from any origin is let in with --origin *", async () => {
  await using server = await serveChat("--origin", "*");
  for (const origin of ["https://a.example", "null"]) {
    assertEquals(await from(server, origin), "101", origin);
  }
});

test("--max-clients refuses one more with 503 and Retry-After, until somebody goes", async () => {
  await using server = await serveChat("--max-clients", "2");
  await using _ann = await Peer.join(server.host, "/ws");
  const bob = await Peer.join(server.host, "/rooms/lobby");
  const head = await knock(server);
  assertStringIncludes(head, "HTTP/1.1 503");
  assertMatch(head, /\r\nretry-after: \d+\r\n/i);
  const events = await fetch(`http://${server.host}/rooms/lobby/events`);
  assertEquals(events.status, 503);
  await events.body?.cancel();
  assertEquals(await fetch(`http://${server.host}/healthz`).then((r) => r.text()), "ok");
  await bob[Symbol.asyncDispose]();
  const letIn = async () => {
    while (!(await knock(server)).includes(" 101 "));
  };
  await within(letIn(), "the place to be free");
});

test("--max-clients counts nobody who was refused", async () => {
  await using server = await serveChat("--max-clients", "1");
  for (let n = 0; n < 3; n++) {
    assertEquals(await from(server, "http://evil.example"), "403");
    using raw = await RawPeer.connect(server.host, "/ws", "Upgrade: websocket\r\n");
    assertStringIncludes(await raw.head(), "HTTP/1.1 400");
  }
  await using _ann = await Peer.join(server.host, "/ws");
});

test("--max-clients-per-ip refuses one more from an address with 429 and Retry-After", async () => {
  await using server = await serveChat("--max-clients-per-ip", "2");
  await using _ann = await Peer.join(server.host, "/ws");
  await using _bob = await Peer.join(server.host, "/ws");
  const head = await knock(server, "X-Forwarded-For: 192.0.2.1\r\n");
  assertStringIncludes(head, "HTTP/1.1 429");
  assertMatch(head, /\r\nretry-after: \d+\r\n/i);
});

test("--max-clients-per-ip 0 is no limit", async () => {
  await using server = await serveChat("--max-clients-per-ip", "0");
  const peers = await Promise.all(Array.from({ length: 5 }, () => Peer.join(server.host, "/ws")));
  for (const peer of peers) await peer[Symbol.asyncDispose]();
});

test("--trust-proxy takes the address that the last proxy saw", async () => {
  await using server = await serveChat("--max-clients-per-ip", "1", "--trust-proxy");
  const by = (address: string) =>
    RawPeer.connect(server.host, "/ws", `${UPGRADE}X-Forwarded-For: ${address}\r\n`);
  using first = await by("192.0.2.1");
  assertStringIncludes(await first.head(), " 101 ");
  using second = await by("192.0.2.2");
  assertStringIncludes(await second.head(), " 101 ");
  using forged = await by("198.51.100.9, 192.0.2.1");
  assertStringIncludes(await forged.head(), " 429 ");
});

Deno.test("Gate.enter counts out once, however often it is told", async () => {
  const gate = new Admission({ maxClients: 2, maxClientsPerIp: 1 });
  const leave = gate.acquire("a");
  gate.acquire("b");
  assertEquals(gate.count, 2);
  leave();
  leave();
  assertEquals(gate.count, 1);
  gate.acquire("a");
  assertEquals(assertThrows(() => gate.acquire("c"), Problem).status, 503);
  await gate.drain();
});

Deno.test("Gate.enter refuses an address that is full, and others not", async () => {
  const gate = new Admission({ maxClients: 100, maxClientsPerIp: 2 });
  gate.acquire("a");
  const leave = gate.acquire("a");
  assertEquals(assertThrows(() => gate.acquire("a"), Problem).status, 429);
  gate.acquire("b");
  leave();
  gate.acquire("a");
  await gate.drain();
});

Deno.test("Gate.shut lets nobody in any more", async () => {
  const gate = new Admission({ maxClients: 100, maxClientsPerIp: 0 });
  assert(gate.open);
  gate.startDraining();
  await gate.drain();
  assert(!gate.open);
  assertEquals(assertThrows(() => gate.acquire("a"), Problem).status, 503);
});
