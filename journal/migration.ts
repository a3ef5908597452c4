/**
 * Copying a journal to another place: rooms, messages in their current state, changes, numbers, ids,
 * epoch and secret, so that clients that reconnect there miss nothing and get nothing twice.
 *
 * It continues, room by room, after what the new place has, so it can be stopped at any moment and run
 * again, also to copy what was kept in the old place meanwhile. It begins only in an empty place, and
 * continues only if the newest entry of the new place is the same in the old one.
 */

import { LIMITS } from "../config/limits.ts";
import { keyOf } from "./changes.ts";
import {
  type Change,
  type ImportTarget,
  type Journal,
  JournalError,
  type LogEntry,
  type RoomSummary,
} from "./journal.ts";

/** How far it is. */
export interface Progress {
  /** Entries that the new place has. */
  readonly done: number;
  /** Entries that it will have. */
  readonly total: number;
}

interface Stretch {
  readonly room: string;
  /** The newest entry that the new place has. */
  at: number;
  /** The newest one that the old place has. */
  readonly end: number;
}

/**
 * Copies everything from `from` that `to` does not have yet.
 *
 * @param tell is called after each batch, and once before
 * @throws {JournalError} if `to` has messages that are not from there
 */
export async function migrate(
  from: Journal,
  to: ImportTarget,
  tell: (progress: Progress) => void,
): Promise<Progress> {
  const had = new Map<string, number>();
  for await (const { name, seq } of logsOf(to)) if (seq > 0) had.set(name, seq);
  if (to.epoch !== from.epoch) {
    if (had.size > 0) throw new JournalError("--to: it holds messages of its own, choose another");
    await to.adoptIdentity(from.epoch, from.secret);
  }
  let done = 0;
  let total = 0;
  const stretches: Stretch[] = [];
  for await (const { name: room, seq: end } of logsOf(from)) {
    const [oldest] = await from.after(room, 0, 1);
    if (!oldest) continue;
    const at = had.get(room) ?? 0;
    if (at > 0) await compare(room, at, from, to);
    const first = firstOf(oldest);
    total += end - first + 1;
    done += Math.max(0, Math.min(at, end) - first + 1);
    stretches.push({ room, at, end });
  }
  tell({ done, total });
  for (const stretch of stretches) {
    const { room } = stretch;
    for (;;) {
      const had = stretch.at;
      const page = await next(stretch, from);
      if (page.length === 0) break;
      const first = firstOf(page[0]);
      const older = first > had + 1 ? await settingsBefore(from, room, first) : [];
      await to.importEntries(room, [...older, ...page], await from.messagesUpTo(room, first - 1));
      done += stretch.at - first + 1;
      tell({ done, total });
    }
  }
  return { done, total };
}

/** All rooms, by name, and then all other logs. */
async function* logsOf(journal: Journal): AsyncGenerator<RoomSummary> {
  for (const which of [{}, { unlisted: true }] as const) {
    for (let after = "";;) {
      const page = await journal.rooms({ ...which, after, limit: LIMITS.inheritance });
      yield* page;
      if (page.length < LIMITS.inheritance) break;
      after = page.at(-1)!.name;
    }
  }
}

/** The settings of a log that are older than some entry, oldest first. */
async function settingsBefore(from: Journal, room: string, first: number): Promise<Change[]> {
  const older: Change[] = [];
  for (let after = "";;) {
    const { changes } = await from.settings(room, { after, limit: LIMITS.inheritance });
    older.push(...changes.filter(({ seq }) => seq < first));
    if (changes.length < LIMITS.inheritance) return older.sort((a, b) => a.seq - b.seq);
    const { action, from: member } = changes.at(-1)!;
    after = keyOf(action, member);
  }
}

/** The next entries to copy. What is kept while it runs is left to the next run. */
async function next(stretch: Stretch, from: Journal): Promise<LogEntry[]> {
  const page = await from.after(stretch.room, stretch.at, LIMITS.inheritance);
  const due = page.filter(({ seq }) => seq <= stretch.end);
  stretch.at = due.at(-1)?.seq ?? stretch.at;
  return due;
}

/** Throws if the newest entry of the new place is another one in the old place. */
async function compare(room: string, seq: number, from: Journal, to: Journal): Promise<void> {
  const [here] = await to.after(room, seq - 1, 1);
  const [there] = await from.after(room, seq - 1, 1);
  // The old place may not have it yet, or no longer: then there is nothing to compare.
  if (there?.seq !== seq || !here || isSameEntry(here, there)) return;
  throw new JournalError(
    `--to: entry ${seq} of the room ${room} is another there: both were written to since`,
  );
}

/** Whether it is one entry in both places, though it may have been changed or superseded since. */
function isSameEntry(here: LogEntry, there: LogEntry): boolean {
  if (here.kind === "skip" || there.kind === "skip") return true;
  if (here.kind === "change" || there.kind === "change") {
    return JSON.stringify(here) === JSON.stringify(there);
  }
  const parts = ["at", "from", "name", "id"] as const;
  if (parts.some((part) => here[part] !== there[part])) return false;
  return here.text === there.text || (there.v ?? 0) > (here.v ?? 0);
}

function firstOf(entry: LogEntry): number {
  return entry.kind === "skip" ? entry.from : entry.seq;
}
