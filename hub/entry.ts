/**
 * The entries of a room's log: messages, which are kept, and what is only told to those who are here.
 */

import type { Message } from "../journal/journal.ts";
import type { Person } from "./person.ts";

/** Who came and who went since the last one, net. */
export interface Presence {
  readonly kind: "presence";
  readonly joined: readonly Person[];
  readonly left: readonly string[];
  readonly count: number;
  /** Who is here now; undefined in a room too large to tell. */
  readonly members: readonly Person[] | undefined;
  /** Changes are not enough: there had been too many to tell. */
  readonly snapshot: boolean;
}

/** Somebody was typing at the time `at` (of `performance.now()`). */
export interface Typing {
  readonly kind: "typing";
  readonly at: number;
  readonly from: string;
  readonly name: string;
}

/** Somebody took another name. */
export interface Renamed {
  readonly kind: "renamed";
  readonly from: string;
  readonly name: string;
}

/** What a room's log holds. */
export type Entry = Message | Presence | Typing | Renamed;
