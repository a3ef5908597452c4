/** `GET /rooms`: the rooms that somebody may enter, a page at a time. */

import { LIMITS } from "../config/limits.ts";
import type { ListedRoom } from "../hub/room_list.ts";
import { foldName } from "../hub/room_name.ts";
import { selectRooms } from "../journal/room_query.ts";
import type { Context } from "./context.ts";
import { wholeNumber } from "./query.ts";
import { peopleOf, type RoomObject, roomObject } from "./room_object.ts";

/**
 * Open rooms that have people or messages, and all hidden rooms that the asker may enter: by newest
 * activity, or by name after `?after=`, and only those whose names, titles or people contain `?q=`.
 */
export async function listRooms(context: Context): Promise<Response> {
  const { url: { searchParams }, services: { hub }, identity } = context;
  const most = LIMITS.roomsListed;
  const after = searchParams.get("after") ?? undefined;
  const q = searchParams.get("q") ?? undefined;
  const limit = wholeNumber(searchParams, "limit", { least: 1, most }) ?? most;
  const open = await hub.list({ after, q, names: identity.rooms, limit });
  const hidden = await readRooms(context, hiddenRooms(context, { after, q, limit }));
  const rooms = selectRooms([...open.rooms, ...hidden], { after, limit });
  return Response.json({
    rooms: rooms.map((room): RoomObject => roomObject(context, room)),
    more: open.more || open.rooms.length + hidden.length > limit,
  });
}

/** The rooms of these addresses, whether anything was said in them or not. */
export async function readRooms(
  { services: { hub } }: Context,
  names: readonly string[],
): Promise<ListedRoom[]> {
  if (names.length === 0) return [];
  const { rooms } = await hub.list({ names, limit: names.length });
  const known = new Map(rooms.map((room) => [room.name, room]));
  return names.map((name) => known.get(name) ?? { name, members: 0, seq: 0, messages: 0, at: 0 });
}

/**
 * The addresses of the hidden rooms of the asker that a page of the list may have. By name these are
 * the next ones; by activity, which the journal knows, the newest {@linkcode LIMITS.hiddenRoomsListed}.
 */
function hiddenRooms(
  context: Context,
  { after, q = "", limit }: { after?: string; q?: string; limit: number },
): string[] {
  const { identity: { id }, services: { people: { access: { hidden } } } } = context;
  const text = foldName(q);
  let names = [...hidden.roomsOf(id)].filter((room) => isWanted(context, room, text));
  if (after !== undefined) {
    const rooms = names.map((name) => ({ name, seq: 0, at: 0, messages: 0 }));
    return selectRooms(rooms, { after, limit: limit + 1 }).map(({ name }) => name);
  }
  if (names.length <= LIMITS.hiddenRoomsListed) return names;
  const since = (room: string) => hidden.place(room, id)?.since ?? 0;
  names = names.sort((a, b) => since(b) - since(a));
  return names.slice(0, LIMITS.hiddenRoomsListed);
}

/** Whether a room's title or people contain a text; a direct room only of people who are blocked is left out. */
function isWanted(context: Context, room: string, text: string): boolean {
  const { identity: { id }, services: { people: { access: { hidden }, blocks } } } = context;
  const record = hidden.get(room);
  if (!record) return false;
  if (record.access === "private") return foldName(record.title ?? "").includes(text);
  const others = hidden.placesOf(room).filter(({ member }) => member !== id);
  if (others.length > 0 && others.every(({ member }) => blocks.has(id, member))) return false;
  return text === "" || peopleOf(context, room).some(({ name }) => foldName(name).includes(text));
}
