/** Correcting what a crash leaves behind. */

import type { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { RoomTable } from "../room_table.ts";
import { ChangeTable } from "./change_table.ts";
import { newestOf } from "./numbering.ts";
import { Ordinals } from "./ordinals.ts";

/**
 * Compares the rows of the newest rooms with their entries. A row is behind if something was added
 * to the room within the last second before a crash; it was written at most a second before.
 */
export function correctRows(db: DatabaseSync): void {
  const table = new RoomTable(db);
  const ordinals = new Ordinals(db);
  const changes = new ChangeTable(db);
  const newest = db.prepare("SELECT number, name FROM room ORDER BY newest_at DESC LIMIT ?");
  db.exec("BEGIN IMMEDIATE");
  for (const row of newest.all(LIMITS.roomsCompared)) {
    const room = { number: Number(row.number), name: String(row.name) };
    table.write(room, newestOf(room, ordinals, changes));
  }
  db.exec("COMMIT");
}
