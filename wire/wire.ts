/**
 * The contract of a wire: what a frame from a client means, and which frames tell it what happened.
 * Its kinds stand in `wire/`.
 *
 * A wire has no state but its own settings, so that one frame serves all who stand at the same
 * place. It joins: `encode` gives as few frames as its clients can read. It skips what it has no
 * words for, down to no frame at all.
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

/** Takes what a frame means, in the order in which it stands there. */
export interface Listener {
  /** @param text as `cleanText` gives it */
  say(text: string, id?: string): void;
  typing(): void;
  rename(name: string, id?: string): void;
  refuse(code: Refusal, detail: string, id?: string): void;
}

/** What a client is told first. */
export interface Welcome {
  readonly room: string;
  readonly you: Person;
  readonly epoch: string;
  /** The room's newest message. */
  readonly seq: number;
  /** Who is here, {@linkcode LIMITS.presenceMembers} at most. */
  readonly members: readonly Person[];
  readonly count: number;
  /** What the client has is of another epoch. */
  readonly reset: boolean;
}

/** One way to speak with clients. Every method that gives frames may give none. */
export interface Wire {
  readonly name: string;
  decode(frame: string, to: Listener): void;
  encode(entries: readonly Entry[]): string[];
  welcome(welcome: Welcome): string[];
  /** Messages `from` to `to` are no longer kept. */
  gap(from: number, to: number): string[];
  /** Who is here, anew, for a client that missed changes. */
  members(members: readonly Person[], count: number): string[];
  refusal(code: Refusal, detail: string, id?: string): string[];
}

/** What others call a person: their name, or `guest-` and four characters of the id. */
export function shownName({ id, name }: { id: string; name: string }): string {
  return name || `guest-${id.slice(0, 4)}`;
}
