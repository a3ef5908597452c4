/** What the connections of one chat share, and what a connection asks for. */

import type { Config } from "../config/config.ts";
import type { Hub } from "../hub.ts";
import type { Person } from "../hub/person.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Wire } from "../wire/wire.ts";
import type { PageCache } from "./page_cache.ts";
import type { RateLimits } from "./rate_limit.ts";

/** What clients share. */
export interface Services {
  readonly hub: Hub;
  readonly journal: Journal;
  readonly pages: PageCache;
  readonly log: Log;
  readonly config: Config;
  readonly limits: RateLimits;
}

/** Where a client wants to start, and as whom. */
export interface JoinRequest {
  readonly room: string;
  readonly person: Person;
  readonly wire: Wire;
  /** Where it comes from, as `countedAddress` gives it. */
  readonly address: string;
  /** A token gives the name: it cannot be changed. */
  readonly named: boolean;
  /** May delete what others said. */
  readonly isAdmin: boolean;
  /** Follows without being present. */
  readonly observer: boolean;
  /** The newest message the client has; undefined for one that has none. */
  readonly since: number | undefined;
  /** The epoch that `since` belongs to; undefined: this one. */
  readonly epoch: string | undefined;
  /** The time of the message `since` as the client has it; undefined: not known. */
  readonly at: number | undefined;
  /** Messages to start with, for a client without `since`. */
  readonly replay: number;
  /** When it must go (milliseconds since 1970). */
  readonly expires: number;
}
