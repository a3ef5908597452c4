/**
 * The server behind nginx, as `docs/nginx.conf` sets it up. Ignored where there is no nginx, or no
 * openssl to make a certificate with, but not in CI.
 */

import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { chance } from "../testing/fuzz.ts";
import { behind, type Front } from "./nginx.ts";
import { UPGRADE, within } from "../testing/support.ts";

/** A TLS connection with these bytes written to it. */
async function write({ port, ca }: Front, text: string): Promise<Deno.TlsConn> {
  const tls = await Deno.connectTls({ hostname: "localhost", port, caCerts: [ca] });
  await tls.write(new TextEncoder().encode(text));
  return tls;
}

/** What the server says until it closes, or has said `enough`. */
async function read(connection: Deno.Conn, enough = "\0"): Promise<string> {
  const chunk = new Uint8Array(65_536);
  let text = "";
  while (!text.includes(enough)) {
    const count = await within(connection.read(chunk).catch(() => null), `more than "${text}"`);
    if (count === null) break;
    text += new TextDecoder().decode(chunk.subarray(0, count));
  }
  return text;
}

behind("carries the page, the wires, posts and events, all over TLS", [], async (front) => {
  const { port, plainPort, ca } = front;
  using client = Deno.createHttpClient({ caCerts: [ca] });
  const at = `https://localhost:${port}`;
  const moved = await fetch(`http://127.0.0.1:${plainPort}/rooms/x`, { redirect: "manual" });
  assertEquals([moved.status, moved.headers.get("location")], [301, "https://127.0.0.1/rooms/x"]);
  await moved.body?.cancel();
  const page = await fetch(`${at}/rooms/lobby?token=secret-token`, { client });
  assertMatch(await page.text(), /^<!doctype html>/i);
  assert(page.headers.get("content-security-policy"));

  const events = await fetch(`${at}/rooms/lobby/events`, { client });
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  const wss = (path: string) =>
    new WebSocket(`wss://localhost:${port}${path}`, {
      client,
      headers: { origin: at },
    } as unknown as string[]);
  const sockets = [wss("/rooms/lobby"), wss("/ws")];
  const opened = sockets.map((socket) => new Promise((resolve) => socket.onopen = resolve));
  const hearing = sockets.map((socket) =>
    new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => data.includes("hello") && resolve();
    })
  );
  await within(Promise.all(opened), "the sockets to open");
  sockets[1].send("hello");
  await within(Promise.all(hearing), "the message");
  let told = "";
  while (!told.includes("hello")) told += (await within(reader.read(), "an event")).value;
  assertStringIncludes(told, "id: 1\ndata: ");
  await reader.cancel();
  const posting = { client, method: "POST", headers: { "content-type": "text/plain" } };
  const posted = await fetch(`${at}/rooms/lobby/messages`, { ...posting, body: "by post" });
  assertEquals((await posted.json()).seq, 2);
  const large = await fetch(`${at}/rooms/lobby/messages`, {
    ...posting,
    body: "x".repeat(70_000),
  });
  // In nginx's own words: it never came as far as the server.
  assertEquals([large.status, large.headers.get("content-type")], [413, "text/html"]);
  await large.body?.cancel();
  for (const socket of sockets) {
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await within(closed, "the close");
  }
});

behind(
  "tells whose connections are whose, whatever they say",
  ["--max-clients-per-ip", "3"],
  async (front) => {
    const open: Deno.TlsConn[] = [];
    const knock = async (n: number) => {
      const head = `GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.${n}\r\n`;
      open.push(await write(front, `${head}${UPGRADE}\r\n`));
      return (await read(open.at(-1)!, "\r\n\r\n")).slice(9, 12);
    };
    const answers: string[] = [];
    for (let n = 0; n < 4; n++) answers.push(await knock(n));
    for (const connection of open) connection.close();
    assertEquals(answers, ["101", "101", "101", "429"]);
  },
);

behind("cuts off who says nothing, half a head or half a body", [], async (front) => {
  const before = front.child.descriptors;
  const halves = [
    "",
    "GET / HTTP/1.1\r\nHost: loc",
    "POST /rooms/lobby/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" +
    "Content-Length: 100\r\n\r\nhalf",
  ];
  const start = performance.now();
  await Promise.all(halves.map(async (half) => {
    using connection = await write(front, half);
    await read(connection);
  }));
  assertLess(performance.now() - start, 5_000);
  // Nothing of it came as far as the server.
  assertLess(front.child.descriptors, before + 2);
});

behind("limits the connections of an address", ["--max-clients-per-ip", "0"], async (front) => {
  const open: Deno.TlsConn[] = [];
  const answers: string[] = [];
  for (let n = 0; n < 21; n++) {
    open.push(await write(front, `GET /ws HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n`));
    answers.push((await read(open.at(-1)!, "\r\n\r\n")).slice(9, 12));
  }
  for (const connection of open) connection.close();
  assertEquals(answers.filter((status) => status === "101").length, 20);
  assertEquals(answers.at(-1), "429");
});

/** Begins a handshake, and resets the connection a moment later. */
function breakOff({ port, ca }: Front, delay: number): Promise<void> {
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

behind("keeps no descriptor of handshakes that are broken off", [], async (front) => {
  const before = front.child.descriptors;
  const random = chance(1);
  for (let n = 0; n < 100; n++) {
    await Promise.all([1, 2, 3, 4].map(() => breakOff(front, random.int(5))));
  }
  await front.child.until(() => front.child.descriptors <= before, "the descriptors to be free");
});
