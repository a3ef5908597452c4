/** How the index follows the rooms. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { Feed } from "../../search/feed.ts";
import { IndexThread } from "../../search/index_thread.ts";
import { SearchCounters } from "../../telemetry/search_counters.ts";
import { draft, range } from "../../testing/fakes.ts";
import { keep } from "../../testing/journals.ts";
import { test } from "../../testing/permissions.ts";

test("Feed.round: reads nothing more while much is said, and all of it later", async () => {
  const journal = new MemoryJournal();
  await keep(journal, range(1, 1_000).map((n) => draft(`message ${n}`)));
  const { eraseMs, restBetweenErasing: restMs } = LIMITS.search;
  const options = { path: ":memory:", epoch: journal.epoch, eraseMs, restMs };
  const { index } = await IndexThread.open(options);
  const counters = new SearchCounters();
  let isBusy = true;
  const feed = new Feed(journal, true, counters, () => isBusy);
  assertEquals(await feed.round(index, () => false), true);
  assertEquals(counters.behind, 1_000);
  isBusy = false;
  assertEquals(await feed.round(index, () => false), false);
  assertEquals(counters.behind, 0);
  await index.close();
  journal.close();
});
