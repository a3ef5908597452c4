/**
 * What a command costs on its way through a mailbox, alone and among many, against an array that is
 * handed over in the same turn of the event loop: the least that batching can cost.
 */

import { setImmediate } from "node:timers/promises";
import { Mailbox } from "../hub/mailbox.ts";

for (const count of [1, 100, 10_000]) {
  const group = `mailbox: ${count} commands, one batch`;

  Deno.bench({
    name: `array and setImmediate, ${count}`,
    group,
    baseline: true,
    fn: async () => {
      const commands: number[] = [];
      for (let n = 0; n < count; n++) commands.push(n);
      await setImmediate();
      if (commands.length !== count) throw new Error("lost");
    },
  });

  const mailbox = new Mailbox<number>(Infinity, 0);
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
