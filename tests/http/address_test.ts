/** Where a request comes from, and which proxies are believed. */

import { assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { parseNetwork } from "../../config/network.ts";
import { addressOf, type ProxyTrust } from "../../http/address.ts";
import { get } from "../../testing/raw_http.ts";
import { RawPeer, serveChat, test, UPGRADE } from "../../testing/support.ts";
import { upgradeStatus } from "../../testing/token_server.ts";

const DIRECT = { trustProxy: false, proxies: [] };
const TRUSTING = { trustProxy: true, proxies: [] };

function address(
  hostname: string,
  forwarded: string | undefined,
  trust: ProxyTrust = DIRECT,
): string {
  const headers = forwarded === undefined ? undefined : { "x-forwarded-for": forwarded };
  const remoteAddr = { transport: "tcp", hostname, port: 1 } as const;
  const info = { remoteAddr, completed: Promise.resolve() };
  return addressOf(new Request("http://localhost/", { headers }), info, trust);
}

const behind = (...networks: string[]) => ({
  trustProxy: false,
  proxies: networks.map((network) => parseNetwork(network)!),
});

Deno.test("addressOf: is the peer's, whatever X-Forwarded-For says, unless proxies are trusted", () => {
  assertEquals(address("127.0.0.1", "192.0.2.1"), "127.0.0.1");
  assertEquals(address("::ffff:198.51.100.1", undefined), "198.51.100.1");
  assertEquals(address("2001:db8::5", undefined), address("2001:db8::6", undefined));
});

Deno.test("addressOf: with --trust-proxy believes a peer on a private network alone", () => {
  for (
    const peer of ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"]
  ) {
    assertEquals(address(peer, "192.0.2.1", TRUSTING), "192.0.2.1", peer);
  }
  for (const peer of ["198.51.100.1", "172.32.0.1", "::ffff:8.8.8.8"]) {
    assertEquals(address(peer, "192.0.2.1", TRUSTING), address(peer, undefined), peer);
  }
  assertEquals(address("10.1.2.3", undefined, TRUSTING), "10.1.2.3");
});

Deno.test("addressOf: with --proxy believes a peer in these networks alone", () => {
  const trust = behind("198.51.100.0/24", "2001:db8::/32");
  for (const peer of ["198.51.100.9", "2001:db8::9", "::ffff:198.51.100.9"]) {
    assertEquals(address(peer, "192.0.2.1", trust), "192.0.2.1", peer);
  }
  for (const peer of ["198.51.101.9", "127.0.0.1", "10.0.0.1", "2001:db9::9"]) {
    assertEquals(address(peer, "192.0.2.1", trust), address(peer, undefined), peer);
  }
});

Deno.test("addressOf: takes the last of X-Forwarded-For, which the proxy saw itself", () => {
  assertEquals(address("127.0.0.1", "198.51.100.9, 192.0.2.1", TRUSTING), "192.0.2.1");
  assertEquals(address("127.0.0.1", " 192.0.2.1 ", TRUSTING), "192.0.2.1");
});

Deno.test("addressOf: takes an address with the port and brackets that some proxies write", () => {
  assertEquals(address("127.0.0.1", "192.0.2.1:5555", TRUSTING), "192.0.2.1");
  const bare = address("127.0.0.1", "2001:db8::1", TRUSTING);
  for (const forwarded of ["[2001:db8::1]:5555", "[2001:db8::1]", "2001:db8::2"]) {
    assertEquals(address("127.0.0.1", forwarded, TRUSTING), bare, forwarded);
  }
});

Deno.test("addressOf: keeps no more of what is no address than an address may have", () => {
  const { length } = address("127.0.0.1", "x".repeat(10_000), TRUSTING);
  assertEquals(length, LIMITS.addressLength);
});

const forwardedFor = (address: string) => `X-Forwarded-For: ${address}\r\n`;

test("Admission.acquire: counts the address of the socket, whatever a header says", async () => {
  await using server = await serveChat("--max-clients-per-ip", "2");
  const by = (address: string) => UPGRADE + forwardedFor(address);
  using first = await RawPeer.connect(server.host, "/ws", by("192.0.2.1"));
  using second = await RawPeer.connect(server.host, "/rooms/x", by("192.0.2.2"));
  assertMatch(await first.head() + await second.head(), /101[^]* 101/);
  assertEquals(await upgradeStatus(server, "/ws", forwardedFor("192.0.2.3")), 429);
  const headers = `Host: ${server.host}\r\n${forwardedFor("192.0.2.4")}`;
  assertMatch(await get(server.host, "/rooms/lobby/events", headers), /^HTTP\/1.1 429 /);
});

test("Admission.acquire: counts each forwarded address by itself with --trust-proxy", async () => {
  await using server = await serveChat("--max-clients-per-ip", "2", "--trust-proxy");
  using connections = new DisposableStack();
  for (const address of ["192.0.2.1", "2001:db8::1", "192.0.2.1", "2001:db8::1"]) {
    const headers = UPGRADE + forwardedFor(address);
    const peer = connections.use(await RawPeer.connect(server.host, "/ws", headers));
    assertMatch(await peer.head(), / 101 /, address);
  }
  const others = ["192.0.2.1:4711", "[2001:db8::1]", "[2001:db8::1]:4711"];
  for (const address of ["192.0.2.1", "192.0.2.9, 2001:db8::1", ...others]) {
    assertEquals(await upgradeStatus(server, "/ws", forwardedFor(address)), 429, address);
  }
  assertEquals(await upgradeStatus(server, "/ws", forwardedFor("192.0.2.2")), 101);
});
