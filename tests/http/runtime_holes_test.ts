/**
 * The holes of the runtime, from outside: what the server does about each, or lives with. What no
 * program can do anything about stands in SECURITY.md.
 */

import { assert, assertEquals, assertFalse, assertLess, assertStringIncludes } from "@std/assert";
import { join } from "../../testing/fuzz.ts";
import { within } from "../../testing/wait.ts";
import { Child } from "../../testing/child.ts";
import { LIMITS } from "../../config/limits.ts";
import { frameOf, Peer, RawPeer, test } from "../../testing/support.ts";

const MIB = 1024 * 1024;

/** Somebody who is there all the time, and says so. */
async function stillServes(child: Child, bystander: Peer, query = ""): Promise<void> {
  const word = crypto.randomUUID();
  await using fresh = await Peer.join(child.host, `/rooms/lobby${query}`);
  for (const [speaker, text] of [[bystander, word], [fresh, `${word} too`]] as const) {
    speaker.say(text);
    for (const peer of [bystander, fresh]) {
      await peer.until(() => peer.all("message").some((said) => said.text === text), text);
    }
  }
}

test("main: goes on at the limit of descriptors, and serves everybody when some are free again", async () => {
  await using child = await Child.start([], { descriptors: 80 });
  await using bystander = await Peer.join(child.host, "/rooms/lobby");
  const [hostname, port] = child.host.split(":");
  const hoard: Deno.TcpConn[] = [];
  try {
    // The kernel greets them all; the server takes them until it has no descriptor left.
    for (let n = 0; n < 120; n++) {
      hoard.push(await Deno.connect({ hostname, port: Number(port) }).catch(() => hoard[0]));
    }
    await child.until(() => child.log.some((line) => line.includes("listener died")), "the limit");
    bystander.say("at the limit");
    await bystander.until(() => bystander.all("message").length === 1, "the echo");
  } finally {
    for (const connection of new Set(hoard)) connection.close();
  }
  await child.until(async () => await child.get("/readyz").catch(() => "") === "ok", "an answer");
  await stillServes(child, bystander);
  assertEquals((await child.stop()).code, 0);
});

test("Client.receive: takes endless fragments at the cost of their size, and of nobody else", async () => {
  await using child = await Child.start([]);
  await using bystander = await Peer.join(child.host, "/rooms/lobby");
  await stillServes(child, bystander);
  const before = { memory: child.memory, descriptors: child.descriptors };
  const vanishing = await RawPeer.upgrade(child.host, "/rooms/lobby");
  {
    using finishing = await RawPeer.upgrade(child.host, "/ws");
    const fragment = "x".repeat(MIB);
    for (let n = 0; n < 16; n++) {
      for (const raw of [vanishing, finishing]) await raw.frame(n ? 0x00 : 0x01, fragment);
      bystander.say(`fragment ${n}`);
    }
    await stillServes(child, bystander);
    assertLess(child.memory - before.memory, 32 * 4);
    vanishing[Symbol.dispose]();
    await finishing.frame(0x80, "the end, and far too much");
    let frame = await finishing.next();
    while (frame && frame.opcode !== 8) frame = await finishing.next();
    assertEquals(frame && frame.payload[0] << 8 | frame!.payload[1], 1009);
  }
  await child.until(() => child.descriptors <= before.descriptors, "the descriptors to be free");
  await stillServes(child, bystander);
});

const FLOODS = [["/ws", " "], ["/chat?email=a@b.c", "\n"], ["/rooms/lobby", '{"type":"typing"}']];
for (const [path, text] of FLOODS) {
  test(`Client.receive: closes a client that floods ${path} with ${JSON.stringify(text)}, while others go on`, async () => {
    await using child = await Child.start([]);
    await using bystander = await Peer.join(child.host, "/rooms/lobby");
    using flooding = await RawPeer.upgrade(child.host, path);
    const frame = frameOf(0x81, text);
    const many = join(...Array<Uint8Array>(1_000).fill(frame));
    // It hangs up in the middle of it.
    const flood = async () => {
      for (let n = 0; n < 100; n++) await flooding.write(many);
    };
    const flooded = flood().catch(() => {});
    await child.until(() => child.log.some((line) => /reason=flooding/.test(line)), "the end");
    await stillServes(child, bystander);
    await flooded;
  });
}

