/**
 * `deploy/nginx.conf`, in a real nginx in front of a real server. Ignored where nginx or openssl is
 * missing, but not in CI.
 */

import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { chance } from "../../testing/fuzz.ts";
import type { Nginx } from "../../testing/nginx.ts";
import { allowed, UPGRADE, within } from "../../testing/support.ts";
import { frontTests, read, shake, statusOf, write } from "./front.ts";

const behind = frontTests();

behind("redirects to https", [], async ({ nginx }) => {
  for (const host of ["127.0.0.1", "[::1]"]) {
    const path = "/rooms/x?token=secret-token";
    const moved = await fetch(`http://${host}:${nginx.plainPort}${path}`, { redirect: "manual" });
    assertEquals([moved.status, moved.headers.get("location")], [301, `https://${host}${path}`]);
    await moved.body?.cancel();
  }
});

behind("serves the page with its policy, over IPv4 and IPv6", [], async ({ nginx }) => {
  using client = Deno.createHttpClient({ caCerts: [nginx.ca] });
  const page = await fetch(`https://localhost:${nginx.port}/rooms/lobby?token=secret-token`, {
    client,
  });
  assertMatch(await page.text(), /^<!doctype html>/i);
  assert(page.headers.get("content-security-policy"));
  assertEquals(await statusOf(nginx, "/", "", "127.0.0.1"), "200");
  assertEquals(await statusOf(nginx, "/", "", "::1"), "200");
});

behind("keeps tokens out of its log", [], async ({ child, nginx }) => {
  // When nginx stops, its log is searched for `secret-token`.
  for (const path of ["/hooks/secret-token", "/rooms?token=secret-token"]) {
    await statusOf(nginx, path);
  }
  const isLogged = async () => /GET \/hooks\/- [^]*GET \/rooms /.test(await nginx.readLog());
  await child.until(isLogged, "the requests to be logged");
});

behind("carries sockets, posts and event streams", [], async ({ nginx }) => {
  using client = Deno.createHttpClient({ caCerts: [nginx.ca] });
  const at = `https://localhost:${nginx.port}`;
  const events = await fetch(`${at}/rooms/carried/events`, { client });
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  const sockets = ["/rooms/carried", "/ws?room=carried"].map((path) =>
    new WebSocket(`wss://localhost:${nginx.port}${path}`, {
      client,
      headers: { origin: at },
    } as unknown as string[])
  );
  const opened = sockets.map((socket) => new Promise((resolve) => socket.onopen = resolve));
  const received = sockets.map((socket) =>
    new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => data.includes("hello") && resolve();
    })
  );
  await within(Promise.all(opened), "the sockets to open");
  sockets[1].send("hello");
  await within(Promise.all(received), "the message");
  let stream = "";
  while (!stream.includes("hello")) stream += (await within(reader.read(), "an event")).value;
  assertMatch(stream, /^id: \S+\ndata: .*hello/m);
  await reader.cancel();

  const posting = { client, method: "POST", headers: { "content-type": "text/plain" } };
  const posted = await fetch(`${at}/rooms/carried/messages`, { ...posting, body: "by post" });
  assertEquals((await posted.json()).seq, 2);
  for (const socket of sockets) {
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await within(closed, "the close");
  }
});

const attachments = allowed ? Deno.makeTempDirSync() : "";

behind("carries attachments", ["--files", attachments], async ({ nginx }) => {
  using client = Deno.createHttpClient({ caCerts: [nginx.ca] });
  const at = `https://localhost:${nginx.port}/rooms/carried/files`;
  const headers = { authorization: `Bearer ${"k".repeat(32)}` };
  const send = (body: BodyInit) => fetch(at, { client, method: "POST", body, headers });
  const sent = await send(new Uint8Array(9_000_000));
  assertEquals(sent.status, 201);
  const { id } = await sent.json();
  const part = { client, headers: { ...headers, range: "bytes=8999990-" } };
  const fetched = await fetch(`${at}/${id}/x`, part);
  assertEquals([fetched.status, (await fetched.arrayBuffer()).byteLength], [206, 10]);
  const large = await send(new Uint8Array(11_000_000));
  await large.body?.cancel();
  assertEquals(large.status, 413);
  await Deno.remove(attachments, { recursive: true });
});

