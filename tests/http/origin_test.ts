/** Whose page asks: own, foreign, named, or none. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Origins } from "../../http/origin.ts";
import { Problem } from "../../http/problem.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";
import { serveTls } from "../../testing/tls_server.ts";
import { statusOf, upgradeStatus } from "../../testing/token_server.ts";

function askerOf(origins: Origins, url: string, headers: Record<string, string>): string {
  return origins.askerOf(new Request(url, { headers }), new URL(url));
}

Deno.test("Origins.askerOf: takes the scheme, host and port of the request for our own", () => {
  const origins = new Origins({ url: [], origin: ["*"] });
  const own: [string, string][] = [
    ["http://chat.example:8080/", "http://chat.example:8080"],
    ["http://chat.example/", "http://chat.example"],
    ["http://chat.example/", "http://chat.example:80"],
    ["http://chat.example:80/", "http://CHAT.example"],
    ["https://chat.example/", "https://chat.example:443"],
    ["http://[::1]:8080/", "http://[::1]:8080"],
    ["http://[::1]:8080/", "http://[0:0::1]:8080"],
    ["http://chat.example.:8080/", "http://chat.example.:8080"],
    ["http://chat.example.:8080/", "http://chat.example:8080"],
    ["http://chat.example:8080/", "http://chat.example.:8080"],
  ];
  for (const [url, origin] of own) {
    assertEquals(askerOf(origins, url, { origin }), "own", `${url} ${origin}`);
  }
  const foreign = [
    "null",
    "",
    "garbage",
    "file://",
    "http://chat.example",
    "https://chat.example:8080",
  ];
  for (const origin of [...foreign, "http://x.chat.example:8080", "http://chat.example:8081"]) {
    assertEquals(askerOf(origins, "http://chat.example:8080/", { origin }), "foreign", origin);
  }
});

Deno.test("Origins.askerOf: takes the origin of every --url for our own", () => {
  const origins = new Origins({
    url: ["https://chat.example/team", "http://b.example:81"],
    origin: [],
  });
  for (
    const origin of ["https://chat.example", "https://CHAT.example:443", "http://b.example:81"]
  ) {
    assertEquals(askerOf(origins, "http://127.0.0.1:8080/", { origin }), "own", origin);
  }
  for (const origin of ["http://chat.example", "https://b.example:81", "http://b.example"]) {
    assertEquals(askerOf(origins, "http://127.0.0.1:8080/", { origin }), "foreign", origin);
  }
});

Deno.test("Origins.askerOf: believes Sec-Fetch-Site only where there is no Origin", () => {
  const origins = new Origins({ url: [], origin: [] });
  const ask = (headers: Record<string, string>) => askerOf(origins, "http://localhost/", headers);
  assertEquals(ask({}), "none");
  assertEquals(ask({ "sec-fetch-site": "same-origin" }), "own");
  for (const site of ["same-site", "cross-site", "none"]) {
    assertEquals(ask({ "sec-fetch-site": site }), "none", site);
  }
  const origin = "http://evil.example";
  assertEquals(ask({ origin, "sec-fetch-site": "same-origin" }), "foreign");
});

Deno.test("Origins.check: refuses a foreign origin with 403, unless it is named or all are allowed", () => {
  const check = (origin: string, ...allowed: string[]) => {
    const request = new Request("http://localhost/", { headers: { origin } });
    new Origins({ url: [], origin: allowed }).check(request, new URL(request.url));
  };
  check("http://localhost");
  for (const origin of ["https://a.example", "https://A.example:443", "https://a.example."]) {
    check(origin, "https://b.example", "https://a.example");
  }
  for (
    const origin of ["http://a.example", "https://a.example:444", "https://x.a.example", "null"]
  ) {
    const { status } = assertThrows(() => check(origin, "https://a.example"), Problem);
    assertEquals(status, 403, origin);
    check(origin, "*");
  }
});

test("Origins.check: a page of another origin gets neither a socket nor a POST", async () => {
  await using server = await serveChat("--origin", "https://a.example");
  const post = (origin: string) => ({
    method: "POST",
    body: "x",
    headers: { origin, "content-type": "text/plain" },
  });
  const statuses = async (origin: string) => [
    await upgradeStatus(server, "/ws", `Origin: ${origin}\r\n`),
    await statusOf(server, "/rooms/lobby/messages", post(origin)),
    await statusOf(server, "/me", { method: "POST", headers: { origin } }),
  ];
  assertEquals(await statuses(`http://${server.host}`), [101, 201, 201]);
  // A page of an allowed origin comes in, but gets no session for the browser.
  for (const origin of ["https://a.example", "HTTPS://A.EXAMPLE:443"]) {
    assertEquals(await statuses(origin), [101, 201, 403], origin);
  }
  for (const origin of [`https://${server.host}`, "http://evil.example", "null"]) {
    assertEquals(await statuses(origin), [403, 403, 403], origin);
  }
});

const CORS = "access-control-allow-origin";

async function headersOf({ host }: ChatServer, origin: string, init: RequestInit = {}) {
  const response = await fetch(`http://${host}/rooms`, {
    ...init,
    headers: { origin, ...init.headers },
  });
  await response.body?.cancel();
  return { status: response.status, headers: response.headers };
}

test("Origins.share: lets the pages of allowed origins read answers, errors too", async () => {
  await using server = await serveChat("--origin", "https://a.example");
  const named = await headersOf(server, "https://a.example");
  assertEquals(named.headers.get(CORS), "https://a.example");
  assertEquals(named.headers.get("access-control-allow-credentials"), "true");
  assertEquals(named.headers.get("vary"), "origin");
  for (const origin of ["https://evil.example", `http://${server.host}`, "null"]) {
    const { headers } = await headersOf(server, origin);
    assertEquals([headers.get(CORS), headers.get("vary")], [null, "origin"], origin);
  }
  const error = await headersOf(server, "https://a.example", { method: "PUT" });
  assertEquals([error.status, error.headers.get(CORS)], [405, "https://a.example"]);
});

test("Origins.share: with * every page may read, and none with credentials", async () => {
  await using server = await serveChat("--origin", "*");
  for (const origin of ["https://a.example", "null"]) {
    const { headers } = await headersOf(server, origin);
    assertEquals(headers.get(CORS), origin);
    assertEquals(headers.get("access-control-allow-credentials"), null, origin);
  }
});

test("Origins.share: adds nothing where no origin is allowed", async () => {
  await using server = await serveChat();
  const { headers } = await headersOf(server, "https://a.example");
  assertEquals([headers.get(CORS), headers.get("vary")], [null, null]);
});

test("Origins.preflight: answers 204 to an allowed origin, and 403 to others", async () => {
  await using server = await serveChat("--origin", "https://a.example");
  const preflight = (origin: string) =>
    headersOf(server, origin, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "POST" },
    });
  const { status, headers } = await preflight("https://a.example");
  assertEquals([status, headers.get(CORS)], [204, "https://a.example"]);
  const methods = headers.get("access-control-allow-methods")!.split(", ");
  for (const method of ["GET", "POST", "PATCH"]) assert(methods.includes(method), method);
  const allowed = headers.get("access-control-allow-headers")!.split(", ");
  for (const name of ["authorization", "content-type"]) assert(allowed.includes(name), name);
  assertEquals((await preflight("https://evil.example")).status, 403);
  assertEquals((await headersOf(server, "https://a.example", { method: "OPTIONS" })).status, 405);
});

test("Origins.askerOf: a same-origin POST over HTTP/2 is our own page's", async () => {
  await using server = await serveTls();
  const [hostname, port] = server.host.split(":");
  const post = { ":method": "POST", ":path": "/me" };
  for (const origin of [`https://${server.host}`, `https://LOCALHOST:${port}`]) {
    assertEquals((await server.ask({ ...post, origin })).status, 201, origin);
  }
  for (const origin of [`http://${server.host}`, `https://${hostname}`, "https://evil.example"]) {
    assertEquals((await server.ask({ ...post, origin })).status, 403, origin);
  }
  const standard = { ...post, ":authority": "chat.example" };
  for (const origin of ["https://chat.example", "https://chat.example:443"]) {
    assertEquals((await server.ask({ ...standard, origin })).status, 201, origin);
  }
});

test("Origins.check: a socket of an allowed origin reads and writes as any other", async () => {
  await using server = await serveChat("--origin", "https://a.example");
  await using ann = await Peer.join(server.host, "/rooms/lobby", { origin: "https://a.example" });
  ann.say("hello");
  assertEquals((await ann.next("message")).text, "hello");
});
