/**
 * The act of the clock: while the server is down its clock is set back by a day.
 *
 * A drill may not set the machine's clock. It does the opposite, which is the same to the server: it
 * makes every message in the file a day younger. Order and resuming must follow the numbers, because
 * the times contradict them.
 */

import { DatabaseSync } from "node:sqlite";
import { ClientGroup, ROOM } from "./client_group.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Runs the act. */
export async function clockAct(): Promise<Verdict> {
  const begin = performance.now();
  await using server = await DrillServer.open();
  const group = new ClientGroup(server, { talkers: 4, window: 4 });
  group.join();
  await group.caughtUp();
  await group.talk(200);
  const killedAt = performance.now();
  await server.kill();
  await group.gone();
  const db = new DatabaseSync(server.db);
  db.exec(`UPDATE message SET at = at + ${DAY}`);
  db.close();
  await server.start();
  group.join();
  await group.caughtUp();
  const worstMs = performance.now() - killedAt;
  await group.talk(200);
  const history = await server.history(ROOM);
  if (history[0].at < history.at(-1)!.at) throw new Error("the clock did not jump");
  const account = await group.finish();
  return { act: "clock set back", ...account, worstMs, tookMs: performance.now() - begin };
}
