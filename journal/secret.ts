/** The secret of a database. */

import { randomBytes } from "node:crypto";

/** 64 hex digits that nobody can guess. */
export function createSecret(): string {
  return randomBytes(32).toString("hex");
}
