/** The audit log, over every kind of journal. */

import { assertEquals, assertMatch } from "@std/assert";
import { Audit } from "../../people/audit.ts";
import { draft } from "../../testing/fakes.ts";
import { HeldJournal } from "../../testing/held_journal.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";
import { rememberingLog } from "../../testing/support.ts";

forEachKind((journalTest) => {
  journalTest(
    "Audit.note: keeps entries in their order, each once, in no list of rooms",
    async (journal) => {
      const audit = new Audit(journal, rememberingLog());
      for (const to of ["ann", "ann", "bob"]) await audit.note({ by: "root", action: "ban", to });
      const { entries, more } = await audit.read(50);
      assertEquals(entries.map(({ seq, by, action, to }) => [seq, by, action, to]), [
        [1, "root", "ban", "ann"],
        [2, "root", "ban", "ann"],
        [3, "root", "ban", "bob"],
      ]);
      assertEquals([more, await journal.rooms({ limit: 10 })], [false, []]);
      assertEquals((await audit.read(1, 3)).entries.map(({ seq }) => seq), [2]);
    },
  );

  journalTest(
    "Audit.noteDeletion: names the author, and notes nothing of one's own messages",
    async (journal) => {
      const audit = new Audit(journal, rememberingLog());
      await keep(journal, [draft("x", { from: "ann" }), draft("y", { from: "root" })]);
      for (const seq of [1, 2]) await audit.noteDeletion("root", "r", seq);
      const { entries } = await audit.read(50);
      assertEquals(entries.map(({ to, room, of }) => [to, room, of]), [["ann", "r", 1]]);
    },
  );
});

Deno.test("Audit.note: reports to the server's log what it cannot keep", async () => {
  const journal = new HeldJournal();
  journal.failing = true;
  const log = rememberingLog();
  await new Audit(journal, log).note({ by: "root", action: "ban", to: "ann" });
  assertMatch(log.events[0], /^audit failed .*"by":"root","action":"ban","to":"ann"/);
});
