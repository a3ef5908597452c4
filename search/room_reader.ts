/**
 * Reads the next entries of a room from the journal, as a batch for the index.
 *
 * Messages come as they are at that moment. An edit or a deletion of an older one is taken from the log
 * where it comes; the text of the message is then read again. Anything can be read twice without harm.
 */

import { LIMITS } from "../config/limits.ts";
import { firstOf } from "../hub/entry.ts";
import type { Journal, LogEntry, Message } from "../journal/journal.ts";
import { type Indexed, indexedOf } from "./document.ts";
import type { Position, RoomBatch } from "./requests.ts";

/** The entries behind a position. */
export type Reading =
  /** The room has another history than the one that is indexed. */
  | { readonly isDiverged: true }
  | { readonly isDiverged: false; readonly batch: RoomBatch; readonly hasMore: boolean };

/**
 * Reads the entries behind a position, {@linkcode LIMITS.search}`.batch` at most.
 *
 * @param keepsAll nothing is ever forgotten
 */
export async function readRoom(
  journal: Journal,
  position: Position,
  keepsAll: boolean,
): Promise<Reading> {
  const { room, seq, at } = position;
  const { batch: limit } = LIMITS.search;
  // From the position itself, to see that it is still the same entry.
  const entries = await journal.after(room, Math.max(0, seq - 1), limit);
  if (seq > 0 && hasDiverged(entries[0], position)) return { isDiverged: true };
  const fresh = entries.filter((entry) => entry.seq > seq);
  const last = fresh.at(-1) ?? { seq, at: entries[0]?.at ?? at };
  const batch: RoomBatch = {
    room,
    after: seq,
    seq: last.seq,
    at: last.at,
    added: fresh.flatMap(addedOf),
    ...await changesOf(journal, position, fresh),
    oldest: keepsAll ? undefined : await oldestOf(journal, room),
  };
  return { isDiverged: false, batch, hasMore: entries.length === limit };
}

/**
 * Whether the entry at a position is another one than the one that was read there. Of superseded entries only
 * the time of a later one is known, and below the oldest kept message there is nothing to compare.
 */
function hasDiverged(entry: LogEntry | undefined, { seq, at }: Position): boolean {
  if (!entry) return true;
  if (firstOf(entry) > seq) return false;
  return entry.kind === "skip" ? entry.at < at : entry.at !== at;
}

function addedOf(entry: LogEntry): Indexed[] {
  return entry.kind === "message" && !entry.deleted ? [indexedOf(entry)] : [];
}

/** What the entries did to messages that were read before. */
async function changesOf(
  journal: Journal,
  { room, seq }: Position,
  entries: readonly LogEntry[],
): Promise<Pick<RoomBatch, "changed" | "deleted">> {
  const changed: Indexed[] = [];
  const deleted: number[] = [];
  for (const of of targetsOf(entries)) {
    if (of > seq) continue;
    const message = await messageAt(journal, room, of);
    if (message && !message.deleted) changed.push(indexedOf(message));
    else deleted.push(of);
  }
  return { changed, deleted };
}

/** The messages whose texts these entries change. */
function targetsOf(entries: readonly LogEntry[]): Set<number> {
  return new Set(entries.flatMap((entry) => {
    if (entry.kind !== "change") return [];
    const { action } = entry;
    return action.type === "edit" || action.type === "delete" ? [action.of] : [];
  }));
}

/** A message as it is now; undefined if it is not kept. */
export async function messageAt(
  journal: Journal,
  room: string,
  seq: number,
): Promise<Message | undefined> {
  const { messages: [message] } = await journal.page(room, { after: seq - 1, limit: 1 });
  return message?.seq === seq ? message : undefined;
}

async function oldestOf(journal: Journal, room: string): Promise<number | undefined> {
  const [oldest] = await journal.after(room, 0, 1);
  return oldest && firstOf(oldest);
}
