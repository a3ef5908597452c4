/** The promises of every journal about reading reactions, settings, pages of messages and changes. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { LogEntry } from "../../journal/journal.ts";
import { edit, messageOf, pin, react, remove, topic } from "../../testing/drafts.ts";
import { draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";

forEachKind((journalTest) => {
  journalTest("reaction: lists everybody in their order, a page at a time", async (journal) => {
    const members = range(1, LIMITS.reactionsPage + 30).map((n) => `member ${n}`);
    await journal.append([draft("one"), ...members.map((from) => react(1, from))]);
    await journal.append([react(1, "other", true, "❤️"), react(1, members[2], false)]);
    members.splice(2, 1);
    const { reactions } = await messageOf(journal, 1);
    assertEquals(reactions!["👍"].count, members.length);
    assertEquals(reactions!["👍"].from, members.slice(0, LIMITS.reactionFrom - 1));
    const first = await journal.reaction("r", 1, "👍");
    assertEquals(first, { count: members.length, from: members.slice(0, LIMITS.reactionsPage) });
    const next = await journal.reaction("r", 1, "👍", first.from.at(-1));
    assertEquals(next.from, members.slice(LIMITS.reactionsPage));
    assertEquals(await journal.reaction("r", 1, "🎉"), { count: 0, from: [] });
    const has = [["member 3", "👍"], ["member 4", "👍"], ["other", "❤️"], ["other", "👍"]];
    const had = has.map(([member, emoji]) => journal.hasReacted("r", 1, emoji, member));
    assertEquals(await Promise.all(had), [false, true, true, false]);
  });

  journalTest("state: gives the topic and the newest pins, newest first", async (journal) => {
    const none = { seq: 0, topic: undefined, pins: [] };
    assertEquals(await journal.state("r"), none);
    const count = LIMITS.pins + 2;
    await journal.append([topic("old"), ...range(1, count).map((n) => draft(`m${n}`))]);
    await journal.append([
      ...range(2, count + 1).map((of) => pin(of)),
      pin(10, false),
      pin(2, false),
    ]);
    await journal.append([pin(2), remove(12), topic("new")]);
    const expected = [2, ...range(3, count + 1).reverse().filter((of) => of !== 10 && of !== 12)];
    const { seq, topic: kept, pins } = await journal.state("r");
    assertEquals([seq, kept, pins], [2 * count + 6, "new", expected]);
    const { changes, head } = await journal.settings("r", { limit: 9 });
    assertEquals(changes.map(({ seq, action }) => [seq, action]), [
      [2 * count + 6, { type: "room", topic: "new" }],
    ]);
    assertEquals(head, seq);
    await journal.append([topic("")]);
    assertEquals((await journal.state("r")).topic, undefined);
  });

  journalTest("page: gives messages alone, before, after and around one", async (journal) => {
    for (const n of range(1, 5)) await journal.append([draft(`m${n}`), edit(2 * n - 1, `e${n}`)]);
    const page = async (query: { before?: number; after?: number; around?: number }, limit = 3) => {
      const { messages, more, head } = await journal.page("r", { ...query, limit });
      assertEquals(head, 10);
      return [messages.map(({ seq }) => seq), more];
    };
    assertEquals(await page({}), [[5, 7, 9], true]);
    assertEquals(await page({}, 5), [[1, 3, 5, 7, 9], false]);
    assertEquals(await page({ before: 6 }), [[1, 3, 5], false]);
    assertEquals(await page({ before: 5 }, 1), [[3], true]);
    assertEquals(await page({ after: 4 }), [[5, 7, 9], false]);
    assertEquals(await page({ after: 0 }), [[1, 3, 5], true]);
    assertEquals(await page({ around: 5 }), [[3, 5, 7], true]);
    assertEquals(await page({ around: 1 }), [[1, 3, 5], true]);
    assertEquals(await page({ around: 9 }, 10), [[1, 3, 5, 7, 9], false]);
    assertEquals(await journal.page("none", { limit: 3 }), {
      messages: [],
      head: 0,
      at: 0,
      more: false,
    });
  });

  journalTest("subscribe: gives changes among messages, as they were kept", async (journal) => {
    const subscription = await journal.subscribe("r", 0, () => {});
    const first = await journal.append([draft("one"), edit(1, "two"), edit(1, "two")]);
    const second = await journal.append([remove(1), edit(1, "x"), draft("three")]);
    await subscription.refresh();
    const entries: LogEntry[] = [];
    for (let some; (some = subscription.take()).length > 0;) entries.push(...some);
    assertEquals(entries.map(({ seq }) => seq), [1, 2, 3, 4]);
    assertEquals(entries.slice(2), [second[0], second[2]]);
    assertEquals(first.length, 3);
    subscription.unsubscribe();
  });
});
