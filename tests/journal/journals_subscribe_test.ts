/** What every journal promises of subscriptions: each message once, in order, without holes. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Subscription } from "../../journal/journal.ts";
import { draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";
import { until } from "../../testing/wait.ts";

const drafts = (count: number, room = "r") =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { room }));
const taken = (subscription: Subscription) => subscription.take().map(({ seq }) => seq);

/** Takes until there is nothing more. */
function takeAll(subscription: Subscription): number[] {
  const seqs: number[] = [];
  for (let some; (some = taken(subscription)).length > 0;) seqs.push(...some);
  return seqs;
}

forEachKind((journalTest) => {
  journalTest("subscribe: gives what is appended, once and in order", async (journal) => {
    await keep(journal, drafts(3));
    const subscription = await journal.subscribe("r", 3, () => {});
    assertEquals(taken(subscription), []);
    for (const count of [1, 2, 40]) {
      const kept = await keep(journal, [...drafts(count), ...drafts(2, "other")]);
      assertEquals(taken(subscription), kept.slice(0, count).map(({ seq }) => seq));
      assertEquals(taken(subscription), []);
    }
    assert(!subscription.broken);
    subscription.unsubscribe();
  });

  journalTest("subscribe: gives the messages as append answered with them", async (journal) => {
    const subscription = await journal.subscribe("r", 0, () => {});
    const kept = await keep(journal, [draft("one", { id: "x", name: "Ann" }), draft("two")]);
    assertEquals([...subscription.take()], kept);
    subscription.unsubscribe();
  });

  journalTest("subscribe: gives no duplicate again", async (journal) => {
    const subscription = await journal.subscribe("r", 0, () => {});
    await keep(journal, [draft("one", { id: "x" })]);
    assertEquals(taken(subscription), [1]);
    await keep(journal, [draft("again", { id: "x" }), draft("two")]);
    assertEquals(taken(subscription), [2]);
    subscription.unsubscribe();
  });

  journalTest(
    "subscribe: gives what is kept already after the place where it begins",
    async (journal) => {
      await keep(journal, drafts(5));
      const subscription = await journal.subscribe("r", 2, () => {});
      assertEquals(takeAll(subscription), [3, 4, 5]);
      await keep(journal, drafts(1));
      assertEquals(taken(subscription), [6]);
      subscription.unsubscribe();
    },
  );

  journalTest(
    "subscribe: gives a limited number of messages at once, and all in the end",
    async (journal) => {
      const count = LIMITS.batch + 10;
      for (const batch of [LIMITS.batch, 10]) await keep(journal, drafts(batch));
      const subscription = await journal.subscribe("r", 0, () => {});
      await subscription.refresh();
      const first = taken(subscription);
      assert(first.length <= LIMITS.batch, `${first.length} at once`);
      assertEquals([...first, ...takeAll(subscription)], range(1, count));
      subscription.unsubscribe();
    },
  );

  journalTest("subscribe: follows a room again whose subscription has ended", async (journal) => {
    const subscription = await journal.subscribe("r", 0, () => {});
    subscription.unsubscribe();
    await keep(journal, drafts(1));
    const other = await journal.subscribe("r", 1, () => {});
    await keep(journal, drafts(1));
    assertEquals(taken(other), [2]);
    other.unsubscribe();
  });

  journalTest("subscribe: reports which messages have been forgotten since", async (journal) => {
    await keep(journal, drafts(3));
    const subscription = await journal.subscribe("r", 3, () => {});
    assertEquals(subscription.forgotten, 0);
    await keep(journal, drafts(2));
    await until(() => subscription.forgotten === 2, "the number");
    subscription.unsubscribe();
  }, 3);
});
