/** What happens in the search, counted as in `counters.ts`. */

import { Histogram } from "./histogram.ts";

/** Counts of one chat's search. */
export class SearchCounters {
  /** Whether the index can be asked. */
  isUp = false;
  /** Whether the rooms are gone through for the first time, or once more. */
  isBuilding = true;
  /** Entries of rooms that the index does not have yet, as far as it knows. */
  behind = 0;
  /** The size of the index in bytes, when it was last looked at. */
  bytes = 0;
  /** Seconds from a request to its answer, without those that were refused. */
  readonly searches: Histogram = new Histogram();
}
