/**
 * The entries of a room's log: messages, which are kept under a number, and presence, typing and
 * renames, which are only shown to the people who are present.
 */

import type { LogEntry } from "../journal/journal.ts";
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

/** An entry as the members of a room see it: of its log, or one that is only shown. */
export type Entry = LogEntry | PresenceChange | Typing | Renamed;

/** Whether an entry has a number, and is kept. */
export function isLogEntry(entry: Entry): entry is LogEntry {
  return entry.kind === "message" || entry.kind === "change" || entry.kind === "skip";
}

/** The number of an entry; of superseded ones the first. `seq` is the last. */
export function firstOf(entry: LogEntry): number {
  return entry.kind === "skip" ? entry.from : entry.seq;
}

/**
 * Whether the entry that was given `since` shows another history than the client's, in which it was
 * written at `sinceAt`. An entry that was written later cannot have the same time under the same number;
 * of superseded entries only the time of a later one is known.
 */
export function differs(entry: LogEntry, since: number, sinceAt: number): boolean {
  if (entry.kind === "skip" || entry.seq !== since) return entry.at < sinceAt;
  return entry.at !== sinceAt;
}
