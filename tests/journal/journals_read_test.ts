/** What every journal promises of reading pages. */

import { assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Journal, LogEntry, Message } from "../../journal/journal.ts";
import { draft } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { asMessage, keep } from "../../testing/journals.ts";

const seqs = (entries: readonly LogEntry[]) => entries.map(({ seq }) => seq);
const drafts = (count: number, room = "r") =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { room }));

/** Single messages, large batches, and messages with ids, in turn. */
async function fillMixed(journal: Journal): Promise<Message[]> {
  const kept: Message[] = [];
  for (const size of [1, 20, 2, LIMITS.page + 50, 16, 1]) {
    kept.push(...await keep(journal, drafts(size)));
  }
  const named = drafts(30).map((draft, n) => ({ ...draft, id: `id${n}` }));
  kept.push(...await keep(journal, named));
  return kept;
}

forEachKind((journalTest) => {
  journalTest("after: gives what was appended", async (journal) => {
    const avatar = "ab".repeat(32);
    const full = draft("hello", {
      at: 1_700_000_000_123,
      from: "m1",
      name: "Ann",
      avatar,
      id: "x",
    });
    const { room: _, ...fields } = full;
    const [kept] = await keep(journal, [full]);
    assertEquals({ ...kept }, { kind: "message", seq: 1, ...fields });
    assertEquals(await journal.after("r", 0, 10), [kept]);
    const [bare] = await keep(journal, [draft("bare")]);
    const [read] = await journal.after("r", 1, 10);
    const { avatar: none, id, name } = asMessage(read);
    assertEquals([none, id, name], [undefined, undefined, ""]);
    assertEquals(read, bare);
  });

  journalTest("after: pages forwards to the end", async (journal) => {
    await keep(journal, drafts(5));
    assertEquals(seqs(await journal.after("r", 0, 2)), [1, 2]);
    assertEquals(seqs(await journal.after("r", 2, 2)), [3, 4]);
    assertEquals(seqs(await journal.after("r", 4, 2)), [5]);
    assertEquals(await journal.after("r", 5, 2), []);
    assertEquals(await journal.after("r", 99, 2), []);
  });

  journalTest("before: pages backwards to the start, oldest first", async (journal) => {
    await keep(journal, drafts(5));
    assertEquals(seqs(await journal.before("r", Infinity, 2)), [4, 5]);
    assertEquals(seqs(await journal.before("r", 6, 2)), [4, 5]);
    assertEquals(seqs(await journal.before("r", 4, 2)), [2, 3]);
    assertEquals(seqs(await journal.before("r", 2, 2)), [1]);
    assertEquals(await journal.before("r", 1, 2), []);
    assertEquals(await journal.before("r", 0, 2), []);
  });

  journalTest("secret: is 64 hex digits", (journal) => {
    assertMatch(journal.secret, /^[0-9a-f]{64}$/);
    return Promise.resolve();
  });

  journalTest("after: gives nothing for a room that it does not know", async (journal) => {
    assertEquals(await journal.after("nowhere", 0, 5), []);
    assertEquals(await journal.before("nowhere", Infinity, 5), []);
    assertEquals(await journal.rooms({ limit: 10 }), []);
    assertEquals(await keep(journal, []), []);
  });

  journalTest(
    "after: pages large batches like single messages, from any place",
    async (journal) => {
      const kept = await fillMixed(journal);
      assertEquals(seqs(kept), kept.map((_, n) => n + 1));
      for (const limit of [1, 7, 200, 1_000]) {
        for (let seq = 0; seq <= kept.length + 1; seq += limit === 1 ? 1 : 13) {
          assertEquals(await journal.after("r", seq, limit), kept.slice(seq, seq + limit));
          const end = Math.max(seq - 1, 0);
          const before = kept.slice(Math.max(end - limit, 0), end);
          assertEquals(await journal.before("r", seq, limit), before);
        }
      }
    },
  );

  journalTest("append: forgets large batches message by message", async (journal) => {
    const kept = (await fillMixed(journal)).slice(-100);
    const { seq } = kept[99];
    assertEquals(await journal.after("r", 0, 1_000), kept);
    assertEquals(await journal.before("r", Infinity, 1_000), kept);
    assertEquals(await journal.before("r", kept[9].seq, 1_000), kept.slice(0, 9));
    kept.push(...await keep(journal, drafts(70)));
    assertEquals(await journal.after("r", 0, 1_000), kept.slice(-100));
    assertEquals(seqs(await keep(journal, [draft("again", { id: "id29" })])), [seq]);
  }, 100);
});
