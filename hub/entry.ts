/**
 * The entries of a room's log: messages, which are kept under a number, and presence, typing and
 * renames, which are only shown to the people who are present.
 */

import type { Message } from "../journal/journal.ts";
import type { Person } from "./person.ts";

/** The people who came and left since the last entry of this kind, net. */
export interface PresenceChange {
  readonly kind: "presence";
  readonly joined: readonly Person[];
  readonly left: readonly string[];
  readonly count: number;
  /** Everybody who is present; undefined in a room too large to list them. */
  readonly members: readonly Person[] | undefined;
  /** There were too many changes to list: `members` replaces everything. */
  readonly snapshot: boolean;
}

/** Somebody was typing at the time `at` (of `performance.now()`). */
export interface Typing {
  readonly kind: "typing";
  readonly at: number;
  readonly from: string;
  readonly name: string;
}

/** Somebody chose another name. */
export interface Renamed {
  readonly kind: "renamed";
  readonly from: string;
  readonly name: string;
}

/** An entry of a room's log. */
export type Entry = Message | PresenceChange | Typing | Renamed;
