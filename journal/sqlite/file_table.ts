/**
 * The files that messages name, in a SQLite file: the number of the message of each.
 *
 * A row stays when its message is deleted or forgotten, so that nothing more has to be written then; that
 * the file is gone follows from the message. This file knows rooms by their numbers and begins no
 * transactions.
 */

import type { DatabaseSync } from "node:sqlite";
import type { Attachment } from "../journal.ts";
import { prepareAll, type Prepared } from "../prepare.ts";

const SQL = {
  find: "SELECT 1 FROM file WHERE id = ?",
  add: "INSERT INTO file (id, room, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  named: `SELECT file.seq, single.state ->> '$.files' IS NOT NULL AS isThere
    FROM file LEFT JOIN single ON single.room = file.room AND single.seq = file.seq
    WHERE file.id = ? AND file.room = ?`,
  remove: "DELETE FROM file WHERE id = ? AND room = ?",
} as const;

/** The table `file` of one database. */
export class FileTable {
  readonly #sql: Prepared<typeof SQL>;

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, SQL);
  }

  /** Names these files in a message; false, and nothing is done, if one of them was named before. */
  claim(room: number, seq: number, files: readonly Attachment[]): boolean {
    if (files.length === 0 || files.some(({ id }) => this.#sql.find.get(id))) return false;
    this.add(room, seq, files);
    return true;
  }

  /** A message that was kept elsewhere names these files. */
  add(room: number, seq: number, files: readonly Attachment[]): void {
    for (const { id } of files) this.#sql.add.run(id, room, seq);
  }

  /** The messages that name these files, as `Journal.files` says. */
  named(room: number, ids: readonly string[]): Map<string, number> {
    const found = new Map<string, number>();
    for (const id of ids) {
      const row = this.#sql.named.get(id, room);
      if (row) found.set(id, row.isThere ? Number(row.seq) : 0);
    }
    return found;
  }

  /** Forgets that these files were named. */
  remove(room: number, ids: readonly string[]): void {
    for (const id of ids) this.#sql.remove.run(id, room);
  }
}
