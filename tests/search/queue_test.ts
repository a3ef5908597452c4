/** The queue of searches: its order, its limits, and askers that have gone. */

import { assertEquals, assertRejects } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { QueueFullError, SearchQueue } from "../../search/queue.ts";

const { signal } = new AbortController();
const { perAddress, waiting } = LIMITS.search;

/** A search that ends when it is allowed to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { search: () => promise, end: resolve };
}

Deno.test("SearchQueue.run: runs searches one after the other, also after one that failed", async () => {
  const queue = new SearchQueue();
  const events: string[] = [];
  const searches = ["a", "b", "c"].map((name) =>
    queue.run(name, signal, async () => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
      if (name === "b") throw new Error("b failed");
      return name;
    })
  );
  const answers = await Promise.allSettled(searches);
  assertEquals(answers.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(events, ["a", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

Deno.test("SearchQueue.run: refuses more than LIMITS.search.perAddress of one address", async () => {
  const queue = new SearchQueue();
  const { search, end } = held();
  const running = Array.from({ length: perAddress }, () => queue.run("a", signal, search));
  const error = await assertRejects(() => queue.run("a", signal, search), QueueFullError);
  assertEquals((error as QueueFullError).isOfAddress, true);
  const other = queue.run("b", signal, () => Promise.resolve("b"));
  end();
  assertEquals(await other, "b");
  await Promise.all(running);
  assertEquals(await queue.run("a", signal, () => Promise.resolve("a")), "a");
});

Deno.test("SearchQueue.run: refuses more than LIMITS.search.waiting in all", async () => {
  const queue = new SearchQueue();
  const { search, end } = held();
  const running = Array.from({ length: waiting }, (_, n) => queue.run(`${n}`, signal, search));
  const error = await assertRejects(() => queue.run("one more", signal, search), QueueFullError);
  assertEquals((error as QueueFullError).isOfAddress, false);
  end();
  await Promise.all(running);
});

Deno.test("SearchQueue.run: does not run a search whose asker has gone meanwhile", async () => {
  const queue = new SearchQueue();
  const { search, end } = held();
  const first = queue.run("a", signal, search);
  const asker = new AbortController();
  let hasRun = false;
  const second = queue.run("a", asker.signal, () => Promise.resolve(hasRun = true));
  asker.abort();
  end();
  await first;
  await assertRejects(() => second, "AbortError");
  assertEquals(hasRun, false);
});
