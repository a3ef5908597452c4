/** The promises of every journal about logs of records: keys, conditions, groups, and what is listed. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { AppendError, type Change, type Draft, type Journal } from "../../journal/journal.ts";
import { edit, set, topic } from "../../testing/drafts.ts";
import { draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";

const LOG = "@log";

/** Appends drafts; what became of each: its number, or the code of its refusal. */
async function append(journal: Journal, ...drafts: Draft[]): Promise<string[]> {
  const answers = await journal.append(drafts);
  return answers.map((answer) =>
    answer instanceof AppendError ? answer.code : answer.seq + (answer.duplicate ? " again" : "")
  );
}

/** The keys and values of changes, with their numbers. */
const shape = (changes: readonly Change[]) =>
  changes.map(({ seq, action }) => [seq, action.type === "set" ? action.key : "", valueOf(action)]);
const valueOf = (action: Change["action"]) => action.type === "set" ? action.value : undefined;

async function keysOf(journal: Journal, query: { after?: string; prefix?: string } = {}) {
  const { changes } = await journal.settings(LOG, { ...query, limit: 3 });
  return changes.map(({ action }) => action.type === "set" ? action.key : "");
}

forEachKind((journalTest) => {
  journalTest("settings: lists the newest change of every key, in pages", async (journal) => {
    assertEquals(await journal.settings(LOG, { limit: 9 }), { changes: [], head: 0, at: 0 });
    await append(journal, set("name/b", 1), set("name/a", [1, { x: "é\u0000" }]), set("Z", "z"));
    await append(journal, set("name/b", null, { at: 7 }), set("name", true), set("é", 1));
    const { changes, head, at } = await journal.settings(LOG, { limit: 9 });
    assertEquals([head, at], [5, 7]);
    assertEquals(shape(changes), [
      [3, "Z", "z"],
      [5, "name", true],
      [2, "name/a", [1, { x: "é\u0000" }]],
      [4, "name/b", null],
    ]);
    assertEquals(await keysOf(journal), ["Z", "name", "name/a"]);
    assertEquals(await keysOf(journal, { after: "name/a" }), ["name/b"]);
    assertEquals(await keysOf(journal, { after: "name" }), ["name/a", "name/b"]);
    assertEquals(await keysOf(journal, { prefix: "name/" }), ["name/a", "name/b"]);
    assertEquals(await keysOf(journal, { prefix: "name/", after: "A" }), ["name/a", "name/b"]);
    assertEquals(await keysOf(journal, { prefix: "name/", after: "name/a" }), ["name/b"]);
    assertEquals(await keysOf(journal, { prefix: "x" }), []);
  });

  journalTest("append: keeps a key's value and answers what sets it again", async (journal) => {
    const first = set("a", { x: 1, y: [2] }, { id: "i" });
    assertEquals(await append(journal, first, set("a", { x: 1, y: [2] }), first), [
      "1",
      "1 again",
      "1 again",
    ]);
    assertEquals(await append(journal, set("a", 2, { id: "i" }), set("b", 1, { id: "i" })), [
      "bad_command",
      "bad_command",
    ]);
    assertEquals(await append(journal, set("a", { y: [2], x: 1 }), set("a", "")), ["2", "3"]);
    assertEquals((await journal.after(LOG, 0, 9)).map(({ kind }) => kind), [
      "skip",
      "skip",
      "change",
    ]);
  });

  journalTest("append: refuses what is no key", async (journal) => {
    const keys = ["", "1", "12/text", "topic", "a\n", "a\0b", "é", "/a", "a".repeat(257)];
    for (const key of keys) assertEquals(await append(journal, set(key, 1)), ["bad_command"], key);
    assertEquals(await append(journal, set("a".repeat(LIMITS.key), 1)), ["1"]);
  });

  journalTest(
    "append: keeps a value if its key's newest change is the expected",
    async (journal) => {
      const when = (newest: number, value: number) =>
        append(journal, set("a", value, { condition: { newest } }));
      assertEquals(await when(1, 1), ["changed"]);
      assertEquals(await when(0, 1), ["1"]);
      assertEquals(await when(0, 1), ["changed"]);
      assertEquals(await when(1, 1), ["1 again"]);
      assertEquals(await when(1, 2), ["2"]);
      assertEquals(await when(1, 2), ["changed"]);
      assertEquals(await append(journal, { ...topic("t"), condition: { newest: 1 } }), ["changed"]);
      assertEquals(await append(journal, { ...topic("t"), condition: { newest: 0 } }), ["1"]);
    },
  );

  journalTest("append: keeps a value if it is larger than the key's", async (journal) => {
    const larger = (value: number | string) =>
      append(journal, set("a", value, { condition: { larger: true } }));
    assertEquals(await larger(9), ["1"]);
    assertEquals(await larger(10), ["2"]);
    assertEquals(await larger(9.5), ["changed"]);
    assertEquals(await larger(10), ["2 again"]);
    assertEquals(await larger("11"), ["changed"]);
    assertEquals(await append(journal, set("a", null)), ["3"]);
    assertEquals(await larger(-1), ["4"]);
  });

  journalTest("append: keeps the changes of a group all or none", async (journal) => {
    const one = (key: string, value: number, newest: number, more = {}) =>
      set(key, value, { group: 1, condition: { newest }, ...more });
    assertEquals(await append(journal, one("a", 1, 0), one("b", 1, 0)), ["1", "2"]);
    const lost = [one("c", 1, 0), one("b", 2, 1), one("d", 1, 0)];
    assertEquals(await append(journal, set("e", 1), ...lost, set("f", 1)), [
      "3",
      "changed",
      "changed",
      "changed",
      "4",
    ]);
    assertEquals(await keysOf(journal, { after: "b" }), ["e", "f"]);
    const two = (key: string, newest: number) => one(key, 2, newest, { group: 2 });
    assertEquals(await append(journal, one("c", 1, 9), two("c", 0), two("b", 2)), [
      "changed",
      "5",
      "6",
    ]);
    const retry = ["x", "y"].map((id) => one(id, 1, 0, { id }));
    assertEquals(await append(journal, ...retry), ["7", "8"]);
    assertEquals(await append(journal, ...retry), ["7 again", "8 again"]);
    assertEquals(await append(journal, one("g", 1, 0), one("h", 1, 0, { id: "x" })), [
      "bad_command",
      "bad_command",
    ]);
    assertEquals(
      await append(journal, one("x", 2, 7), one("x", 3, 7)),
      Array(2).fill("bad_command"),
    );
    await append(journal, draft("m", { room: LOG }));
    const mixed = [one("g", 1, 0), edit(9, "x", { room: LOG, group: 1 })];
    assertEquals(await append(journal, ...mixed), Array(2).fill("bad_command"));
    assertEquals((await journal.state(LOG)).seq, 9);
  });

  journalTest("append: keeps one of many racing groups", async (journal) => {
    const racers = range(1, 20).map((n) =>
      append(
        journal,
        set(`winner/${n}`, n, { group: n }),
        set("prize", n, { group: n, condition: { newest: 0 } }),
      )
    );
    const won = (await Promise.all(racers)).filter(([answer]) => answer !== "changed");
    assertEquals(won, [["1", "2"]]);
  });

  journalTest("rooms: lists no log of the server's own, and no hidden room", async (journal) => {
    const rooms = ["@a", "@A", "~b", "B", "@B"];
    for (const room of rooms) await append(journal, { ...set("k", room), room });
    const list = async (query: Parameters<Journal["rooms"]>[0]) =>
      (await journal.rooms(query)).map(({ name }) => name).sort();
    assertEquals(await list({ limit: 9 }), ["B"]);
    assertEquals(await list({ after: "", limit: 9 }), ["B"]);
    assertEquals(await list({ q: "a", limit: 9 }), []);
    assertEquals(await list({ names: ["~b", "@A", "~B"], limit: 9 }), ["@A", "~b"]);
    assertEquals(await list({ unlisted: true, limit: 9 }), ["@A", "@B", "@a", "~b"]);
    assertEquals(await list({ unlisted: true, after: "@B", limit: 1 }), ["@a"]);
    assertEquals(await journal.resolve("~B"), "~B");
    assertEquals((await journal.rooms({ names: ["@a"], limit: 1 }))[0].seq, 1);
  });

  journalTest(
    "after: reads a long log of records, and what is newest of old keys",
    async (journal) => {
      const rounds = 3;
      const count = LIMITS.unsettled;
      await append(journal, set("first", 0, { id: "old" }), set("second", 0, { id: "older" }));
      for (const round of range(1, rounds)) {
        await journal.append(range(1, count).map((n) => set("mark", round * count + n)));
      }
      const head = rounds * count + 2;
      const all = await journal.after(LOG, 0, 2 * count);
      assertEquals(all.slice(0, 2).map(({ seq, kind }) => [seq, kind]), [[1, "change"], [
        2,
        "change",
      ]]);
      const [skip] = all.slice(2);
      assertEquals([skip.kind, skip.seq, "from" in skip && skip.from], [
        "skip",
        head - LIMITS.superseded - 1,
        3,
      ]);
      assertEquals(all.length, LIMITS.superseded + 4);
      assertEquals(await journal.after(LOG, 1, 2), [all[1], skip]);
      assertEquals(await journal.before(LOG, head + 1, 2 * count), all);
      assertEquals(await journal.before(LOG, skip.seq + 1, 3), all.slice(0, 3));
      assertEquals(await journal.before(LOG, 3, 1), [all[1]]);
      assertEquals(await append(journal, set("first", 0, { id: "old" })), ["1 again"]);
      assertEquals(await append(journal, set("second", 1)), [`${head + 1}`]);
      assertEquals((await journal.after(LOG, 1, 1))[0].kind, "skip");
      const subscription = await journal.subscribe(LOG, 1, () => {});
      await subscription.refresh();
      assertEquals(subscription.take().at(-1)!.seq, head + 1);
      subscription.unsubscribe();
    },
  );

  journalTest("settings: keeps what is set in a room longer than its messages", async (journal) => {
    const room = "r";
    await append(journal, set("member/a", 1, { room, id: "x" }), topic("t"));
    await append(journal, ...range(1, 9).map((n) => draft(`m${n}`)));
    const { changes } = await journal.settings(room, { limit: 9 });
    assertEquals(changes.map(({ seq }) => seq), [1, 2]);
    assertEquals((await journal.after(room, 0, 9)).map(({ seq }) => seq), [9, 10, 11]);
    assertEquals(await append(journal, set("member/a", 1, { room })), ["1 again"]);
    assertEquals(await append(journal, set("member/a", 2, { room })), ["12"]);
    assertEquals((await journal.settings(room, { limit: 1 })).changes[0].seq, 12);
  }, 3);
});
