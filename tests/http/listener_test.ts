/** The addresses that are listened on. */

import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { tryAddress } from "../../http/listener.ts";
import { allowed, config, Peer, startServer, test } from "../../testing/support.ts";
import { statusOf } from "../../testing/token_server.ts";

const hasIPv6 = allowed && Deno.networkInterfaces().some(({ address }) => address === "::1");

/** Runs a test that needs IPv6, or ignores it. */
function ipv6Test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasIPv6, fn });
}

ipv6Test("listen: takes IPv4 and IPv6 without a host", async () => {
  await using server = await startServer("--addr", ":0");
  assertMatch(server.host, /^127\.0\.0\.1:\d+$/);
  const port = server.host.split(":")[1];
  for (const host of [`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`]) {
    assertEquals(await statusOf({ host }, "/healthz"), 200, host);
    await using peer = await Peer.join(host, "/rooms/lobby", { origin: `http://${host}` });
    assertEquals((await peer.next("welcome")).room, "lobby", host);
  }
});

ipv6Test("listen: takes the one address that --addr names, and announces it", async () => {
  await using server = await startServer("--addr", "[::1]:0");
  assertMatch(server.host, /^\[::1\]:\d+$/);
  assertEquals(await statusOf(server, "/healthz"), 200);
  const port = server.host.split(":").at(-1);
  await assertRejects(() => statusOf({ host: `127.0.0.1:${port}` }, "/healthz"), TypeError);
});

test("tryAddress: throws for an address that is taken, and leaves a free one free", () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const { addr } = config("--addr", `127.0.0.1:${port}`);
  assertThrows(() => tryAddress(config("--addr", `127.0.0.1:${port}`)), Deno.errors.AddrInUse);
  assertThrows(() => tryAddress(config("--addr", `:${port}`)), Deno.errors.AddrInUse);
  taken.close();
  for (let n = 0; n < 2; n++) tryAddress(config("--addr", `127.0.0.1:${port}`));
  Deno.listen({ hostname: addr.host, port }).close();
});
