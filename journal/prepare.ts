/** Prepared SQL statements, each prepared once for a database. */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Prepared statements, by the names that their texts have. */
export type Prepared<T> = Readonly<Record<keyof T, StatementSync>>;

/** Prepares them all. */
export function prepareAll<T extends Record<string, string>>(
  db: DatabaseSync,
  statements: T,
): Prepared<T> {
  const entries = Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(entries) as Prepared<T>;
}