test("Client.receive: says why it closes although most of a flood comes later", async () => {
  await using child = await Child.start(["--rate", "5", "--burst", "10"]);
  const flooding = await Peer.join(child.host, "/rooms/lobby");
  for (let n = 0; n < 15_000; n++) flooding.say(`${n}`);
  assertEquals(await within(flooding.closed, "the end"), { code: 4029, reason: "flooding" });
});

test("main: logs a fault of its own, which harms nobody", async () => {
  const preload = ["--preload", new URL("../../testing/throwing.ts", import.meta.url).pathname];
  await using child = await Child.start([], { runtime: preload });
  await using bystander = await Peer.join(child.host, "/rooms/lobby");
  await using ann = await Peer.join(child.host, "/rooms/lobby");
  const logged = (words: string) =>
    child.until(() => child.log.some((line) => line.includes(words)), words);
  ann.say("throw now");
  await logged('uncaught error error="Error: a fault of the test"');
  ann.say("reject now");
  await logged('unhandled rejection error="Error: a promise of the test"');
  const response = await fetch(`http://${child.host}/rooms/lobby/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"text":"throw now"}',
  });
  assertEquals(response.status, 500);
  const problem = await response.text();
  assertFalse(/fault of the test|\.ts|\n\s+at /.test(problem), problem);
  await logged('request failed error="Error: a fault of the test"');
  ann.say("still here");
  await bystander.until(
    () => bystander.all("message").some(({ text }) => text === "still here"),
    "the word",
  );
  await stillServes(child, bystander);
});

test("main: lets others in while connections send nothing, half a head or half a body", async () => {
  const flags = ["--max-clients", "3", "--max-clients-per-ip", "3"];
  await using child = await Child.start(flags);
  // Until the page is built the runtime opens files of its own.
  await child.get("/");
  await using bystander = await Peer.join(child.host, "/rooms/lobby");
  // The connection of a request may be closed only after its answer.
  const slack = 3;
  const before = child.descriptors;
  const [hostname, port] = child.host.split(":");
  const words = [
    "",
    "GET /rooms/lobby HTTP/1.1\r\nHost: x\r\nUpgrade: websock",
    "POST /rooms/lobby/messages HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n" +
    "Content-Length: 100\r\n\r\nhalf",
  ];
  const idle: Deno.TcpConn[] = [];
  try {
    for (let n = 0; n < 300; n++) {
      const connection = await Deno.connect({ hostname, port: Number(port) });
      idle.push(connection);
      await connection.write(new TextEncoder().encode(words[n % 3]));
    }
    await child.until(() => child.descriptors >= before + 300 - slack, "them all to be there");
    await stillServes(child, bystander);
    assertStringIncludes(await child.get("/healthz"), "ok");
  } finally {
    for (const connection of idle) connection.close();
  }
  await child.until(() => child.descriptors <= before + slack, "them all to be gone");
});

test("main: may not run programs", async () => {
  const preload = ["--preload", new URL("../../testing/throwing.ts", import.meta.url).pathname];
  await using child = await Child.start([], { runtime: preload });
  await child.until(() => child.log.some((line) => line.startsWith("run: ")), "the state");
  assertEquals(child.log.filter((line) => line.startsWith("run: ")), ["run: prompt"]);
});

Deno.test("LIMITS: give up a peer that vanished within a minute", () => {
  assert(LIMITS.idleSeconds + LIMITS.sweepMs / 1000 < 60);
  // A timer is set at most once between two sweeps, see client/idle_timer.ts.
  assert(4 * LIMITS.sweepMs < LIMITS.idleSeconds * 1000);
});
