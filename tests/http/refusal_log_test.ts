/** What an operator learns of a page that cannot connect. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Problem } from "../../http/problem.ts";
import { RefusalLog } from "../../http/refusal_log.ts";
import { get } from "../../testing/raw_http.ts";
import { Peer, rememberingLog, serveChat, test, UPGRADE } from "../../testing/support.ts";
import { statusOf, upgradeStatus } from "../../testing/token_server.ts";

const refusals = ({ events }: { events: string[] }) =>
  events.filter((event) => event.startsWith("refused "))
    .map((event) => JSON.parse(event.slice("refused ".length)));

test("RefusalLog.report: logs the origin of a refused upgrade, and its path without the query", async () => {
  await using server = await serveChat();
  const path = "/rooms/tea?token=a-secret-of-somebody-that-is-long-enough&name=Ann";
  assertEquals(await upgradeStatus(server, path, "Origin: https://evil.example\r\n"), 403);
  const [{ reason, ...fields }] = refusals(server.log);
  assertEquals(fields, { status: 403, path: "/rooms/tea", origin: "https://evil.example" });
  assertStringIncludes(reason, "--origin");
  assert(!server.log.events.join().includes("a-secret"));
});

test("RefusalLog.report: logs a host that is not ours, of pages and of upgrades", async () => {
  await using server = await serveChat();
  await get(server.host, "/?x=1", "Host: evil.example\r\n");
  await get(server.host, "/ws", `Host: other.example\r\n${UPGRADE}`);
  const found = refusals(server.log);
  assertEquals(found.map(({ status, path }) => [status, path]), [[421, "/"], [421, "/ws"]]);
  for (const [index, host] of ["evil.example", "other.example"].entries()) {
    assertStringIncludes(found[index].reason, host);
    assertStringIncludes(found[index].reason, "--url");
  }
});

test("RefusalLog.report: logs no other answers", async () => {
  await using server = await serveChat();
  await using peer = await Peer.join(server.host, "/ws");
  assertEquals(await statusOf(server, "/nothing"), 404);
  const headers = { origin: "https://evil.example" };
  assertEquals(await statusOf(server, "/me", { method: "POST", headers }), 403);
  peer.send("hello");
  await peer.line();
  assertEquals(refusals(server.log), []);
});

Deno.test("RefusalLog.report: logs few of many, each of a limited length", () => {
  const log = rememberingLog();
  const refusals = new RefusalLog(log);
  const headers = { upgrade: "websocket", origin: "x".repeat(5_000) };
  const request = new Request(`http://localhost/${"y".repeat(5_000)}`, { headers });
  for (let n = 0; n < 1_000; n++) refusals.report(request, new Problem(403, "no"));
  const { burst } = LIMITS.refusalsLogged;
  assert(log.events.length >= burst && log.events.length < 2 * burst, `${log.events.length}`);
  for (const event of log.events) assert(event.length < 3 * LIMITS.loggedText, event);
});
