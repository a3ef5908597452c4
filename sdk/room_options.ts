/**
 * How a room is entered, and what it reports.
 */

import type { Timing } from "./connection.ts";
import type { Token } from "./http.ts";
import type { OutboxStore } from "./outbox_store.ts";
import type { Refusal } from "./protocol.ts";
import type { StateEvents } from "./state_events.ts";
import type { Status } from "./status.ts";

/** Which room, and as whom. */
export interface RoomOptions {
  /** The server: `https://chat.example`, or with a path prefix `https://example.org/chat`. */
  readonly url: string | URL;
  readonly room: string;
  /** Without one the person is a guest. */
  readonly name?: string;
  /** Chooses a picture. */
  readonly email?: string;
  readonly token?: Token;
  /** Messages to start with: 50 unless another number is given. */
  readonly replay?: number;
  /** Messages that `state` holds: the newest 1,000 unless another number is given. */
  readonly messages?: number;
  /** Where unsent commands are kept: in memory unless another place is given. */
  readonly store?: OutboxStore;
  /** How many commands may wait: 100 unless another number is given. */
  readonly unsent?: number;
  /** Whether texts that were refused stay in the outbox to be retried or removed. */
  readonly keepFailed?: boolean;
  readonly timing?: Partial<Timing>;
}

/** What a room reports. */
export interface RoomEvents extends StateEvents {
  status: Status;
  /** A command that is not in the outbox was refused: a name, usually. */
  error: Refusal;
  /** What waits in the outbox has changed. */
  outbox: undefined;
  /** Any of these, once for everything that came together. */
  change: undefined;
}
