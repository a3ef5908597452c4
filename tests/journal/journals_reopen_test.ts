/** What journals that outlive their process promise of being opened again. */

import { assert, assertEquals } from "@std/assert";
import type { Journal, LogEntry } from "../../journal/journal.ts";
import { draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";

const seqs = (entries: readonly LogEntry[]) => entries.map(({ seq }) => seq);
const drafts = (count: number, room = "r") =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { room }));

forEachKind((journalTest, { lasting }) => {
  if (!lasting) {
    return journalTest("epoch and secret: are others every time", async (journal, { open }) => {
      const other = await open();
      assert(other.epoch !== journal.epoch && other.secret !== journal.secret);
      await other.close();
    });
  }

  const reopenTest = (
    criterion: string,
    fn: (first: Journal, reopen: (keep?: number) => Promise<Journal>) => Promise<void>,
  ) =>
    journalTest(criterion, async (journal, { open }) => {
      const opened: Journal[] = [];
      await fn(journal, async (keep) => {
        const again = await open(keep);
        opened.push(again);
        return again;
      });
      for (const journal of opened) await journal.close();
    });

  reopenTest(
    "append: keeps epoch, numbers and messages when it is opened again",
    async (first, reopen) => {
      const kept = await keep(first, drafts(3));
      const second = await reopen();
      assertEquals([second.epoch, second.secret], [first.epoch, first.secret]);
      assertEquals(await second.after("r", 0, 10), kept);
      assertEquals(seqs(await keep(second, drafts(2))), [4, 5]);
    },
  );

  reopenTest("append: gives no earlier time when the clock was set back", async (first, reopen) => {
    for (const count of [1, 40]) {
      const drafts = range(1, count).map((n) => draft("x", { at: 1_000 * n }));
      await keep(first, drafts);
      const second = await reopen();
      const [message] = await keep(second, [draft("x", { at: 1 })]);
      assertEquals(message.at, 1_000 * count);
    }
  });

  reopenTest("append: keeps an id once also when it is opened again", async (first, reopen) => {
    await keep(first, [draft("first", { id: "x" })]);
    const second = await reopen();
    const [duplicate, next] = await keep(second, [draft("second", { id: "x" }), draft("next")]);
    assertEquals([duplicate.seq, duplicate.text, next.seq], [1, "first", 2]);
  });

  reopenTest(
    "append: continues the numbers when it is opened again to keep less",
    async (first, reopen) => {
      await keep(first, drafts(10));
      const second = await reopen(2);
      assertEquals(seqs(await keep(second, drafts(1))), [11]);
      assertEquals(seqs(await second.after("r", 0, 100)), [10, 11]);
    },
  );
});
