/** People's own logs: what they remember, over every kind of journal. */

import { assertEquals } from "@std/assert";
import type { OwnChange, OwnLog } from "../../client/own.ts";
import { LIMITS } from "../../config/limits.ts";
import type { Journal } from "../../journal/journal.ts";
import { mentionDraft } from "../../people/own_log.ts";
import { OwnLogs } from "../../people/own_logs.ts";
import { remove } from "../../testing/drafts.ts";
import { draft } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { rememberingLog } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

/** A person's log as one server has it, and what it has reported. */
async function follow(journal: Journal, id = "ann") {
  const logs = new OwnLogs(journal, rememberingLog());
  const changes: OwnChange[] = [];
  const { log, close } = await logs.open(id, (change) => changes.push(change));
  return { logs, log, close, changes, [Symbol.asyncDispose]: () => logs.close() };
}

const markOf = (log: OwnLog, room: string) => {
  const { seq, read } = log.marks.get(room) ?? { seq: 0, read: 0 };
  return [seq, read];
};

const seqs = (mentions: readonly { seq: number }[]) => mentions.map(({ seq }) => seq).join();

/** Five messages and a change after the second. */
async function talk(journal: Journal): Promise<void> {
  const { room: _, ...said } = draft("x");
  const say = { ...said, room: "tea" };
  await journal.append([say, say]);
  await journal.append([{
    room: "tea",
    at: 1,
    from: "f",
    name: "",
    id: undefined,
    action: { type: "edit", of: 1, text: "y" },
  }]);
  await journal.append([say, say, say]);
}

