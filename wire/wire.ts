/**
 * The contract of a wire: which commands a frame from a client holds, and which frames report to it
 * what happened. Its kinds are in this folder.
 *
 * A wire has no state but its own settings, so that one frame serves all clients at the same place.
 * It joins: `encode` gives as few frames as its clients can read. It leaves out what it has no words
 * for, down to no frame at all.
 */

import type { Entry } from "../hub/entry.ts";
import type { Person } from "../hub/person.ts";

/** Why a command was refused. */
export type Refusal =
  | "bad_json"
  | "bad_command"
  | "too_large"
  | "rate_limited"
  | "bad_name"
  | "overloaded";

/** What a client asks for. A text is as `cleanText` gives it. */
export type Command =
  | { readonly type: "say"; readonly text: string; readonly id?: string }
  | { readonly type: "typing" }
  | { readonly type: "ping"; readonly id?: string }
  | { readonly type: "name"; readonly name: string; readonly id?: string }
  | Invalid;

/** What no command can be made of. */
export interface Invalid {
  readonly type: "invalid";
  readonly code: Refusal;
  readonly detail: string;
  readonly id?: string;
}

/** What a client learns first. */
export interface Welcome {
  readonly room: string;
  readonly you: Person;
  readonly epoch: string;
  /** The room's newest message, and its time; 0 if there is none. */
  readonly seq: number;
  readonly at: number;
  /** Every message after this one follows. */
  readonly after: number;
  /** The time of that message, as far as it is known. */
  readonly afterAt: number | undefined;
  /** The people who are present, {@linkcode LIMITS.presenceMembers} at most. */
  readonly members: readonly Person[];
  readonly count: number;
  /** What the client has is of another history. */
  readonly reset: boolean;
}

/** One way to speak with clients. Every method that gives frames may give none. */
export interface Wire {
  readonly name: string;
  /** The commands of a frame, in their order. */
  decode(frame: string): readonly Command[];
  encode(entries: readonly Entry[]): string[];
  welcome(welcome: Welcome): string[];
  /** Messages `from` to `to` are no longer kept. */
  gap(from: number, to: number): string[];
  /** Everybody who is present, for a client that missed changes. */
  members(members: readonly Person[], count: number): string[];
  refusal(code: Refusal, detail: string, id?: string): string[];
  /** The answer to a ping. */
  pong(id?: string): string[];
}

/** What a person is called: their name, or `guest-` and four characters of the id. */
export function shownName({ id, name }: { id: string; name: string }): string {
  return name || `guest-${id.slice(0, 4)}`;
}
