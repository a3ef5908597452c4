/**
 * Creating rooms, and changing those that have an address instead of a name.
 *
 * To somebody who may not enter a room, nothing here differs from an address that was never issued.
 */

import { LIMITS } from "../config/limits.ts";
import type { LogEntry } from "../journal/journal.ts";
import { isHidden } from "../people/access.ts";
import type { OpenedRoom, RoomActor } from "../people/rooms.ts";
import { cleanTitle, cleanTopic, peopleOf } from "../wire/room_order.ts";
import type { RoomOrder } from "../wire/wire.ts";
import { readObject } from "./body.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { allowedRoom, askerOf, isTokenAdmin, roomOf } from "./join_request.ts";
import { Problem } from "./problem.ts";
import { idOf } from "./posts.ts";
import { personOf as roomPerson, roomObject } from "./room_object.ts";
import { readRooms } from "./rooms.ts";
import { checkNewRoom, checkRate, isNewRoom, submit } from "./submit.ts";

/** `POST /rooms`: an open room, or with `"access":"private"` a private one. */
export async function postRoom(context: Context): Promise<Response> {
  const { access = "open", ...fields } = await readObject(context.request, LIMITS.orderBytes);
  if (access === "open") return await createOpen(context, fields);
  if (access === "private") return await createPrivate(context, fields);
  throw new Problem(400, "access must be open or private; POST /direct opens a direct room");
}

/** A room that is there already stays as it is. */
async function createOpen(
  context: Context,
  { name, topic = "" }: Record<string, unknown>,
): Promise<Response> {
  if (typeof name !== "string") throw new Problem(400, "name must be a string");
  const clean = topicOf(topic);
  const { hub, people } = context.services;
  if (isHidden(name)) throw new Problem(400, "a room's name cannot begin with ~");
  const room = allowedRoom(name, context.identity, people);
  const asked = { ...context, params: { room } };
  const isNew = await isNewRoom(asked);
  if (isNew) {
    await checkNewRoom(asked);
    await submit(asked, (sender) => hub.change(sender, { type: "room", topic: clean }));
  }
  return await roomAnswer(context, { room: await hub.resolve(room), isNew });
}

async function createPrivate(
  context: Context,
  { title, topic = "", members = [], id }: Record<string, unknown>,
): Promise<Response> {
  const clean = cleanTitle(title);
  if (clean === undefined) {
    throw new Problem(400, `title must be a string of 1 to ${LIMITS.title} characters`);
  }
  const order = { title: clean, topic: topicOf(topic), members: membersOf(members), id: idOf(id) };
  const actor = founder(context);
  return await roomAnswer(context, await context.services.rooms.createPrivate(actor, order));
}

/** `POST /direct`: the direct room of these people and the asker; alone it is for their notes. */
export async function postDirect(context: Context): Promise<Response> {
  const { members = [] } = await readObject(context.request, LIMITS.orderBytes);
  const ids = membersOf(members);
  const actor = founder(context);
  return await roomAnswer(context, await context.services.rooms.openDirect(actor, ids));
}

function topicOf(topic: unknown): string {
  const clean = cleanTopic(topic);
  if (clean !== undefined) return clean;
  throw new Problem(400, `topic must be a string of ${LIMITS.topic} characters at most`);
}

function membersOf(members: unknown): string[] {
  const ids = Array.isArray(members) && members.length === 0 ? [] : peopleOf(members);
  if (ids && Array.isArray(members)) return ids;
  throw new Problem(400, `members must be ${LIMITS.membersAtOnce} ids of people at most`);
}

/** Somebody who may create a hidden room, to which they must be able to come back. */
function founder(context: Context): RoomActor {
  const { identity, address, services: { limits } } = context;
  if (!identity.isLasting) {
    throw new Problem(401, "this needs a session or a key: POST /me gives a session", {
      "www-authenticate": "Bearer",
    });
  }
  if (identity.role === "bot") throw new Problem(403, "a bot does not create rooms");
  checkRate(context);
  if (limits.hiddenRoom(address)) return actorOf(context);
  throw new Problem(429, "too many new rooms from your address", { "retry-after": "60" });
}

function actorOf(context: Context): RoomActor {
  return { person: askerOf(context), isAdmin: isTokenAdmin(context) };
}

async function roomAnswer(context: Context, { room, isNew }: OpenedRoom): Promise<Response> {
  const [listed] = await readRooms(context, [room]);
  return jsonAnswer(JSON.stringify(roomObject(context, listed)), isNew ? 201 : 200);
}

/**
 * Changes a hidden room. Whether the asker may enter it is not checked before, since an admin may add
 * themselves to a private room.
 */
export function changeHidden(context: Context, order: RoomOrder, id?: string): Promise<LogEntry> {
  checkRate(context);
  return context.services.rooms.change(actorOf(context), context.params.room, order, id);
}

/** `GET /rooms/{room}/members`: everybody who may enter a hidden room, the oldest first. */
export function roomMembers(context: Context): Response {
  const { hidden } = context.services.people.access;
  const room = roomOf(context);
  if (!isHidden(room)) throw new Problem(404, "an open room has no members: everybody may enter");
  const owner = hidden.ownerOf(room);
  const members = hidden.placesOf(room).map((place) => ({
    ...roomPerson(context, place),
    since: place.since,
    role: place.member === owner ? "owner" : "member",
  }));
  return Response.json({ members });
}
