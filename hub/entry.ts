/**
 * The entries of a room's log: messages, which are kept under a number, and what is only shown to
 * those who are present.
 */

import type { LogEntry } from "../journal/journal.ts";
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

/** What members of a room see: its log, and what is only shown. */
export type Entry = LogEntry | PresenceChange | Typing | Renamed;

/** Whether an entry has a number, and is kept. */
export function isLogEntry(entry: Entry): entry is LogEntry {
  return entry.kind === "message" || entry.kind === "change" || entry.kind === "skip";
}

/** The number of an entry; of superseded ones the first. `seq` is the last. */
export function firstOf(entry: LogEntry): number {
  return entry.kind === "skip" ? entry.from : entry.seq;
}
