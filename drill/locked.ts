/**
 * The act of locking: another process (this one) holds a lock on the database for longer than the
 * server waits for it.
 */

import { DatabaseSync } from "node:sqlite";
import { refusingAct } from "./refusing.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";

/** Runs the act. */
export async function lockedAct(): Promise<Verdict> {
  await using server = await DrillServer.open();
  return await refusingAct("database locked", server, () => {
    const db = new DatabaseSync(server.db, { timeout: 5_000 });
    db.exec("BEGIN IMMEDIATE");
    return Promise.resolve(() => {
      db.exec("ROLLBACK");
      db.close();
      return Promise.resolve();
    });
  });
}
