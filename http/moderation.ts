/** Moderation by admins: muting, and closing an open room to newcomers. */

import { LIMITS } from "../config/limits.ts";
import { isHidden } from "../people/access.ts";
import { isPersonId } from "../wire/room_order.ts";
import { adminOf } from "./admins.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { roomOf } from "./join_request.ts";
import { nothingHere, Problem } from "./problem.ts";

/** `PUT /members/{id}/mute`: they may not write for `seconds`. */
export async function mute(context: Context): Promise<Response> {
  const by = adminOf(context);
  const id = personIn(context);
  const until = await untilOf(context);
  await context.services.people.moderation.mute(by, id, until);
  return Response.json({ id, until });
}

/** `DELETE /members/{id}/mute` */
export async function unmute(context: Context): Promise<Response> {
  const by = adminOf(context);
  await context.services.people.moderation.unmute(by, personIn(context));
  return done();
}

/** `PUT /rooms/{room}/closed`: for `seconds` only people who spoke in this open room before may write. */
export async function closeRoom(context: Context): Promise<Response> {
  const { by, room } = await openRoom(context);
  const until = await untilOf(context);
  await context.services.people.moderation.close(by, room, until);
  return Response.json({ room, until });
}

/** `DELETE /rooms/{room}/closed` */
export async function reopenRoom(context: Context): Promise<Response> {
  const { by, room } = await openRoom(context);
  await context.services.people.moderation.open(by, room);
  return done();
}

/** The name under which the open room of the path is kept. */
async function openRoom(context: Context): Promise<{ by: string; room: string }> {
  const room = roomOf(context);
  const by = adminOf(context);
  if (isHidden(room)) throw new Problem(400, "only open rooms can be closed to newcomers");
  return { by, room: await context.services.hub.resolve(room) };
}

/** The person whom the path names. */
function personIn({ params: { id } }: Context): string {
  if (isPersonId(id)) return id;
  throw nothingHere();
}

async function untilOf({ request }: Context): Promise<number> {
  const { seconds } = await readObject(request);
  const most = LIMITS.moderationSeconds;
  if (Number.isSafeInteger(seconds) && seconds as number > 0 && seconds as number <= most) {
    return Date.now() + (seconds as number) * 1000;
  }
  throw new Problem(400, `seconds must be a whole number from 1 to ${most}`);
}

function done(): Response {
  return new Response(null, { status: 204 });
}
