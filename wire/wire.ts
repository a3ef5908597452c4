/**
 * The contract of a wire: which commands a frame from a client contains, and which frames report to
 * the client what happened. Its implementations are in this folder.
 *
 * A wire has no state other than its settings, so one frame serves all clients at the same place.
 * `encode` returns as few frames as its clients can read. What a wire cannot express it leaves out, and
 * may return no frame at all.
 */

import type { Entry } from "../hub/entry.ts";
import type { Action } from "../journal/journal.ts";
import type { Person } from "../hub/person.ts";

/** Why a command was refused. */
export type Refusal =
  | "bad_json"
  | "bad_command"
  | "too_large"
  | "rate_limited"
  | "bad_name"
  | "overloaded"
  | "not_allowed"
  | "gone"
  | "changed"
  | "unknown_room";

/** What is to change about a room with members. */
export interface RoomOrder {
  readonly topic?: string;
  readonly title?: string;
  /** Ids of people. */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly archived?: boolean;
}

/** A file that a message is to name. */
export interface AskedFile {
  readonly id: string;
  /** What it shows, for those who do not see it. */
  readonly alt?: string;
}

/** A command of a client. Its text has passed `cleanText`. */
export type Command =
  | {
    readonly type: "say";
    readonly text: string;
    readonly id?: string;
    readonly reply?: number;
    readonly to?: readonly string[];
    readonly files?: readonly AskedFile[];
  }
  /** `v`: the version of the text that the author saw. */
  | (Action & { readonly id?: string; readonly v?: number })
  | { readonly type: "settings"; readonly order: RoomOrder; readonly id?: string }
  | { readonly type: "typing" }
  | { readonly type: "ping"; readonly id?: string }
  | { readonly type: "name"; readonly name: string; readonly id?: string }
  | Invalid;

/** Something that is not a command. */
export interface Invalid {
  readonly type: "invalid";
  readonly code: Refusal;
  readonly detail: string;
  readonly id?: string;
}

/** What somebody is in a room. */
export type Role = "admin" | "owner" | "member" | "bot";

/** The first object that a client receives. */
export interface Welcome {
  readonly room: string;
  readonly you: Person;
  /** Left out for a member, as most are. */
  readonly role: Role;
  readonly access: "open" | "private" | "direct";
  /** Of a private room. */
  readonly title?: string;
  readonly archived?: true;
  /** Of an open room that is closed to newcomers: until when. */
  readonly closed?: number;
  readonly epoch: string;
  /** The `seq` and time of the room's newest entry, 0 if there is none. */
  readonly seq: number;
  readonly at: number;
  /** Every entry after this one follows. */
  readonly after: number;
  /** The time of that entry, if it is known. */
  readonly afterAt: number | undefined;
  /** The people who are present, {@linkcode LIMITS.presenceMembers} at most. */
  readonly members: readonly Person[];
  readonly count: number;
  readonly topic: string | undefined;
  /** The newest pinned messages. */
  readonly pins: readonly number[];
  /** The client has another history: it must forget what it has. */
  readonly reset: boolean;
  /** On a connection for all rooms: how many messages were ever said in the room, up to `seq`. */
  readonly messages?: number;
  /** On a connection for all rooms: what the client called its `enter`. */
  readonly id?: string;
}

/** One protocol of clients. Every method that returns frames may return none. */
export interface Wire {
  readonly name: string;
  /** The commands of a frame, in their order. */
  decode(frame: string): readonly Command[];
  /** @param isReplay they come from before the client was there */
  encode(entries: readonly Entry[], isReplay?: boolean): string[];
  welcome(welcome: Welcome): string[];
  /** Entries `from` to `to` are no longer kept. */
  gap(from: number, to: number): string[];
  /** Everybody who is present, for a client that missed changes. */
  members(members: readonly Person[], count: number): string[];
  refusal(code: Refusal, detail: string, id?: string): string[];
  /** The answer to a ping. */
  pong(id?: string): string[];
}

/** The name under which a person is shown: their own, or `guest-` and four characters of the id. */
export function shownName({ id, name }: { id: string; name: string }): string {
  return name || `guest-${id.slice(0, 4)}`;
}