forEachKind((journalTest, { lasting }) => {
  journalTest("OwnLogs: counts messages up to a mark, and only goes forwards", async (journal) => {
    await talk(journal);
    await using own = await follow(journal);
    await own.log.read("tea", 4);
    assertEquals(markOf(own.log, "tea"), [4, 3]);
    await own.log.read("tea", 2);
    await own.log.read("tea", 5);
    await own.logs.close();
    await using later = await follow(journal);
    assertEquals(markOf(later.log, "tea"), [5, 4]);
    await later.log.read("tea", 3);
    assertEquals(markOf(later.log, "tea"), [5, 4]);
  });

  journalTest("OwnLogs: a lower mark of another server replaces no higher one", async (journal) => {
    await talk(journal);
    await using one = await follow(journal);
    await using two = await follow(journal);
    await Promise.all([one.log.read("tea", 6), two.log.read("tea", 3)]);
    await using fresh = await follow(journal);
    assertEquals(markOf(fresh.log, "tea"), [6, 5]);
    await two.logs.look(["ann"]);
    assertEquals(markOf(two.log, "tea"), [6, 5]);
    assertEquals(two.changes.at(-1), {
      type: "read",
      own: two.log.seq,
      mark: { room: "tea", seq: 6, read: 5, at: two.log.marks.get("tea")!.at },
    });
  });

  journalTest(
    "OwnLogs: writes at most one mark at once for a room, the newest",
    async (journal) => {
      await talk(journal);
      await using own = await follow(journal);
      for (const seq of [1, 2, 3, 4, 5, 6]) await own.log.read("tea", seq);
      assertEquals(own.log.seq, 2);
      await until(() => own.log.seq === 4, "the second write");
      assertEquals(markOf(own.log, "tea"), [6, 5]);
    },
  );

  journalTest("OwnLogs: remembers what is muted and starred", async (journal) => {
    await using own = await follow(journal);
    await own.log.star("tea", true);
    await own.log.mute("den", true);
    await own.log.mute("den", false);
    const reported = own.changes.map((change) =>
      change.type === "mute" || change.type === "star"
        ? `${change.type} ${change.room} ${change.on}`
        : ""
    );
    assertEquals(reported, ["star tea true", "mute den true", "mute den false"]);
    await using later = await follow(journal);
    assertEquals([[...later.log.starred], [...later.log.muted]], [["tea"], []]);
  });

  journalTest("OwnLogs: keeps a mention once, apart from those of other rooms", async (journal) => {
    await using own = await follow(journal);
    const mention = (room: string, seq: number) => mentionDraft("ann", room, seq, 1);
    await journal.append([mention("tea", 1), mention("den", 1), mention("tea", 3)]);
    await journal.append([mention("tea", 1)]);
    await own.logs.look(["ann"]);
    assertEquals([seqs(own.log.unread("tea")), seqs(own.log.unread("den"))], ["1,3", "1"]);
    assertEquals(own.log.mentionsAfter(1).map(({ own, room }) => `${own} ${room}`), [
      "2 den",
      "3 tea",
    ]);
    assertEquals(own.changes.map(({ type }) => type), ["mention", "mention", "mention"]);
    own.logs.deleted({ room: "tea", seq: 3 });
    own.logs.deleted({ room: "tea", seq: 2 });
    assertEquals([seqs(own.log.unread("tea")), own.changes.at(-1)], ["1", {
      type: "gone",
      room: "tea",
    }]);
    await talk(journal);
    await own.log.read("tea", 1);
    assertEquals(seqs(own.log.unread("tea")), "");
  });

  journalTest("OwnLogs.missed: forgets what was deleted without a report", async (journal) => {
    await talk(journal);
    await journal.append([5, 6].map((seq) => mentionDraft("ann", "tea", seq, 1)));
    await using own = await follow(journal);
    await journal.append([remove(5, { room: "tea" })]);
    assertEquals(seqs(own.log.unread("tea")), "5,6");
    own.logs.missed();
    await until(() => own.changes.length > 0, "the report");
    assertEquals([seqs(own.log.unread("tea")), own.changes], ["6", [{
      type: "gone",
      room: "tea",
    }]]);
  });

  journalTest("OwnLogs: keeps the newest mentions of a room", async (journal) => {
    const most = LIMITS.mentionsKept;
    for (let seq = 1; seq <= most + 2; seq++) {
      await journal.append([mentionDraft("ann", "tea", seq, 1)]);
    }
    await journal.append([mentionDraft("ann", "tea", 1, 1)]);
    await using own = await follow(journal);
    const kept = own.log.unread("tea").map(({ seq }) => seq).sort((a, b) => a - b);
    assertEquals([kept.length, kept[0], kept.at(-1)], [most, 3, most + 2]);
  });

  journalTest("OwnLogs: knows whether a position is one of this history", async (journal) => {
    await using own = await follow(journal);
    await own.log.star("tea", true);
    const { seq, at } = own.log;
    assertEquals(seq, 1);
    assertEquals(await own.log.knows(0, undefined), true);
    assertEquals(await own.log.knows(1, at), true);
    assertEquals(await own.log.knows(1, undefined), true);
    assertEquals(await own.log.knows(1, at - 1), false);
    assertEquals(await own.log.knows(2, undefined), false);
  });

  journalTest("OwnLogs: opens a log again after the last one has closed it", async (journal) => {
    await talk(journal);
    const logs = new OwnLogs(journal, rememberingLog());
    const first = await logs.open("ann", () => {});
    await first.log.read("tea", 1);
    await first.log.read("tea", 6);
    first.close();
    const second = await logs.open("ann", () => {});
    await until(() => second.log.marks.get("tea")?.read === 5, "the last mark");
    await logs.close();
  });

  if (lasting) {
    journalTest("OwnLogs: remembers everything after a restart", async (journal, place) => {
      await talk(journal);
      await using own = await follow(journal);
      await own.log.read("tea", 3);
      await journal.append([mentionDraft("ann", "tea", 2, 1), mentionDraft("ann", "tea", 5, 1)]);
      const again = await place.open();
      await using later = await follow(again);
      assertEquals([markOf(later.log, "tea"), seqs(later.log.unread("tea"))], [[3, 2], "5"]);
      await later.logs.close();
      await again.close();
    });
  }
});
