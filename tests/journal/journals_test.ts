/** One suite over all journals. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import type { Journal, Message } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { draft } from "../../testing/fakes.ts";
import { redisKind } from "../../testing/redis.ts";
import { test } from "../../testing/support.ts";

/** A place for a journal, which starts empty. */
interface Place {
  open(keep?: number): Journal | Promise<Journal>;
  /** Makes every append fail that carries the text "poison"; absent where none can fail. */
  poison?(): void;
  dispose(): void | Promise<void>;
}

interface Kind {
  name: string;
  /** Whether what it needs is not there. */
  ignore?: boolean;
  /** Whether it outlives being closed. */
  lasting: boolean;
  place(): Place | Promise<Place>;
}

const KINDS: Kind[] = [
  {
    name: "MemoryJournal",
    lasting: false,
    place: () => ({ open: (keep = 0) => new MemoryJournal(keep), dispose: () => {} }),
  },
  {
    name: "SqliteJournal",
    lasting: true,
    place() {
      const folder = Deno.makeTempDirSync();
      const file = `${folder}/chat.db`;
      return {
        open: (keep = 0) => new SqliteJournal(file, { keep, sync: "normal" }),
        poison() {
          const db = new DatabaseSync(file);
          db.exec(
            `CREATE TRIGGER poison BEFORE INSERT ON message WHEN NEW.text = 'poison'
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END`,
          );
          db.close();
        },
        dispose: () => Deno.removeSync(folder, { recursive: true }),
      };
    },
  },
  redisKind,
];

const texts = (messages: Message[]) => messages.map(({ text }) => text);
const seqs = (messages: Message[]) => messages.map(({ seq }) => seq);
const drafts = (count: number, room = "r") =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { room }));

