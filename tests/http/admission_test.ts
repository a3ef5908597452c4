/** Who is let in: origins, and how many. */

import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Admission, Slot } from "../../http/admission.ts";
import { Counters } from "../../telemetry/counters.ts";
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
import { range } from "../../testing/fakes.ts";
import { collectGarbage } from "../../testing/heap.ts";

/** Asks for an upgrade with these headers on top; answers with the head, and leaves. */
async function knock(server: ChatServer, headers = "", path = "/ws"): Promise<string> {
  using raw = await RawPeer.connect(server.host, path, UPGRADE + headers);
  return await raw.head();
}

const from = async (server: ChatServer, origin: string, path = "/ws") =>
  (await knock(server, `Origin: ${origin}\r\n`, path)).slice(9, 12);

test("Origins.check: refuses an upgrade from another origin with 403", async () => {
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

test("Origins.check: admits an upgrade from an origin that --origin names", async () => {
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

test("Origins.check: admits an upgrade from any origin with --origin *", async () => {
  await using server = await serveChat("--origin", "*");
  for (const origin of ["https://a.example", "null"]) {
    assertEquals(await from(server, origin), "101", origin);
  }
});

test("Admission.acquire: refuses more than --max-clients with 503 and Retry-After, until one goes", async () => {
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

test("Admission.acquire: does not count clients that were refused", async () => {
  await using server = await serveChat("--max-clients", "1");
  for (let n = 0; n < 3; n++) {
    assertEquals(await from(server, "http://evil.example"), "403");
    using raw = await RawPeer.connect(server.host, "/ws", "Upgrade: websocket\r\n");
    assertStringIncludes(await raw.head(), "HTTP/1.1 400");
  }
  await using _ann = await Peer.join(server.host, "/ws");
});

test("Admission.acquire: refuses more than --max-clients-per-ip with 429 and Retry-After", async () => {
  await using server = await serveChat("--max-clients-per-ip", "2");
  await using _ann = await Peer.join(server.host, "/ws");
  await using _bob = await Peer.join(server.host, "/ws");
  const head = await knock(server, "X-Forwarded-For: 192.0.2.1\r\n");
  assertStringIncludes(head, "HTTP/1.1 429");
  assertMatch(head, /\r\nretry-after: \d+\r\n/i);
});

test("Admission.acquire: has no limit with --max-clients-per-ip 0", async () => {
  await using server = await serveChat("--max-clients-per-ip", "0");
  const peers = await Promise.all(Array.from({ length: 5 }, () => Peer.join(server.host, "/ws")));
  for (const peer of peers) await peer[Symbol.asyncDispose]();
});

test("addressOf: takes the address that the last proxy saw, with --trust-proxy", async () => {
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

Deno.test("Admission.acquire: counts a connection out once, however often it is released", async () => {
  const admission = new Admission({ maxClients: 2, maxClientsPerIp: 1 }, new Counters());
  const slot = admission.acquire("a");
  admission.acquire("b");
  assertEquals(admission.count, 2);
  slot.release();
  slot.release();
  assertEquals(admission.count, 1);
  admission.acquire("a");
  assertEquals(assertThrows(() => admission.acquire("c"), Problem).status, 503);
  await admission.drain();
});

Deno.test("Admission.acquire: refuses an address that is full, and no other", async () => {
  const admission = new Admission({ maxClients: 100, maxClientsPerIp: 2 }, new Counters());
  admission.acquire("a");
  const slot = admission.acquire("a");
  assertEquals(assertThrows(() => admission.acquire("a"), Problem).status, 429);
  admission.acquire("b");
  slot.release();
  admission.acquire("a");
  await admission.drain();
});

Deno.test("Admission.acquire: forgets addresses without connections", async () => {
  const admission = new Admission({ maxClients: 10, maxClientsPerIp: 5 }, new Counters());
  const comeAndGo = (from: number) => {
    for (const n of range(from, from + 100_000)) {
      admission.acquire(`${n}`.padStart(64, "x")).release();
    }
    collectGarbage();
    return Deno.memoryUsage().heapUsed;
  };
  const before = comeAndGo(0);
  // Were they kept, this would be 10 MiB and more.
  assertLess(comeAndGo(200_000) - before, 2 * 1024 * 1024);
  await admission.drain();
});

Deno.test("Admission.startDraining: admits nobody any more", async () => {
  const admission = new Admission({ maxClients: 100, maxClientsPerIp: 0 }, new Counters());
  assert(admission.open);
  admission.startDraining();
  await admission.drain();
  assert(!admission.open);
  assertEquals(assertThrows(() => admission.acquire("a"), Problem).status, 503);
});

Deno.test("Slot.overdue: reports an upgrade that never opened, and a close that was not answered", () => {
  const slot = new Slot(() => {});
  const now = performance.now();
  assertEquals(slot.overdue(now), undefined);
  assertEquals(slot.overdue(now + LIMITS.openingMs + 1_000), "open");
  slot.opened();
  assertEquals(slot.overdue(now + 1e9), undefined);
  slot.closing();
  assertEquals(slot.overdue(now), undefined);
  assertEquals(slot.overdue(now + LIMITS.closingMs + 1_000), "close");
});
