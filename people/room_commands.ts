/**
 * Commands that change a hidden room, and what is remembered of them.
 *
 * A room's record has the ids of its newest commands, so that a command that is sent again, to whichever
 * server, is not carried out again.
 */

import { LIMITS } from "../config/limits.ts";
import type { LogEntry } from "../journal/journal.ts";
import type { RoomOrder } from "../wire/wire.ts";
import { hashOf, idKey } from "./ids.ts";
import type { RoomRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import { memberKey } from "./room_log.ts";

type Entries = ReadonlyMap<string, LogEntry>;

/** The entries that show what was ordered, newest first. */
function shown(
  entries: Entries,
  { title, topic, archived, add = [], remove = [] }: RoomOrder,
): LogEntry[] {
  const keys = [...add, ...remove].map(memberKey);
  if (title !== undefined) keys.push("title");
  if (topic !== undefined) keys.push("topic");
  if (archived !== undefined) keys.push("archived");
  return keys.flatMap((key) => entries.get(key) ?? []).sort((a, b) => b.seq - a.seq);
}

/** The entry of the command itself; without an id, the newest of what was ordered. */
export function ownEntry(entries: Entries, order: RoomOrder, id?: string): LogEntry | undefined {
  return shown(entries, order).find((entry) => id === undefined || entry.id === id);
}

/**
 * The entry that had already done what a command asks for.
 *
 * @throws {Refused} if there is none
 */
export function doneBefore(entries: Entries, order: RoomOrder, id?: string): LogEntry {
  const [entry] = shown(entries, order);
  if (!entry) throw new Refused("bad", "this changes nothing");
  return { ...entry, id, duplicate: true };
}

/** How a room remembers a command. */
function commandKey(by: string, id: string): string {
  return `${idKey(by)}/${id}`;
}

function fingerprint(order: RoomOrder): string {
  const { topic, title, add, remove, archived } = order;
  return hashOf(JSON.stringify([topic, title, add, remove, archived])).slice(0, LIMITS.memberId);
}

/**
 * Whether the room has seen this command.
 *
 * @throws {Refused} if its id belongs to another one
 */
export function isKnown(
  room: RoomRecord | undefined,
  by: string,
  order: RoomOrder,
  id?: string,
): boolean {
  const seen = id === undefined ? undefined : room?.recent?.[commandKey(by, id)];
  if (seen === undefined || seen === fingerprint(order)) return seen !== undefined;
  throw new Refused("conflict", "this id belongs to another command");
}

/** The record of a room that remembers one more command. */
export function remember(
  { recent = {} }: RoomRecord,
  by: string,
  order: RoomOrder,
  id: string | undefined,
): Pick<RoomRecord, "recent"> {
  if (id === undefined) return {};
  const newest = Object.entries(recent).slice(1 - LIMITS.commandsRemembered);
  return { recent: Object.fromEntries([...newest, [commandKey(by, id), fingerprint(order)]]) };
}