behind("passes on the head of an event stream before any event", [], async ({ nginx }) => {
  assertEquals(await statusOf(nginx, "/rooms/empty/events"), "200");
});

behind("refuses a body that is too large before the server sees it", [], async ({ nginx }) => {
  using client = Deno.createHttpClient({ caCerts: [nginx.ca] });
  const large = await fetch(`https://localhost:${nginx.port}/rooms/lobby/messages`, {
    client,
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "x".repeat(70_000),
  });
  // The type shows that this is nginx's own answer.
  assertEquals([large.status, large.headers.get("content-type")], [413, "text/html"]);
  await large.body?.cancel();
});

behind("does not serve the metrics, however they are spelled", [], async ({ child, nginx }) => {
  const spelled = ["", "?x", "#x", "/"].map((end) => `/metrics${end}`).concat(
    ["//metrics", "/%6detrics", "/x/../metrics", "/x/%2e%2e/metrics", "/./metrics"],
    ["/x/..\\metrics", "/x\\../metrics", "\\metrics", "/\\metrics", "/.\\metrics"],
    ["/x/%2e%2e\\metrics", "https://localhost/metrics"],
  );
  assertStringIncludes(await child.get("/metrics"), "hubbub_connections");
  for (const path of spelled) {
    const connection = await write(nginx, `GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    const answer = await read(connection);
    connection.close();
    assertMatch(answer, /^HTTP\/1\.1 40[04] /, path);
    assert(!answer.includes("hubbub_connections"), path);
  }
});

behind("admits clients that Deno alone refuses", [], async ({ nginx }) => {
  // Java's WebSocket client sends a length of 0, its HTTP client offers HTTP/2 without TLS.
  const { status, connection } = await shake(nginx, "Content-Length: 0\r\n");
  connection.close();
  assertEquals(status, "101");
  const offer =
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAQAAP__\r\n";
  assertEquals(await statusOf(nginx, "/rooms", offer + "Content-Length: 0\r\n"), "200");
});

behind(
  "reports the address of a client, not the one it claims",
  ["--max-clients-per-ip", "3"],
  async ({ nginx }) => {
    const open: Deno.TlsConn[] = [];
    const statuses: string[] = [];
    for (let n = 0; n < 4; n++) {
      const { status, connection } = await shake(nginx, `X-Forwarded-For: 192.0.2.${n}\r\n`);
      statuses.push(status);
      open.push(connection);
    }
    for (const connection of open) connection.close();
    assertEquals(statuses, ["101", "101", "101", "429"]);
  },
);

behind("closes connections with nothing, half a head or half a body", [], async (front) => {
  const before = front.child.descriptors;
  const halves = [
    "",
    "GET / HTTP/1.1\r\nHost: loc",
    "POST /rooms/lobby/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" +
    "Content-Length: 100\r\n\r\nhalf",
  ];
  await Promise.all(halves.map(async (half) => {
    using connection = await write(front.nginx, half);
    await read(connection);
  }));
  // None of them reached the server.
  assertLess(front.child.descriptors, before + 2);
});

behind("limits the connections of an address", ["--max-clients-per-ip", "0"], async ({ nginx }) => {
  const open: Deno.TlsConn[] = [];
  const statuses: string[] = [];
  for (let n = 0; n < 21; n++) {
    const { status, connection } = await shake(nginx);
    open.push(connection);
    statuses.push(status);
  }
  for (const connection of open) connection.close();
  assertEquals(statuses, [...Array(20).fill("101"), "429"]);
});

/** Begins a handshake, and resets the connection `delay` milliseconds later. */
function breakOff({ port, ca }: Nginx, delay: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connectTcp(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.on("close", () => resolve());
  const tls = connectTls({ socket, ca, servername: "localhost" }, () => {
    tls.write(`GET /ws HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n`, () => {
      setTimeout(() => socket.resetAndDestroy(), delay);
    });
  });
  tls.on("error", () => {});
  return promise;
}

behind("keeps no descriptor of handshakes that are broken off", [], async ({ child, nginx }) => {
  const before = child.descriptors;
  const random = chance(1);
  for (let n = 0; n < 100; n++) {
    await Promise.all([1, 2, 3, 4].map(() => breakOff(nginx, random.int(5))));
  }
  await child.until(() => child.descriptors <= before, "the descriptors to be free");
});
