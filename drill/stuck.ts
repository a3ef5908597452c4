/**
 * The act of the stuck readers: beside good clients are some that read nothing at all, and some that
 * read slowly. The stuck ones must be dropped while everybody else goes on talking; the slow ones must
 * still get everything.
 */

import { ClientGroup, ROOM } from "./client_group.ts";
import { Reader } from "./reader.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";
import { allOf, until } from "../testing/wait.ts";

const TALKERS = 8;
const SLOW = 4;
const STUCK = 20;

/** Runs the act. */
export async function stuckAct(): Promise<Verdict> {
  const begin = performance.now();
  await using server = await DrillServer.open(["--stall", "1"]);
  // Long texts: the kernel holds some MiB for a reader, which must be full before it is stuck.
  const group = new ClientGroup(server, { talkers: TALKERS, window: 5, textLength: 3_000 });
  group.join();
  await group.caughtUp();
  const join = (name: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) => Reader.join(server.host, ROOM, `${name}${n}`)),
    );
  const [slow, stuck] = [await join("slow", SLOW), await join("stuck", STUCK)];
  const reading = slow.map((reader) => reader.read(group.ledger));
  try {
    await until(async () => await server.members(ROOM) === TALKERS + SLOW + STUCK, "all readers");
    await until(async () => {
      await group.talk(200);
      return await server.members(ROOM) === TALKERS + SLOW;
    }, "the stuck to be dropped");
    const calmAt = performance.now();
    await group.stopTalking();
    await allOf(slow.map((reader) => reader.hurry(group.ledger.newest)), "the slow to have it all");
    const worstMs = performance.now() - calmAt;
    const account = await group.finish();
    return {
      act: `${STUCK} stuck readers`,
      ...account,
      worstMs,
      tookMs: performance.now() - begin,
    };
  } finally {
    for (const reader of [...slow, ...stuck]) reader.leave();
    await Promise.all(reading);
  }
}
