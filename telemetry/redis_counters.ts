/** What happens between this server and Redis, counted as in `counters.ts`. */

import { Histogram } from "./histogram.ts";

/** Counts of one journal in Redis. */
export class RedisCounters {
  /** Whether calls are accepted now. */
  isUp = false;
  /** How often it was connected again. */
  reconnects = 0;
  /** How often all rooms began a new epoch, since Redis had lost messages. */
  epochChanges = 0;
  /** Seconds from a call to its answer. */
  readonly calls: Histogram = new Histogram();
  /** Seconds that it took to subscribe to a room, with what was missing of it. */
  readonly opens: Histogram = new Histogram();
}
