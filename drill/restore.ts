/**
 * The acts in which a SQLite file loses its newest messages while the server is down: an older copy is
 * put back, or a loss of power cuts the WAL.
 */

import { DatabaseSync } from "node:sqlite";
import type { Random } from "../testing/random.ts";
import { ROOM } from "./client_group.ts";
import { placeOfCut, runLoss } from "./lost_tail.ts";
import { ReplicaGroup } from "./replica_group.ts";
import { DrillServer } from "./server.ts";
import type { Verdict } from "./verdict.ts";

/** What an act does to the file: before, and while the server is down. */
interface Damage {
  save(db: string): void;
  lose(db: string): void;
}

async function runDamages(act: string, rounds: number, damage: Damage): Promise<Verdict> {
  const begin = performance.now();
  await using server = await DrillServer.open();
  await using group = new ReplicaGroup([server]);
  let worstMs = 0;
  for (let round = 0; round < rounds; round++) {
    const tookMs = await runLoss(group, {
      save: () => Promise.resolve(damage.save(server.db)),
      async lose() {
        await server.kill();
        damage.lose(server.db);
        return newestIn(server.db);
      },
      async recover(more) {
        await server.start();
        await more();
      },
    });
    worstMs = Math.max(worstMs, tookMs);
  }
  const account = await group.compare();
  return { act, ...account, worstMs, tookMs: performance.now() - begin };
}

/** The newest message in a file that nobody has open. Looks into a copy, since looking changes it. */
function newestIn(db: string): number {
  const copy = `${db}.copy`;
  for (const end of ["", "-wal"]) {
    if (exists(db + end)) Deno.copyFileSync(db + end, copy + end);
  }
  try {
    return query(copy, `SELECT coalesce(max(seq), 0) AS seq FROM log WHERE room = '${ROOM}'`);
  } finally {
    for (const end of ["", "-wal", "-shm"]) if (exists(copy + end)) Deno.removeSync(copy + end);
  }
}

function query(path: string, sql: string): number {
  const db = new DatabaseSync(path);
  try {
    return Number(Object.values(db.prepare(sql).get()!)[0]);
  } finally {
    db.close();
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Runs the act of a backup that is taken while the server runs, and put back as documented. */
export async function restoreAct(): Promise<Verdict> {
  return await runDamages("backup restored", 2, {
    save(db) {
      const backup = `${db}.backup`;
      if (exists(backup)) Deno.removeSync(backup);
      const source = new DatabaseSync(db);
      source.prepare("VACUUM INTO ?").run(backup);
      source.close();
    },
    lose(db) {
      Deno.renameSync(`${db}.backup`, db);
      for (const end of ["-wal", "-shm"]) Deno.removeSync(db + end);
    },
  });
}

/** Runs the act of a WAL that is cut somewhere after what a checkpoint has made safe. */
export async function walAct(random: Random): Promise<Verdict> {
  return await runDamages("WAL cut", 4, {
    save: (db) => void query(db, "PRAGMA wal_checkpoint(TRUNCATE)"),
    lose(db) {
      const { size } = Deno.statSync(`${db}-wal`);
      Deno.truncateSync(`${db}-wal`, placeOfCut(random, 0, size));
    },
  });
}
