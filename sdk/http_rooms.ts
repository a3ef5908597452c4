/**
 * The calls over HTTP that create and change rooms.
 *
 * Private and direct rooms need a session, a key or a token. What is refused throws an
 * {@linkcode HttpError}: 403 for what this person may not do, 404 for a room that they may not enter.
 */

import { list, object, text, time } from "./check.ts";
import { checkPerson, checkRoom } from "./decode.ts";
import { ask, jsonBody, perform, roomUrl, type Server, under } from "./http.ts";
import type { Person, RoomSummary } from "./protocol.ts";

/** More than any room has. */
const MOST = 10_000;

/** Somebody who may enter a hidden room. */
export interface RoomMember extends Person {
  /** `owner` or `member`. */
  readonly role: string;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
}

/** A private room that is to be created. */
export interface NewRoom {
  readonly title: string;
  readonly topic?: string;
  /** The ids of those who may enter it, beside its creator. */
  readonly members?: readonly string[];
  /** The creator's name, which the server does not keep for visitors. */
  readonly name?: string;
  /** With the same id there is one room, however often it is asked for. */
  readonly id?: string;
}

/** What is changed about a room. */
export interface RoomOrder {
  readonly topic?: string;
  readonly title?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly archived?: boolean;
}

const checkMembers = object({
  members: list(
    (value) => ({
      ...checkPerson(value),
      ...object<Pick<RoomMember, "role" | "since">>({ role: text, since: time })(value),
    }),
    MOST,
  ),
});

/** An address that carries the asker's name. */
function named(address: URL, name: string | undefined): URL {
  if (name) address.searchParams.set("name", name);
  return address;
}

/**
 * Creates a private room.
 *
 * @example
 * ```ts
 * const { name } = await createPrivateRoom({ url, token, title: "Tea", members: [ann.id] });
 * const room = connectRoom({ url, token, room: name });
 * ```
 */
export async function createPrivateRoom(
  { url, title, topic, members, id, name, ...server }: Server & NewRoom,
): Promise<RoomSummary> {
  const body = jsonBody("POST", { access: "private", title, topic, members, id });
  return await ask(checkRoom, named(under(url, "rooms"), name), server, body);
}

/** The direct room of these people and oneself; alone it is for one's notes. */
export async function openDirectRoom(
  { url, members, name, ...server }: Server & { members: readonly string[]; name?: string },
): Promise<RoomSummary> {
  const body = jsonBody("POST", { members });
  return await ask(checkRoom, named(under(url, "direct"), name), server, body);
}

/** Changes a room: all of it or none. To leave is to remove oneself. */
export async function changeRoom(
  { url, room, name, order, ...server }: Server & { room: string; name?: string; order: RoomOrder },
): Promise<void> {
  await perform(named(roomUrl(url, room), name), server, jsonBody("PATCH", order));
}

/** Everybody who may enter a hidden room, the oldest first. */
export async function listRoomMembers(
  { url, room, ...server }: Server & { room: string },
): Promise<RoomMember[]> {
  const address = roomUrl(url, room);
  address.pathname += "/members";
  return (await ask(checkMembers, address, server)).members;
}
