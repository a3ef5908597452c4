/** A journal in memory: what tests and `--db :memory:` use. Its epoch ends with the process. */

import { IN_MEMORY } from "./sqlite/file.ts";
import { SqliteJournal } from "./sqlite/journal.ts";

/** Keeps messages as long as the process lives, in a SQLite database without a file. */
export class MemoryJournal extends SqliteJournal {
  /** @param keep messages kept per room, 0 for all */
  constructor(keep = 0) {
    super(IN_MEMORY, { keep, sync: "normal" });
  }
}
