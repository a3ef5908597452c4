/**
 * A tail under a room's usual work: a batch is pushed, then many readers ask for it. Readers at the
 * same place share one frame; the baseline encodes for each of them.
 */

import { Tail } from "../hub/tail.ts";
import { json } from "../wire/json.ts";
import { linesAt } from "../wire/lines.ts";
import { talk } from "./samples.ts";

const lines = linesAt({ room: "r", base: "" });

const LIMIT = 1024;
const BATCH = 64;
const batch = talk(BATCH);

/** A tail that is as full as it gets. */
function fullTail(): Tail {
  const tail = new Tail(LIMIT);
  for (const message of talk(2 * LIMIT - 1)) {
    tail.push(message);
    tail.publish();
  }
  return tail;
}

function push(tail: Tail): void {
  for (const message of batch) tail.push({ ...message, seq: tail.seq + 1 });
  tail.publish();
}

for (const wire of [lines, json]) {
  for (const readers of [1, 32, 1000]) {
    const group = `tail: ${BATCH} messages to ${readers} readers, ${wire.name}`;

    Deno.bench({
      name: `encoded for each, ${wire.name}, ${readers}`,
      group,
      baseline: true,
      fn: () => {
        for (let n = 0; n < readers; n++) wire.encode(batch);
      },
    });

    const tail = fullTail();
    Deno.bench({
      name: `Tail, ${wire.name}, ${readers}`,
      group,
      fn: () => {
        const from = tail.end;
        push(tail);
        for (let n = 0; n < readers; n++) {
          if (tail.read(wire, from)?.end === from) throw new Error("nothing came");
        }
      },
    });
  }
}

const tail = fullTail();
Deno.bench("tail: the newest 50 for a newcomer", { group: "tail: after" }, () => {
  if (tail.after(tail.seq - 50, tail.seq)?.length !== 50) throw new Error("not all came");
});
