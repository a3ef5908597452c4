/** The heartbeat of a connection. */

import { assertEquals } from "@std/assert";
import { Heartbeat } from "../../sdk/heartbeat.ts";
import { within } from "../../testing/wait.ts";

/** A heartbeat; `answers` says whether its nth ping is answered. */
function beat(answers: (ping: number) => boolean, quietMs = 1) {
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  const pings = { count: 0, until: (_: number) => {} };
  const heartbeat = new Heartbeat({ quietMs, answerMs: 1 }, () => {
    pings.count++;
    if (answers(pings.count)) heartbeat.heard();
    pings.until(pings.count);
  }, resolve);
  heartbeat.start();
  return { heartbeat, pings, dead };
}

Deno.test("Heartbeat: gives a connection up only after two pings without a frame", async () => {
  const { pings, dead } = beat(() => false);
  await within(dead, "the end");
  assertEquals(pings.count, 2);
});

Deno.test("Heartbeat: goes on while at least every other ping is answered", async () => {
  const { heartbeat, pings } = beat((ping) => ping % 2 === 0);
  await within(
    new Promise<void>((resolve) => pings.until = (count) => count > 8 && resolve()),
    "8",
  );
  heartbeat.stop();
});

Deno.test("Heartbeat: pings at once when there is a reason to, and not twice", async () => {
  const { heartbeat, pings, dead } = beat(() => false, 1e9);
  heartbeat.probe();
  heartbeat.probe();
  assertEquals(pings.count, 1);
  await within(dead, "the end");
});
