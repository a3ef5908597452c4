/** What a hub may hold, what it holds, and who learns of it. */

import type { LogEntry } from "../journal/journal.ts";

/** The hub at this moment. */
export interface HubStats {
  rooms: number;
  members: number;
  /** Commands waiting in the mailbox. */
  commands: number;
  /** Members waiting for their room to open. */
  waiting: number;
}

/** Learns of everything that is kept here. */
export interface Observer {
  /** An entry was kept, now or before under the same id. Must return at once and never throw. */
  kept(room: string, entry: LogEntry): void;
}

/** Learns nothing. */
export const NO_OBSERVER: Observer = { kept: () => {} };

/** What a hub may hold. */
export interface HubOptions {
  /** Newest entries of a room held in memory. */
  readonly tail: number;
  /** The largest number of connections: each may leave, however full the mailbox is. */
  readonly maxClients: number;
}
