/** Where the files are kept. */

import type { Config } from "../config/config.ts";

/**
 * The folder that the flags name; undefined if files are not kept. Beside a SQLite file by default. There
 * is no such place for messages in memory, or in a Redis, which several servers share.
 *
 * @example filesFolder({ files: "", db: "chat.db" }) // "chat.db.files"
 */
export function filesFolder({ files, db }: Pick<Config, "files" | "db">): string | undefined {
  if (files) return files === "off" ? undefined : files;
  return db === ":memory:" || /^rediss?:/.test(db) ? undefined : `${db}.files`;
}
