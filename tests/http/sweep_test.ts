/** Connections of which the runtime reports nothing more: they do not count for ever. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Admission } from "../../http/admission.ts";
import { Counters } from "../../telemetry/counters.ts";
import { skipTime } from "../../testing/clock.ts";
import { type ChatServer, Peer, RawPeer, serveChat, test } from "../../testing/support.ts";
import { upgradeStatus } from "../../testing/token_server.ts";
import { until } from "../../testing/wait.ts";

async function metric(server: ChatServer, name: string): Promise<number> {
  const text = await (await fetch(`http://${server.host}/metrics`)).text();
  const line = text.split("\n").find((line) => line.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

Deno.test("Admission: no longer counts an upgrade that has not opened after 30 s, and no other", async () => {
  const counters = new Counters();
  const admission = new Admission({ maxClients: 100, maxClientsPerIp: 1 }, counters);
  admission.acquire("a");
  const opened = admission.acquire("b");
  opened.opened();
  {
    using _ = skipTime(LIMITS.openingMs + 1);
    admission.acquire("c");
    await until(() => admission.count < 3, "the sweep");
  }
  assertEquals(admission.count, 2);
  assertEquals([...counters.abandonments], [["open", 1], ["close", 0]]);
  // Its address may come again.
  admission.acquire("a").release();
  await admission.drain();
});

test("Admission: no longer counts a peer that does not answer our close after 10 s", async () => {
  await using server = await serveChat("--max-clients", "1");
  using mute = await RawPeer.upgrade(server.host, "/rooms/lobby");
  await mute.frame(0x82, "binary");
  for (let frame = await mute.next(); frame!.opcode !== 8; frame = await mute.next());
  const swept = async () => await metric(server, 'hubbub_connections{wire="json"}') === 0;
  await until(swept, "the sweep that finds it closed");
  assertEquals(await upgradeStatus(server, "/ws"), 503);
  using _ = skipTime(LIMITS.closingMs + 1);
  await until(async () => await upgradeStatus(server, "/ws") === 101, "its place to be free");
  assertEquals(await metric(server, 'hubbub_abandoned_total{waiting_for="close"}'), 1);
  assertEquals(await metric(server, 'hubbub_abandoned_total{waiting_for="open"}'), 0);
});

test("Admission: counts a peer that answers our close out at once, and abandons nobody", async () => {
  await using server = await serveChat("--max-clients", "1");
  const peer = await Peer.join(server.host, "/rooms/lobby");
  peer.socket.send(new Uint8Array([1]));
  assertEquals((await peer.closed).code, 1003);
  await until(async () => await upgradeStatus(server, "/ws") === 101, "its place to be free");
  const text = await (await fetch(`http://${server.host}/metrics`)).text();
  for (const what of ["open", "close"]) {
    assertStringIncludes(text, `hubbub_abandoned_total{waiting_for="${what}"} 0\n`);
  }
});
