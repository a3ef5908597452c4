/** The promises of every journal about forgetting: messages with their changes, and superseded ones. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { AppendError, type LogEntry } from "../../journal/journal.ts";
import { change, draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";

const edit = (of: number, text: string, id?: string) =>
  change({ type: "edit", of, text }, { id, from: "f" });
const shape = (entries: readonly LogEntry[]) =>
  entries.map((entry) =>
    entry.kind === "skip" ? `skip ${entry.from}-${entry.seq}` : `${entry.kind} ${entry.seq}`
  );

forEachKind((journalTest) => {
  journalTest("append: counts messages, not changes, in what is kept", async (journal) => {
    await journal.append([draft("one"), edit(1, "a"), draft("two"), edit(3, "b"), draft("three")]);
    assertEquals(shape(await journal.after("r", 0, 9)), [
      "message 1",
      "change 2",
      "message 3",
      "change 4",
      "message 5",
    ]);
    await journal.append([draft("four")]);
    const kept = ["message 3", "change 4", "message 5", "message 6"];
    assertEquals(shape(await journal.after("r", 0, 9)), kept);
    assertEquals(shape(await journal.before("r", Infinity, 9)), kept);
    const { messages, more } = await journal.page("r", { limit: 9 });
    assertEquals([messages.map(({ seq }) => seq), more], [[3, 5, 6], false]);
    const counts = [0, 1, 2, 3, 4, 5, 6].map((seq) => journal.messagesUpTo("r", seq));
    assertEquals((await Promise.all(counts)).slice(3), [2, 2, 3, 4]);
    const [room] = await journal.rooms({ limit: 1 });
    assertEquals([room.seq, room.messages], [6, 4]);
  }, 3);

  journalTest("append: forgets the changes of a forgotten message", async (journal) => {
    await journal.append([draft("one"), draft("two"), draft("three")]);
    await journal.append([
      change({ type: "pin", of: 1, on: true }),
      change({ type: "pin", of: 3, on: true }),
      change({ type: "room", topic: "t" }),
      edit(1, "new"),
    ]);
    await journal.append([draft("four")]);
    assertEquals(shape(await journal.after("r", 0, 9)), [
      "message 2",
      "message 3",
      "skip 4-4",
      "change 5",
      "change 6",
      "skip 7-7",
      "message 8",
    ]);
    const [answer] = await journal.append([edit(1, "newer")]);
    assertEquals(answer instanceof AppendError && answer.code, "gone");
    await journal.append([draft("five"), draft("six"), draft("seven")]);
    const { topic, pins } = await journal.state("r");
    const { changes } = await journal.settings("r", { limit: 9 });
    assertEquals([topic, pins, changes.map(({ seq }) => seq)], ["t", [], [6]]);
    assertEquals(shape(await journal.after("r", 0, 9)), ["message 9", "message 10", "message 11"]);
  }, 3);

  journalTest(
    "append: continues the numbers after a forgotten message's change",
    async (journal) => {
      // The batch's last entry is a change of a message that the batch takes over the limit.
      await journal.append([draft("one"), draft("two"), edit(1, "x")]);
      assertEquals(shape(await journal.after("r", 0, 9)), ["message 2", "skip 3-3"]);
      assertEquals(shape((await journal.append([draft("three")])) as LogEntry[]), ["message 4"]);
    },
    1,
  );

  journalTest("after: reads superseded entries beyond those kept as one skip", async (journal) => {
    const count = LIMITS.superseded + 10;
    await journal.append([draft("one")]);
    await journal.append(range(1, count).map((n) => edit(1, `e${n}`, `id${n}`)));
    const all = await journal.after("r", 1, 2 * count);
    // All but the last are superseded, and of those the newest are kept: 2 to 10 are missing.
    assertEquals(shape(all.slice(0, 2)), ["skip 2-10", "skip 11-11"]);
    assertEquals(all.length, LIMITS.superseded + 2);
    assertEquals(all[0].at, all[1].at);
    assertEquals(shape(await journal.after("r", 5, 1)), ["skip 6-10"]);
    assertEquals(shape(await journal.before("r", 6, 9)), ["message 1", "skip 2-5"]);
    assertEquals(shape(await journal.before("r", 12, 2)), ["skip 2-10", "skip 11-11"]);
    const retry = async (n: number) => (await journal.append([edit(1, `e${n}`, `id${n}`)]))[0];
    assertEquals(shape([await retry(10) as LogEntry]), ["skip 11-11"]);
    // The id of a missing one is forgotten: that is a new command.
    assertEquals(shape([await retry(9) as LogEntry]), [`change ${count + 2}`]);
  });

  journalTest(
    "before: reads what is missing at a room's beginning as one skip",
    async (journal) => {
      const count = LIMITS.superseded + 10;
      await journal.append(range(1, count).map((n) => change({ type: "room", topic: `t${n}` })));
      const all = await journal.before("r", Infinity, 2 * count);
      assertEquals(shape(all.slice(0, 2)), ["skip 1-9", "skip 10-10"]);
      assertEquals(await journal.after("r", 0, 2 * count), all);
    },
  );
});
