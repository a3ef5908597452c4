/** The services that the connections of one chat share, and what a connection asks for. */

import type { Config } from "../config/config.ts";
import type { Files } from "../files/files.ts";
import type { Hub } from "../hub.ts";
import type { Activity } from "../hub/activity.ts";
import type { ConnectedNames } from "../hub/connected_names.ts";
import type { Rules } from "../hub/permissions.ts";
import type { Person } from "../hub/person.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Sender } from "../hub/room.ts";
import type { Refusal, Role, RoomOrder, Wire } from "../wire/wire.ts";
import type { OwnLogs } from "./own.ts";
import type { PageCache } from "./page_cache.ts";
import type { RateLimits } from "./rate_limit.ts";

/** Shared by all clients of a chat. */
export interface Services {
  readonly hub: Hub;
  readonly rules: Rules;
  readonly journal: Journal;
  readonly pages: PageCache;
  readonly log: Log;
  readonly config: Config;
  readonly limits: RateLimits;
  /** Undefined where files are not kept. */
  readonly files: Files | undefined;
  /** Reports what happens in rooms that are not entered. */
  readonly activity: Activity;
  readonly own: OwnLogs;
  readonly connected: ConnectedNames;
  /** Changes the sender's room, which is a hidden one, beside the hub's loop. */
  readonly changeRoom: (sender: Sender, order: RoomOrder, id?: string) => void;
}

/** Who somebody is on a connection. */
export interface Credentials {
  readonly person: Person;
  /** The client's address, as `countedAddress` gives it. */
  readonly address: string;
  /** A token determines the name: it cannot be changed. */
  readonly named: boolean;
  /** Their token makes them an admin; others are admins by the rules. */
  readonly isAdmin: boolean;
  /** Whether they may enter a room. */
  readonly mayEnter: (room: string) => boolean;
  /** Whether they may still be here: false once a session has ended, or they may not enter any more. */
  readonly isCurrent: () => boolean;
  /** When the connection ends (milliseconds since 1970). */
  readonly expires: number;
}

/** Which room is to be entered, and where to start. */
export interface EnterRequest {
  readonly room: string;
  /** What they are in this room, as they are told. */
  readonly role: Role;
  /** The newest message that the client has; undefined if it has none. */
  readonly since: number | undefined;
  /** The epoch that `since` belongs to; undefined: the current one. */
  readonly epoch: string | undefined;
  /** The time of message `since`, as the client has it; undefined if unknown. */
  readonly at: number | undefined;
  /** Messages to start with, for a client without `since`. */
  readonly replay: number;
  /** What the client calls it. */
  readonly id?: string;
}

/** Where a client of one room wants to start, and as whom. */
export interface JoinRequest extends Credentials, EnterRequest {
  readonly wire: Wire;
  /** Follows without being present. */
  readonly observer: boolean;
}

/** What a connection for all rooms asks for. */
export interface RoomsRequest extends Credentials {
  readonly role: Role;
  /** The position in the person's own log: mentions that came after it are reported. */
  readonly since: number | undefined;
  /** The time of that entry; undefined if unknown. */
  readonly at: number | undefined;
  /** The epoch that the position belongs to; undefined: the current one. */
  readonly epoch: string | undefined;
  /** The room that a name means, and what the person is there; or why they may not enter it. */
  readonly find: (
    room: string,
  ) => { readonly room: string; readonly role: Role } | { code: Refusal; detail: string };
}
