/** What the metrics of a chat are looked up in. */

import type { Connection } from "../client/connection.ts";
import type { Hub } from "../hub.ts";
import type { Histogram } from "./histogram.ts";
import type { RedisCounters } from "./redis_counters.ts";
import type { SearchCounters } from "./search_counters.ts";

/** The connections that are open. */
export interface Connections {
  readonly clients: Iterable<Connection>;
}

/** How many attachments there are, the bytes that they count as, and how many are on their way. */
export interface FileStats {
  readonly files: number;
  readonly bytes: number;
  readonly uploads: number;
}

/** What is reported. */
export interface MetricsSources {
  readonly hub: Hub;
  readonly connections: Connections;
  /** How late a timer fires, in seconds. */
  readonly lag: Histogram;
  /** Of a journal in Redis. */
  readonly redis?: RedisCounters;
  /** Unless it is off. */
  readonly search?: SearchCounters;
  /** Counts attachments, where they are kept. */
  readonly files?: () => FileStats;
}
