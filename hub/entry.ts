/**
 * The entries of a room's log: messages, which are kept under a number, and what is only shown to
 * those who are present.
 */

import type { Message } from "../journal/journal.ts";
import type { Person } from "./person.ts";

/** Which people came and left since the last one, net. */
export interface PresenceChange {
  readonly kind: "presence";
  readonly joined: readonly Person[];
  readonly left: readonly string[];
  readonly count: number;
  /** Everybody who is present; undefined in a room too large to list them. */
  readonly members: readonly Person[] | undefined;
  /** The changes are not enough, since some were too many to list: `members` replaces all. */
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

/** What a room's log holds. */
export type Entry = Message | PresenceChange | Typing | Renamed;
