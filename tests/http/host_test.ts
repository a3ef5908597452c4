/** The host that a request names, and what a page of another name cannot do (DNS rebinding). */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseAuthority } from "../../http/host.ts";
import { get } from "../../testing/raw_http.ts";
import { type ChatServer, RawPeer, serveChat, test, UPGRADE } from "../../testing/support.ts";
import { serveTls } from "../../testing/tls_server.ts";

const portOf = ({ host }: ChatServer) => host.split(":")[1];

/** The status of a request whose Host header is this. */
async function statusFor(server: ChatServer, host: string, target = "/healthz"): Promise<number> {
  return Number((await get(server.host, target, `Host: ${host}\r\n`)).slice(9, 12));
}

Deno.test("parseAuthority: takes a host and a port apart, in one way of writing", () => {
  const parsed = {
    "localhost": ["localhost", ""],
    "LocalHost.:8080": ["localhost", "8080"],
    "chat.example.:": ["chat.example", ""],
    "192.0.2.1:80": ["192.0.2.1", "80"],
    "[::1]:8080": ["::1", "8080"],
    "[0:0:0:0:0:0:0:1]": ["::1", ""],
    "[2001:DB8::1]": ["2001:db8::1", ""],
  };
  for (const [text, [hostname, port]] of Object.entries(parsed)) {
    assertEquals(parseAuthority(text), { hostname, port }, text);
  }
});

Deno.test("parseAuthority: refuses whatever is more than a host and a port", () => {
  const bad = [
    "",
    ":80",
    "a b",
    "u@localhost",
    "u:p@localhost",
    "localhost/x",
    "localhost?x",
    "a#b",
  ];
  for (
    const text of [...bad, "::1", "[::1", "[g::1]", "a:b", "a:123456", "http://a", "a\\b"]
  ) {
    assertEquals(parseAuthority(text), undefined, text);
  }
});

test("HostRule.check: admits addresses, localhost and this machine's name, in any case", async () => {
  await using server = await serveChat();
  const port = portOf(server);
  const machine = Deno.hostname();
  const hosts = ["127.0.0.1", "192.0.2.7", "[::1]", "[2001:DB8::1]", "localhost", "LOCALHOST."];
  for (const host of [...hosts, machine, machine.toUpperCase(), `${machine}.local`]) {
    for (const authority of [host, `${host}:${port}`, `${host}:81`]) {
      assertEquals(await statusFor(server, authority), 200, authority);
    }
  }
});

test("HostRule.check: answers 421 to every other host, on every route and to upgrades", async () => {
  await using server = await serveChat();
  const port = portOf(server);
  const hosts = ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost.."];
  for (const host of [...hosts, "notlocalhost", "[::1].evil.example"]) {
    const status = await statusFor(server, `${host}:${port}`);
    assertEquals(status, host.startsWith("[") ? 400 : 421, host);
  }
  for (const path of ["/", "/rooms", "/rooms/lobby", "/rooms/lobby/messages", "/me", "/metrics"]) {
    const answer = await get(server.host, path, `Host: evil.example:${port}\r\n`);
    assertMatch(answer, /^HTTP\/1\.1 421 /, path);
    assertStringIncludes(answer, "--url", path);
  }
  const host = `Host: evil.example:${port}\r\nOrigin: http://evil.example:${port}\r\n`;
  for (const path of ["/ws", "/chat?email=a@b.c", "/rooms/lobby"]) {
    const answer = await get(server.host, path, `${host}${UPGRADE}`);
    assertMatch(answer, /^HTTP\/1\.1 421 /, path);
  }
  using plain = await RawPeer.connect(server.host, "/ws");
  assertMatch(await plain.head(), /^HTTP\/1\.1 101 /);
});

test("HostRule.check: admits the hosts of all --url, and no others", async () => {
  const urls = ["--url", "https://chat.example.org/team", "--url", "http://Other.example:81"];
  await using server = await serveChat(...urls);
  for (const host of ["chat.example.org", "CHAT.example.org.:443", "other.example", "localhost"]) {
    assertEquals(await statusFor(server, host), 200, host);
  }
  for (const host of ["example.org", "x.chat.example.org", "chat.example.org.evil.example"]) {
    assertEquals(await statusFor(server, host), 421, host);
  }
});

test("HostRule.check: answers 400 where the target and the Host header disagree", async () => {
  await using server = await serveChat();
  const agreed = [
    ["http://localhost/healthz", "localhost"],
    ["http://LOCALHOST:80/healthz", "localhost."],
    ["http://[::1]:8080/healthz", "[0::1]:8080"],
  ];
  for (const [target, host] of agreed) {
    assertEquals(await statusFor(server, host, target), 200, `${target} ${host}`);
  }
  const contradicting = [
    ["http://localhost/healthz", "127.0.0.1"],
    ["http://localhost:81/healthz", "localhost"],
    ["http://evil.example/healthz", "localhost"],
    ["http://localhost/healthz", "evil.example"],
    ["http://user@localhost/healthz", "localhost"],
  ];
  for (const [target, host] of contradicting) {
    assertEquals(await statusFor(server, host, target), 400, `${target} ${host}`);
  }
});

test("HostRule.check: admits any host with TLS of its own, by :authority alone", async () => {
  await using server = await serveTls();
  const path = { ":path": "/healthz" };
  const port = server.host.split(":")[1];
  assertEquals((await server.ask(path)).status, 200);
  assertEquals((await server.ask({ ...path, ":authority": "any.example" })).status, 200);
  const both = { ...path, ":authority": `localhost:${port}` };
  assertEquals((await server.ask({ ...both, host: `localhost.:${port}` })).status, 200);
  assertEquals((await server.ask({ ...both, host: "evil.example" })).status, 400);
});
