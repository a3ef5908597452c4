/** Superseding very many changes a few at a time, across restarts. */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../../config/limits.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { edit, react, remove } from "../../../testing/drafts.ts";
import { draft, range } from "../../../testing/fakes.ts";
import { OPTIONS, withFolder } from "../../../testing/sqlite.ts";
import { test } from "../../../testing/support.ts";

const COUNT = 5 * LIMITS.sweptAtOnce;

/** How many changes are not superseded yet, and in how many messages such are left. */
function leftIn(file: string): unknown[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const { changes } = db.prepare("SELECT count(key) AS changes FROM change").get()!;
  const { messages } = db.prepare("SELECT count(*) AS messages FROM sweep").get()!;
  db.close();
  return [changes, messages];
}

function fill(journal: SqliteJournal): void {
  journal.append([draft("one"), draft("two")]);
  journal.append([edit(1, "new"), ...range(1, COUNT).map((n) => react(1, `member ${n}`))]);
}

const kindsIn = (journal: SqliteJournal) =>
  new Set(journal.after("r", 2, 2 * COUNT).map(({ kind }) => kind));

for (const how of ["a deletion", "trimming"]) {
  test(`Sweep: goes on after a restart with what ${how} has left`, () =>
    withFolder(async (folder) => {
      const file = `${folder}/chat.db`;
      const options = { ...OPTIONS, eraseMs: Infinity, keep: how === "trimming" ? 2 : 0 };
      const first = new SqliteJournal(file, options);
      fill(first);
      first.append([how === "trimming" ? draft("three") : remove(1)]);
      const expected = kindsIn(first);
      const rest = COUNT - 2 * LIMITS.sweptAtOnce;
      assertEquals(leftIn(file), how === "trimming" ? [rest, 1] : [rest + 1, 1]);
      // As a process that is killed leaves it.
      const copy = `${folder}/copy.db`;
      for (const end of ["", "-wal"]) Deno.copyFileSync(file + end, copy + end);
      first.close();
      const second = new SqliteJournal(copy, options);
      assertEquals(kindsIn(second), expected);
      assertEquals(await second.erase(), undefined);
      assertEquals(leftIn(copy), how === "trimming" ? [0, 0] : [1, 0]);
      assertEquals(kindsIn(second), expected);
      second.close();
    }));
}
