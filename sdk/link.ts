/** What a room needs of the connection that it is on: one of its own, or a part of one for all rooms. */

import type { RoomObject } from "./protocol.ts";
import type { Status } from "./status.ts";

/** A way to the server, for one room. */
export interface Link {
  /** How it stands; `online` means that the room has been entered. */
  readonly status: Status;
  /** Sends a command; returns false if there is no connection. */
  send(command: object): boolean;
  /** Enters for the first time, if nothing else has happened yet. */
  start(): void;
  /** There is a reason to try now; see {@linkcode Connection.wake}. */
  wake(): void;
  /** Connects now, in place of the connection there may be. */
  open(): void;
  /** Leaves for good. */
  close(): Promise<void>;
}

/** What a link reports. */
export interface LinkEvents {
  /** Takes objects that came together. */
  readonly onObjects: (objects: readonly RoomObject[]) => void;
  readonly onStatus: (status: Status) => void;
}
