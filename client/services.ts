/** The services that the connections of one chat share, and what a connection asks for. */

import type { Config } from "../config/config.ts";
import type { Files } from "../files/files.ts";
import type { Hub } from "../hub.ts";
import type { Person } from "../hub/person.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Wire } from "../wire/wire.ts";
import type { PageCache } from "./page_cache.ts";
import type { RateLimits } from "./rate_limit.ts";

/** Shared by all clients of a chat. */
export interface Services {
  readonly hub: Hub;
  readonly journal: Journal;
  readonly pages: PageCache;
  readonly log: Log;
  readonly config: Config;
  readonly limits: RateLimits;
  /** Undefined where files are not kept. */
  readonly files: Files | undefined;
}

/** Where a client wants to start, and as whom. */
export interface JoinRequest {
  readonly room: string;
  readonly person: Person;
  readonly wire: Wire;
  /** The client's address, as `countedAddress` gives it. */
  readonly address: string;
  /** A token determines the name: it cannot be changed. */
  readonly named: boolean;
  /** May delete what others said. */
  readonly isAdmin: boolean;
  /** Follows without being present. */
  readonly observer: boolean;
  /** The newest message that the client has; undefined if it has none. */
  readonly since: number | undefined;
  /** The epoch that `since` belongs to; undefined: the current one. */
  readonly epoch: string | undefined;
  /** The time of message `since`, as the client has it; undefined if unknown. */
  readonly at: number | undefined;
  /** Messages to start with, for a client without `since`. */
  readonly replay: number;
  /** When the connection ends (milliseconds since 1970). */
  readonly expires: number;
}
