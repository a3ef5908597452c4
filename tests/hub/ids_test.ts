/** Messages with the same id: which of them is kept, and what each sender learns. */

import { assertEquals } from "@std/assert";
import { hasAnswers, hasShown } from "../../testing/fakes.ts";
import { join, openHub } from "../../testing/held_journal.ts";

Deno.test("Hub.say: keeps an id once in one batch", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "r", "bob");
  hub.say(ann, "hello", "x");
  hub.say(bob, "hello", "x");
  hub.say(ann, "end");
  await ann.until(hasShown(2), "both");
  await bob.until(hasShown(2), "both");
  assertEquals(journal.appends.length, 1);
  assertEquals([ann.texts, bob.texts], [["hello", "end"], ["hello", "end"]]);
  assertEquals([ann.keptSeqs, ann.duplicates], [[1, 2], [false, false]]);
  // Nobody has been shown the first one yet: bob gets it by the log, like everybody.
  assertEquals([bob.keptSeqs, bob.duplicates, bob.shownBefore], [[1], [true], [false]]);
});

Deno.test("Hub.say: keeps an id once in two batches, and answers with the first message", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "hello", "x");
  await ann.until(hasShown(1), "the message");
  hub.say(ann, "changed", "x");
  hub.say(ann, "end");
  await ann.until(hasShown(2), "the end");
  assertEquals(ann.texts, ["hello", "end"]);
  assertEquals([ann.keptSeqs, ann.duplicates], [[1, 1, 2], [false, true, false]]);
  assertEquals(ann.shownBefore, [false, true, false]);
});

Deno.test("Hub.say: keeps the same id once in each room", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  hub.say(ann, "hello", "x");
  hub.say(bob, "hello", "x");
  await bob.until(hasAnswers(1), "an answer");
  assertEquals([ann.duplicates, bob.duplicates], [[false], [false]]);
});
