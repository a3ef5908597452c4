/**
 * What a letter costs on its way through a mailbox, alone and in a crowd, against an array that is
 * handed over in the same turn of the event loop: the least that gathering can cost.
 */

import { setImmediate } from "node:timers/promises";
import { Mailbox } from "../hub/mailbox.ts";

for (const count of [1, 100, 10_000]) {
  const group = `mailbox: ${count} letters, one batch`;

  Deno.bench({
    name: `array and setImmediate, ${count}`,
    group,
    baseline: true,
    fn: async () => {
      const letters: number[] = [];
      for (let n = 0; n < count; n++) letters.push(n);
      await setImmediate();
      if (letters.length !== count) throw new Error("lost");
    },
  });

  const mailbox = new Mailbox<number>(Infinity);
  const reader = mailbox[Symbol.asyncIterator]();
  Deno.bench({
    name: `Mailbox, ${count}`,
    group,
    fn: async () => {
      const batch = reader.next();
      for (let n = 0; n < count; n++) mailbox.offer(n);
      if ((await batch).value?.length !== count) throw new Error("lost");
    },
  });
}
