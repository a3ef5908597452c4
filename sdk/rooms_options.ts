/** How a connection for all rooms is made, and what it reports. */

import type { Timing } from "./connection.ts";
import type { IdentityOptions } from "./identity.ts";
import type { OutboxStore } from "./outbox_store.ts";
import type { Refusal } from "./protocol.ts";
import type { Mention } from "./rooms_protocol.ts";
import type { Status } from "./status.ts";

/** Which server, and as whom. */
export interface RoomsOptions extends IdentityOptions {
  /** The server: `https://chat.example`, or with a path prefix `https://example.org/chat`. */
  readonly url: string | URL;
  /** Messages that a room starts with: 50 unless another number is given. */
  readonly replay?: number;
  /** Messages that the `state` of a room holds: the newest 1,000 unless another number is given. */
  readonly messages?: number;
  /** Where the unsent commands of a room are kept: in memory unless another place is given. */
  readonly store?: (room: string) => OutboxStore;
  /** How many commands may wait in one room: 100 unless another number is given. */
  readonly unsent?: number;
  /** Whether texts that were refused stay in the outbox to be retried or removed. */
  readonly keepFailed?: boolean;
  readonly timing?: Partial<Timing>;
}

/** What it reports. */
export interface RoomsEvents {
  status: Status;
  /**
   * This person was mentioned, answered or written to directly, in any room; also while they were away,
   * once this client had been connected before.
   */
  mention: Mention;
  /** The list of rooms, or a number in it, has changed. */
  rooms: undefined;
  /** The name of a room that this person may not enter any more. */
  removed: string;
  /** Something that belongs to no room that has been entered was refused. */
  error: Refusal;
  /** Any of these, once for everything that came together. */
  change: undefined;
}
