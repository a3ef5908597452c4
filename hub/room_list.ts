/** The list of rooms: what the journal keeps, and the people of the rooms that are open here. */

import type { Journal, RoomQuery, RoomSummary } from "../journal/journal.ts";
import { selectRooms } from "../journal/room_query.ts";
import type { OpenRooms } from "./open_rooms.ts";
import { foldName } from "./room_name.ts";

/** A room of the list. */
export type ListedRoom = RoomSummary & { readonly members: number };

/** A page of the list. */
export interface RoomList {
  readonly rooms: readonly ListedRoom[];
  /** There are more of them. */
  readonly more: boolean;
}

/**
 * Lists rooms that have people or messages. Ordered by newest activity, rooms in which nothing was said
 * come last, so that people who only look into new rooms cannot push others off the page.
 */
export async function listRooms(
  journal: Journal,
  open: OpenRooms,
  query: RoomQuery,
): Promise<RoomList> {
  const { limit, names } = query;
  const page = { ...query, limit: limit + 1 };
  const rooms = (await journal.rooms(page)).map((room): ListedRoom => {
    const here = open.get(room.name);
    const topic = here?.settings.topic ?? room.topic;
    return { ...room, members: here?.count ?? room.members ?? 0, ...(topic && { topic }) };
  });
  const listed = new Set(rooms.map(({ name }) => name));
  const meant = names && new Set(names.map(foldName));
  for (const { name, seq, count } of open.values()) {
    if (seq > 0 || count === 0 || listed.has(name)) continue;
    if (meant?.has(foldName(name)) ?? true) {
      rooms.push({ name, members: count, seq, messages: 0, at: 0 });
    }
  }
  const found = selectRooms(rooms, page);
  return { rooms: found.slice(0, limit), more: found.length > limit };
}
