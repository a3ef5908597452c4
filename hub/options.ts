/** What a hub may hold, and what it holds. */

/** The hub at this moment. */
export interface HubStats {
  rooms: number;
  members: number;
  /** Commands waiting in the mailbox. */
  commands: number;
  /** Members waiting for their room to open. */
  waiting: number;
}

/** What a hub may hold. */
export interface HubOptions {
  /** Newest entries of a room held in memory. */
  readonly tail: number;
  /** The largest number of connections: each may leave, however full the mailbox is. */
  readonly maxClients: number;
}
