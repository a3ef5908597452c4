/** The promises of every journal about changes: what is kept, what is refused, and what is read then. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { AppendError, type Draft, type Journal, type LogEntry } from "../../journal/journal.ts";
import { edit, messageOf, pin, react, remove, topic } from "../../testing/drafts.ts";
import { draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { asMessage } from "../../testing/journals.ts";

/** Appends one draft; the entry's number and kind, or the code of its refusal. */
async function answer(journal: Journal, draft: Draft): Promise<string> {
  const [answer] = await journal.append([draft]);
  if (answer instanceof AppendError) return answer.code;
  return `${answer.kind} ${answer.seq}${answer.duplicate ? " again" : ""}`;
}

const kinds = (entries: readonly LogEntry[]) => entries.map(({ kind, seq }) => `${kind} ${seq}`);

forEachKind((journalTest) => {
  journalTest("append: numbers changes among messages, without holes", async (journal) => {
    const answers = await journal.append([
      draft("one"),
      react(1, "a"),
      draft("two"),
      edit(1, "first"),
      pin(3),
      topic("news"),
      draft("three"),
    ]);
    assert(answers.every((answer) => !(answer instanceof AppendError)));
    assertEquals(kinds(answers as LogEntry[]), [
      "message 1",
      "change 2",
      "message 3",
      "change 4",
      "change 5",
      "change 6",
      "message 7",
    ]);
    assertEquals(await journal.after("r", 1, 9), [
      answers[1],
      { ...asMessage(answers[2] as LogEntry), v: 5 },
      ...answers.slice(3),
    ]);
    assertEquals(kinds(await journal.before("r", 6, 2)), ["change 4", "change 5"]);
    const [room] = await journal.rooms({ limit: 1 });
    assertEquals([room.seq, room.messages], [7, 3]);
  });

  journalTest(
    "append: gives a change no earlier time than the entry before it",
    async (journal) => {
      await journal.append([draft("one", { at: 9 }), edit(1, "two", { at: 5 })]);
      const [, change] = await journal.after("r", 0, 2);
      assertEquals([change.at, (await messageOf(journal, 1)).edited], [9, 9]);
    },
  );

  journalTest("page: gives a message in its current state", async (journal) => {
    await journal.append([draft("one", { reply: 1, to: ["b"], id: "x" })]);
    const before = await messageOf(journal, 1);
    assertEquals([before.reply, before.to, before.v], [1, ["b"], undefined]);
    await journal.append([
      edit(1, "two", { at: 2 }),
      react(1, "a"),
      react(1, "b"),
      react(1, "a", true, "❤️"),
      react(1, "a", false),
      edit(1, "three", { at: 3 }),
    ]);
    assertEquals(await messageOf(journal, 1), {
      ...before,
      text: "three",
      edited: 3,
      textVersion: 7,
      v: 7,
      reactions: { "👍": { count: 1, from: ["b"] }, "❤️": { count: 1, from: ["a"] } },
    });
    await journal.append([remove(1, { from: "admin" })]);
    const { at, from, name, id } = before;
    const tombstone = { kind: "message", seq: 1, at, from, name, id, avatar: undefined };
    assertEquals({ ...await messageOf(journal, 1) }, {
      ...tombstone,
      text: "",
      v: 8,
      deleted: true,
    });
  });

  journalTest("append: changes messages of a large batch like single ones", async (journal) => {
    const count = 3 * LIMITS.rowMost;
    await journal.append(range(1, count).map((n) => draft(`m${n}`)));
    const changed = [1, 2, LIMITS.rowMost, LIMITS.rowMost + 1, 200, count - 1, count];
    await journal.append(changed.map((of) => edit(of, `edit ${of}`)));
    const expected = range(1, count).map((n) => changed.includes(n) ? `edit ${n}` : `m${n}`);
    const { messages } = await journal.page("r", { limit: count });
    assertEquals(messages.map(({ text }) => text), expected);
    for (const seq of [0, 1, 127, 128, 199, 200, count - 2]) {
      const page = await journal.page("r", { after: seq, limit: 3 });
      assertEquals(page.messages, messages.slice(seq, seq + 3));
      const before = await journal.page("r", { before: seq + 1, limit: 3 });
      assertEquals(before.messages, messages.slice(Math.max(seq - 3, 0), seq));
    }
  });

  journalTest(
    "after: gives a superseded change as a skip with its id and time",
    async (journal) => {
      await journal.append([draft("one"), edit(1, "two", { id: "x", at: 5 }), edit(1, "three")]);
      const [, skip] = await journal.after("r", 0, 9);
      assertEquals(skip, { kind: "skip", from: 2, seq: 2, at: 5, id: "x" });
    },
  );

  journalTest("append: keeps an id once for messages and changes together", async (journal) => {
    await journal.append([draft("one", { id: "m" }), edit(1, "two", { id: "c" })]);
    assertEquals(await answer(journal, edit(1, "two", { id: "c" })), "change 2 again");
    assertEquals(await answer(journal, draft("other", { id: "m" })), "message 1 again");
    assertEquals(await answer(journal, draft("one", { id: "c" })), "bad_command");
    assertEquals(await answer(journal, edit(1, "two", { id: "m" })), "bad_command");
    assertEquals(await answer(journal, remove(1, { id: "c" })), "bad_command");
    assertEquals(await answer(journal, edit(1, "two", { id: "c", from: "g" })), "bad_command");
    assertEquals(await answer(journal, edit(1, "other", { id: "c" })), "bad_command");
    assertEquals(await answer(journal, draft("other", { id: "m", from: "g" })), "bad_command");
    assertEquals(await answer(journal, edit(1, "three")), "change 3");
    assertEquals(await answer(journal, edit(1, "two", { id: "c" })), "skip 2 again");
    assertEquals((await messageOf(journal, 1)).text, "three");
    const together = [draft("a", { id: "n" }), edit(1, "b", { id: "n" }), draft("c", { id: "c" })];
    const [kept, ...others] = await journal.append(together);
    assertEquals(kept instanceof AppendError ? kept.code : kept.seq, 4);
    assertEquals(others.map((other) => other instanceof AppendError ? other.code : other.kind), [
      "bad_command",
      "skip",
    ]);
  });

  journalTest(
    "append: answers what changes nothing with the entry that did it",
    async (journal) => {
      await journal.append([draft("one"), draft("two"), edit(1, "new"), react(1, "a"), pin(1)]);
      await journal.append([topic("t"), remove(2)]);
      const again = [
        [edit(1, "new", { from: "g" }), "change 3 again"],
        [react(1, "a"), "change 4 again"],
        [pin(1), "change 5 again"],
        [topic("t"), "change 6 again"],
        [remove(2), "change 7 again"],
        [react(1, "b", false), "message 1 again"],
        [react(1, "a", false, "❤️"), "message 1 again"],
      ] as const;
      for (const [draft, expected] of again) assertEquals(await answer(journal, draft), expected);
      await journal.append([draft("three")]);
      assertEquals(await answer(journal, edit(8, "three")), "message 8 again");
      assertEquals(await answer(journal, pin(8, false)), "message 8 again");
      assertEquals(await answer(journal, react(1, "a", false)), "change 9");
    },
  );

  journalTest("append: refuses a change whose condition is not true", async (journal) => {
    await journal.append([draft("one", { from: "a" })]);
    const conditional = (text: string, condition: { by?: string; version?: number }) =>
      answer(journal, { ...edit(1, text), condition });
    assertEquals(await conditional("x", { by: "b" }), "not_allowed");
    assertEquals(await conditional("x", { by: "a", version: 2 }), "changed");
    assertEquals(await conditional("new", { by: "a", version: 1 }), "change 2");
    await journal.append([react(1, "c")]);
    assertEquals(await conditional("x", { version: 1 }), "changed");
    assertEquals(await conditional("newer", { version: 2 }), "change 4");
    assertEquals((await messageOf(journal, 1)).text, "newer");
  });

  journalTest("append: refuses changes of what is deleted, or not there", async (journal) => {
    assertEquals(await answer(journal, edit(1, "x")), "gone");
    assertEquals(await journal.rooms({ limit: 9 }), []);
    await journal.append([draft("one"), draft("two"), edit(1, "new"), react(1, "a"), remove(1)]);
    const changes = [edit(1, "x"), react(1, "b"), react(1, "a", false), pin(1), edit(9, "x")];
    for (const change of [...changes, pin(3)]) assertEquals(await answer(journal, change), "gone");
    assertEquals(kinds(await journal.after("r", 0, 9)), [
      "message 1",
      "message 2",
      "skip 3",
      "skip 4",
      "change 5",
    ]);
    assertEquals((await messageOf(journal, 1)).v, 5);
  });

  journalTest("append: decides in the order of a batch", async (journal) => {
    const answers = await journal.append([
      draft("one"),
      remove(1),
      edit(1, "x"),
      draft("two"),
      edit(3, "new"),
      edit(3, "new"),
    ]);
    assertEquals(
      answers.map((answer) => answer instanceof AppendError ? answer.code : answer.seq),
      [1, 2, "gone", 3, 4, 4],
    );
  });

  journalTest("append: keeps a message's reactions to a number of emoji", async (journal) => {
    await journal.append([draft("one")]);
    const emoji = range(1, LIMITS.reactionEmoji).map((n) => String.fromCodePoint(0x1f600 + n));
    await journal.append(emoji.map((emoji) => react(1, "a", true, emoji)));
    assertEquals(await answer(journal, react(1, "a", true, "👍")), "bad_command");
    assertEquals(await answer(journal, react(1, "b", true, emoji[0])), "change 22");
    assertEquals(await answer(journal, react(1, "a", false, emoji[1])), "change 23");
    assertEquals(await answer(journal, react(1, "a", true, "👍")), "change 24");
  });

  journalTest("append: a deletion supersedes very many changes at once", async (journal) => {
    const members = range(1, 3 * LIMITS.sweptAtOnce).map((n) => `member ${n}`);
    const count = members.length;
    await journal.append([
      draft("one"),
      ...members.map((from) => ({ ...react(1, from), id: from })),
    ]);
    await journal.append([edit(1, "new"), pin(1), remove(1)]);
    const all = await journal.after("r", 0, 2 * count);
    const numbers = all.map((entry) => entry.kind === "skip" ? entry.seq - entry.from + 1 : 1);
    assertEquals(numbers.reduce((sum, number) => sum + number), count + 4);
    const others = all.filter(({ kind }) => kind !== "skip");
    assertEquals(kinds(others), ["message 1", `change ${count + 4}`]);
    assertEquals(await journal.reaction("r", 1, "👍"), { count: 0, from: [] });
    assertEquals(await journal.hasReacted("r", 1, "👍", members[count - 1]), false);
    assertEquals((await journal.state("r")).pins, []);
    const retry = { ...react(1, members[count - 1]), id: members[count - 1] };
    assertEquals(await answer(journal, retry), `skip ${count + 1} again`);
    assertEquals(await answer(journal, react(1, "other")), "gone");
    assertEquals(await answer(journal, remove(1)), `change ${count + 4} again`);
    for (let n = 0; n < 4; n++) await journal.append([draft("two")]);
    const entries = await journal.before("r", count + 5, 2 * count);
    assertEquals(kinds(entries.filter(({ kind }) => kind !== "skip")), kinds(others));
  });
});
