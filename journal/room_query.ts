/** Selecting the rooms of a query among rooms in memory. */

import { compareCodePoints, foldName } from "../hub/room_name.ts";
import type { RoomQuery, RoomSummary } from "./journal.ts";

/** Selects the rooms that a query asks for, in its order. Ignores `names`. */
export function selectRooms<T extends RoomSummary>(
  rooms: readonly T[],
  { after, q = "", limit }: RoomQuery,
): T[] {
  const text = foldName(q);
  const entries = rooms.map((room) => ({ room, fold: foldName(room.name) }))
    .filter(({ fold }) => fold.includes(text));
  if (after === undefined) {
    return entries.map(({ room }) => room).sort((a, b) => b.at - a.at).slice(0, limit);
  }
  const start = { room: { name: after }, fold: foldName(after) };
  return entries.filter((entry) => compareEntries(entry, start) > 0).sort(compareEntries)
    .slice(0, limit).map(({ room }) => room);
}

interface Entry {
  readonly room: { readonly name: string };
  readonly fold: string;
}

function compareEntries(a: Entry, b: Entry): number {
  return compareCodePoints(a.fold, b.fold) || compareCodePoints(a.room.name, b.room.name);
}
