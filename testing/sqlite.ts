/** What tests of the SQLite journal share: folders, locks, and files in which something was kept. */

import { DatabaseSync } from "node:sqlite";
import { SqliteJournal, type SqliteOptions } from "../journal/sqlite/journal.ts";
import { draft } from "./fakes.ts";

/** Keeps everything. */
export const OPTIONS: SqliteOptions = { keep: 0, sync: "normal" };

/** Does something with a folder of its own, which is removed then. */
export async function withFolder(fn: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.chmod(folder, 0o700);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Does something while another program holds the file locked. */
export async function whileLocked(file: string, fn: () => void | Promise<void>): Promise<void> {
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  await fn();
  other.exec("ROLLBACK");
  other.close();
}

/** Makes a file that has so many messages. */
export function fill(file: string, count: number): void {
  const journal = new SqliteJournal(file, OPTIONS);
  journal.append(Array.from({ length: count }, (_, n) => draft(`message ${n}`, { id: `id${n}` })));
  journal.close();
}

/** The files in a folder, with their modes. */
export function modesIn(folder: string): Record<string, string> {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(
    files.map((name) => [name, (Deno.statSync(`${folder}/${name}`).mode! & 0o777).toString(8)]),
  );
}

/** The modes of a database that only the server's user can read. */
export const PRIVATE = { "chat.db": "600", "chat.db-shm": "600", "chat.db-wal": "600" };

/** A file as the first version made it, with one message. */
export const VERSION_1 = `
  CREATE TABLE journal (epoch TEXT NOT NULL);
  CREATE TABLE room (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE message (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, member TEXT NOT NULL,
    name TEXT NOT NULL, avatar TEXT, text TEXT NOT NULL, id TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX message_id ON message (room, id) WHERE id IS NOT NULL;
  CREATE VIEW log AS
    SELECT room.name AS room, message.seq, at, member, message.name, avatar, text, id
    FROM message JOIN room ON room.number = message.room;
  INSERT INTO journal VALUES ('e1');
  INSERT INTO room VALUES (1, 'r');
  INSERT INTO message VALUES (1, 1, 7, 'f', '', NULL, 'old', 'x');
  PRAGMA user_version = 1;
`;
