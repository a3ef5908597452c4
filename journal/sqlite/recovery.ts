/** Correcting what a crash leaves behind. */

import type { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import { RoomTable } from "../room_table.ts";
import { MessageTable } from "./message_table.ts";

/**
 * Compares the rows of the newest rooms with their messages. A row is behind if something was added
 * to the room within the last second before a crash; it was written at most a second before.
 */
export function correctRows(db: DatabaseSync): void {
  const table = new RoomTable(db);
  const messages = new MessageTable(db);
  const newest = db.prepare("SELECT number, name FROM room ORDER BY newest_at DESC LIMIT ?");
  db.exec("BEGIN IMMEDIATE");
  for (const row of newest.all(LIMITS.roomsCompared)) {
    const room = { number: Number(row.number), name: String(row.name) };
    table.write(room, messages.newest(room.number));
  }
  db.exec("COMMIT");
}