for (const { name, lasting, ignore, place } of KINDS) {
  if (ignore) continue;
  const journalTest = (
    criterion: string,
    fn: (journal: Journal, place: Place) => Promise<void>,
    keep = 0,
  ) =>
    test(`${name} ${criterion}`, async () => {
      const here = await place();
      try {
        const journal = await here.open(keep);
        try {
          await fn(journal, here);
        } finally {
          await journal.close();
        }
      } finally {
        await here.dispose();
      }
    });

  journalTest("numbers a room's messages from 1 without holes", async (journal) => {
    assertEquals(seqs(await journal.append(drafts(3))), [1, 2, 3]);
    assertEquals(seqs(await journal.append(drafts(2))), [4, 5]);
    assertEquals(seqs(await journal.after("r", 0, 10)), [1, 2, 3, 4, 5]);
  });

  journalTest("numbers every room by itself", async (journal) => {
    const mixed = ["r", "s", "r", "t", "s", "r"].map((room) => draft("x", { room }));
    assertEquals(seqs(await journal.append(mixed)), [1, 1, 2, 1, 2, 3]);
    const rooms = [...await journal.rooms()].sort((a, b) => a.name < b.name ? -1 : 1);
    assertEquals(rooms.map(({ name, seq }) => [name, seq]), [["r", 3], ["s", 2], ["t", 1]]);
  });

  journalTest("gives back what it was given", async (journal) => {
    const avatar = "ab".repeat(32);
    const full = draft("hello", {
      at: 1_700_000_000_123,
      from: "m1",
      name: "Ann",
      avatar,
      id: "x",
    });
    const { room: _, ...fields } = full;
    const [kept] = await journal.append([full]);
    assertEquals({ ...kept }, { kind: "message", seq: 1, ...fields });
    assertEquals(await journal.after("r", 0, 10), [kept]);
    const [bare] = await journal.append([draft("bare")]);
    const [read] = await journal.after("r", 1, 10);
    assertEquals([read.avatar, read.id, read.name], [undefined, undefined, ""]);
    assertEquals(read, bare);
  });

  journalTest("keeps texts, names and rooms of any script", async (journal) => {
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
    await journal.append(odd.map((text) => draft(text, { room: "東京", name: text })));
    const read = await journal.after("東京", 0, 20);
    assertEquals(texts(read), odd);
    assertEquals(read.map(({ name }) => name), odd);
    assertEquals((await journal.rooms()).map(({ name }) => name), ["東京"]);
  });

  journalTest("keeps an id once in one batch", async (journal) => {
    const kept = await journal.append([
      draft("first", { id: "x", from: "a" }),
      draft("other"),
      draft("second", { id: "x", from: "b" }),
      draft("last"),
    ]);
    assertEquals(seqs(kept), [1, 2, 1, 3]);
    assertEquals([kept[2].text, kept[2].from], ["first", "a"]);
    assertEquals(texts(await journal.after("r", 0, 10)), ["first", "other", "last"]);
  });

  journalTest("keeps an id once in two batches", async (journal) => {
    await journal.append([draft("first", { id: "x" }), draft("other")]);
    const [again, next] = await journal.append([draft("second", { id: "x" }), draft("next")]);
    assertEquals([again.seq, again.text, next.seq], [1, "first", 3]);
  });

  journalTest("keeps the same id once in each room", async (journal) => {
    const [a, b] = await journal.append([
      draft("in r", { id: "x" }),
      draft("in s", { id: "x", room: "s" }),
    ]);
    assertEquals([a.text, b.text, a.seq, b.seq], ["in r", "in s", 1, 1]);
  });

  journalTest("keeps any number of messages without an id", async (journal) => {
    assertEquals(seqs(await journal.append([draft("same"), draft("same")])), [1, 2]);
  });

  journalTest("pages forward to the end", async (journal) => {
    await journal.append(drafts(5));
    assertEquals(seqs(await journal.after("r", 0, 2)), [1, 2]);
    assertEquals(seqs(await journal.after("r", 2, 2)), [3, 4]);
    assertEquals(seqs(await journal.after("r", 4, 2)), [5]);
    assertEquals(await journal.after("r", 5, 2), []);
    assertEquals(await journal.after("r", 99, 2), []);
  });

  journalTest("pages backward to the start, oldest first", async (journal) => {
    await journal.append(drafts(5));
    assertEquals(seqs(await journal.before("r", Infinity, 2)), [4, 5]);
    assertEquals(seqs(await journal.before("r", 6, 2)), [4, 5]);
    assertEquals(seqs(await journal.before("r", 4, 2)), [2, 3]);
    assertEquals(seqs(await journal.before("r", 2, 2)), [1]);
    assertEquals(await journal.before("r", 1, 2), []);
    assertEquals(await journal.before("r", 0, 2), []);
  });

  journalTest("answers nothing for a room that it does not know", async (journal) => {
    assertEquals(await journal.after("nowhere", 0, 5), []);
    assertEquals(await journal.before("nowhere", Infinity, 5), []);
    assertEquals(await journal.rooms(), []);
    assertEquals(await journal.append([]), []);
  });

  journalTest("keeps the newest messages of each room and forgets the others", async (journal) => {
    for (const batch of [drafts(3), drafts(4), drafts(1), drafts(9)]) await journal.append(batch);
    await journal.append(drafts(2, "s"));
    assertEquals(seqs(await journal.after("r", 0, 100)), [13, 14, 15, 16, 17]);
    assertEquals(seqs(await journal.before("r", Infinity, 100)), [13, 14, 15, 16, 17]);
    assertEquals(seqs(await journal.before("r", 15, 100)), [13, 14]);
    assertEquals(await journal.before("r", 13, 100), []);
    assertEquals(seqs(await journal.after("s", 0, 100)), [1, 2]);
    assertEquals(seqs(await journal.append(drafts(1))), [18]);
  }, 5);

  journalTest("keeps exactly as many messages as it was told", async (journal) => {
    for (let n = 1; n <= 70; n++) {
      await journal.append(drafts(1));
      const from = Math.max(n - 31, 1);
      const kept = await journal.after("r", 0, 100);
      assertEquals([kept[0].seq, kept.length], [from, n - from + 1]);
      assertEquals(await journal.before("r", Infinity, 100), kept);
    }
  }, 32);

  /** Single messages, crowds of one batch and such with ids, in turn. */
  const fillMixed = async (journal: Journal) => {
    const kept: Message[] = [];
    for (const size of [1, 20, 2, LIMITS.page + 50, 16, 1]) {
      kept.push(...await journal.append(drafts(size)));
    }
    const named = drafts(30).map((draft, n) => ({ ...draft, id: `id${n}` }));
    kept.push(...await journal.append(named));
    return kept;
  };

  journalTest("pages a crowd's batches like single messages, from any place", async (journal) => {
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
  });

  journalTest("forgets a crowd's batches message by message", async (journal) => {
    const kept = (await fillMixed(journal)).slice(-100);
    const { seq } = kept[99];
    assertEquals(await journal.after("r", 0, 1_000), kept);
    assertEquals(await journal.before("r", Infinity, 1_000), kept);
    assertEquals(await journal.before("r", kept[9].seq, 1_000), kept.slice(0, 9));
    kept.push(...await journal.append(drafts(70)));
    assertEquals(await journal.after("r", 0, 1_000), kept.slice(-100));
    assertEquals(seqs(await journal.append([draft("again", { id: "id29" })])), [seq]);
  }, 100);

  journalTest("keeps a crowd's batch of several rooms, each in its order", async (journal) => {
    const mixed = Array.from({ length: 60 }, (_, n) => draft(`m${n}`, { room: "rst"[n % 3] }));
    const kept = await journal.append(mixed);
    assertEquals(texts(kept), mixed.map(({ text }) => text));
    for (const [n, room] of ["r", "s", "t"].entries()) {
      assertEquals(await journal.after(room, 0, 100), kept.filter((_, at) => at % 3 === n));
    }
  });

  journalTest("keeps an id as long as its message", async (journal) => {
    await journal.append([draft("first", { id: "x" })]);
    await journal.append(drafts(4));
    assertEquals((await journal.append([draft("again", { id: "x" })]))[0].seq, 1);
    await journal.append(drafts(1));
    const [anew] = await journal.append([draft("anew", { id: "x" })]);
    assertEquals([anew.seq, anew.text], [7, "anew"]);
    assertEquals((await journal.append([draft("again", { id: "x" })]))[0].seq, 7);
  }, 5);

  journalTest("can be reached, and names its numbering", async (journal) => {
    assertEquals(await journal.ready(), true);
    assert(journal.epoch.length > 0);
  });

  journalTest("keeps all of a batch or none", async (journal, { poison }) => {
    if (!poison) return;
    await journal.append([draft("before")]);
    poison();
    const bad = [draft("a", { id: "x" }), draft("b", { room: "new" }), draft("poison"), draft("c")];
    await assertRejects(async () => void await journal.append(bad));
    assertEquals(texts(await journal.after("r", 0, 10)), ["before"]);
    assertEquals(await journal.after("new", 0, 10), []);
    const kept = await journal.append([draft("a", { id: "x" }), draft("b", { room: "new" })]);
    assertEquals(seqs(kept), [2, 1]);
    assertEquals(texts(await journal.after("r", 0, 10)), ["before", "a"]);
  });

  if (!lasting) {
    test(`${name} has an epoch of its own every time`, async () => {
      const here = await place();
      assert((await here.open()).epoch !== (await here.open()).epoch);
      await here.dispose();
    });
    continue;
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

  reopenTest("keeps epoch, numbers and messages when it is opened again", async (first, reopen) => {
    const kept = await first.append(drafts(3));
    const second = await reopen();
    assertEquals(second.epoch, first.epoch);
    assertEquals(await second.after("r", 0, 10), kept);
    assertEquals(seqs(await second.append(drafts(2))), [4, 5]);
  });

  reopenTest("keeps an id once also when it is opened again", async (first, reopen) => {
    await first.append([draft("first", { id: "x" })]);
    const second = await reopen();
    const [again, next] = await second.append([draft("second", { id: "x" }), draft("next")]);
    assertEquals([again.seq, again.text, next.seq], [1, "first", 2]);
  });

  reopenTest("numbers on although it was told to keep less", async (first, reopen) => {
    await first.append(drafts(10));
    const second = await reopen(2);
    assertEquals(seqs(await second.append(drafts(1))), [11]);
    assertEquals(seqs(await second.after("r", 0, 100)), [10, 11]);
  });
}
