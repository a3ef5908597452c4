/** Turns: a few at once, in order, with the event loop in between. */

import { assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { Turns } from "../../client/turns.ts";

Deno.test("Turns: does a few things at once, in order, and lets the event loop turn in between", async () => {
  const turns = new Turns(2);
  const began: number[] = [];
  let most = 0;
  let now = 0;
  const act = (n: number) =>
    turns.take(async () => {
      began.push(n);
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      return n;
    });
  const all = Promise.all([1, 2, 3, 4, 5, 6].map(act));
  let loops = 0;
  let over = false;
  const counting = (async () => {
    while (!over) {
      await setImmediate();
      loops++;
    }
  })();
  assertEquals(await all, [1, 2, 3, 4, 5, 6]);
  over = true;
  await counting;
  assertEquals([began, most], [[1, 2, 3, 4, 5, 6], 2]);
  assertEquals(loops >= 2, true);
});

Deno.test("Turns: goes on after something has failed", async () => {
  const turns = new Turns(1);
  await assertRejects(() => turns.take(() => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(await turns.take(() => Promise.resolve(1)), 1);
});
