/** Tails of rooms that hold something already. */

import { Tail } from "../hub/tail.ts";
import { message } from "./fakes.ts";

/** A tail with this many messages, each published by itself. */
export function tailOf(count: number, { limit = 100, seq = 0 } = {}): Tail {
  const tail = new Tail(limit, seq);
  for (let n = 1; n <= count; n++) {
    tail.push(message(seq + n));
    tail.publish();
  }
  return tail;
}
