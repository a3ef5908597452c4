/** What every journal promises of appending. */

import { assert, assertEquals } from "@std/assert";
import { AppendError, type LogEntry } from "../../journal/journal.ts";
import { draft } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { asMessage, keep, textsOf } from "../../testing/journals.ts";

const seqs = (entries: readonly LogEntry[]) => entries.map(({ seq }) => seq);
const drafts = (count: number, room = "r") =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { room }));

forEachKind((journalTest) => {
  journalTest("append: numbers a room's messages from 1 without holes", async (journal) => {
    assertEquals(seqs(await keep(journal, drafts(3))), [1, 2, 3]);
    assertEquals(seqs(await keep(journal, drafts(2))), [4, 5]);
    assertEquals(seqs(await journal.after("r", 0, 10)), [1, 2, 3, 4, 5]);
  });

  journalTest("append: numbers every room by itself", async (journal) => {
    const mixed = ["r", "s", "r", "t", "s", "r"].map((room) => draft("x", { room }));
    assertEquals(seqs(await keep(journal, mixed)), [1, 1, 2, 1, 2, 3]);
    const newest = async (room: string) => (await journal.before(room, Infinity, 1))[0].seq;
    assertEquals([await newest("r"), await newest("s"), await newest("t")], [3, 2, 1]);
  });

  journalTest(
    "append: gives no message an earlier time than the one before it",
    async (journal) => {
      const times = async (...at: number[]) =>
        (await keep(journal, at.map((at) => draft("x", { at })))).map(({ at }) => at);
      assertEquals(await times(5, 9, 7, 9, 10, 3), [5, 9, 9, 9, 10, 10]);
      assertEquals(await times(8), [10]);
      assertEquals(await times(...Array(20).fill(6), 12, ...Array(20).fill(11)), [
        ...Array(20).fill(10),
        ...Array(21).fill(12),
      ]);
      assertEquals(await times(1), [12]);
      await keep(journal, [draft("x", { room: "other", at: 1 })]);
      assertEquals((await journal.after("other", 0, 1))[0].at, 1);
      const read = await journal.after("r", 0, 100);
      assertEquals(read.at(-1)?.at, 12);
      assertEquals(read.map(({ at }) => at), read.map(({ at }) => at).sort((a, b) => a - b));
    },
  );

  journalTest("append: keeps texts, names and rooms of any script", async (journal) => {
    const odd = [
      "a\nb\tc",
      `"'\\`,
      "😀👩‍👩‍👧",
      "שלום عالم",
      "</script>",
      "a\u2028b",
      "e\u0301 é",
      "%_?",
      "日本",
    ];
    await keep(journal, odd.map((text) => draft(text, { room: "東京", name: text })));
    const read = await journal.after("東京", 0, 20);
    assertEquals(textsOf(read), odd);
    assertEquals(read.map((entry) => asMessage(entry).name), odd);
    assertEquals((await journal.rooms({ limit: 10 })).map(({ name }) => name), ["東京"]);
  });

  journalTest("append: keeps an id once in one batch", async (journal) => {
    const kept = await keep(journal, [
      draft("first", { id: "x", from: "a" }),
      draft("other"),
      draft("second", { id: "x", from: "a" }),
      draft("last"),
    ]);
    assertEquals(seqs(kept), [1, 2, 1, 3]);
    assertEquals([kept[2].text, kept[2].from], ["first", "a"]);
    assertEquals(textsOf(await journal.after("r", 0, 10)), ["first", "other", "last"]);
  });

  journalTest("append: keeps an id once in two batches", async (journal) => {
    await keep(journal, [draft("first", { id: "x" }), draft("other")]);
    const [duplicate, next] = await keep(journal, [draft("second", { id: "x" }), draft("next")]);
    assertEquals([duplicate.seq, duplicate.text, next.seq], [1, "first", 3]);
  });

  journalTest("append: keeps the same id once in each room", async (journal) => {
    const [a, b] = await keep(journal, [
      draft("in r", { id: "x" }),
      draft("in s", { id: "x", room: "s" }),
    ]);
    assertEquals([a.text, b.text, a.seq, b.seq], ["in r", "in s", 1, 1]);
  });

  journalTest("append: keeps any number of messages without an id", async (journal) => {
    assertEquals(seqs(await keep(journal, [draft("same"), draft("same")])), [1, 2]);
  });

  journalTest(
    "append: keeps the newest messages of each room and forgets the others",
    async (journal) => {
      for (const batch of [drafts(3), drafts(4), drafts(1), drafts(9)]) await keep(journal, batch);
      await keep(journal, drafts(2, "s"));
      assertEquals(seqs(await journal.after("r", 0, 100)), [13, 14, 15, 16, 17]);
      assertEquals(seqs(await journal.before("r", Infinity, 100)), [13, 14, 15, 16, 17]);
      assertEquals(seqs(await journal.before("r", 15, 100)), [13, 14]);
      assertEquals(await journal.before("r", 13, 100), []);
      assertEquals(seqs(await journal.after("s", 0, 100)), [1, 2]);
      assertEquals(seqs(await keep(journal, drafts(1))), [18]);
    },
    5,
  );

  journalTest("append: keeps exactly as many messages as it is set to keep", async (journal) => {
    for (let n = 1; n <= 70; n++) {
      await keep(journal, drafts(1));
      const from = Math.max(n - 31, 1);
      const kept = await journal.after("r", 0, 100);
      assertEquals([kept[0].seq, kept.length], [from, n - from + 1]);
      assertEquals(await journal.before("r", Infinity, 100), kept);
    }
  }, 32);

  journalTest(
    "append: keeps a large batch of several rooms, each in its order",
    async (journal) => {
      const mixed = Array.from({ length: 60 }, (_, n) => draft(`m${n}`, { room: "rst"[n % 3] }));
      const kept = await keep(journal, mixed);
      assertEquals(textsOf(kept), mixed.map(({ text }) => text));
      for (const [n, room] of ["r", "s", "t"].entries()) {
        assertEquals(await journal.after(room, 0, 100), kept.filter((_, at) => at % 3 === n));
      }
    },
  );

  journalTest("append: keeps an id as long as its message", async (journal) => {
    await keep(journal, [draft("first", { id: "x" })]);
    await keep(journal, drafts(4));
    assertEquals((await keep(journal, [draft("again", { id: "x" })]))[0].seq, 1);
    await keep(journal, drafts(1));
    const [renewed] = await keep(journal, [draft("new", { id: "x" })]);
    assertEquals([renewed.seq, renewed.text], [7, "new"]);
    assertEquals((await keep(journal, [draft("again", { id: "x" })]))[0].seq, 7);
  }, 5);

  journalTest("ready: is true for a journal that can be reached", async (journal) => {
    assertEquals(await journal.ready(), true);
    assert(journal.epoch.length > 0);
  });

  journalTest(
    "append: answers for a draft that cannot be kept, and keeps the others",
    async (journal, { poison }) => {
      if (!poison) return;
      await keep(journal, [draft("before")]);
      poison();
      const answers = await journal.append([
        draft("a", { id: "x" }),
        draft("b", { room: "new" }),
        draft("poison"),
        draft("c"),
        draft("poison", { room: "new" }),
      ]);
      const failed = answers.map((answer) => answer instanceof AppendError && answer.code);
      assertEquals(failed, [false, false, "bad_command", false, "bad_command"]);
      assertEquals(textsOf(await journal.after("r", 0, 10)), ["before", "a", "c"]);
      assertEquals(seqs(await journal.after("r", 0, 10)), [1, 2, 3]);
      assertEquals(textsOf(await journal.after("new", 0, 10)), ["b"]);
      const kept = await keep(journal, [draft("a", { id: "x" }), draft("d", { room: "new" })]);
      assertEquals(seqs(kept), [2, 2]);
    },
  );
});
