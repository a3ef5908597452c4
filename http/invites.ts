/** `/invites`: the invitations of a chat, which admins make. */

import { LIMITS } from "../config/limits.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { checkAdmin, personalAnswer, shownLink } from "./personal.ts";
import { Problem, unknownRoom } from "./problem.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** `GET /invites`: those that can still be used. */
export function listInvites(context: Context): Response {
  checkAdmin(context);
  const { links } = context.services.people;
  const invites = links.invitations()
    .map(({ id, by, created, expires, uses, role = "member", rooms }) => {
      return { id, by, created, expires, uses, role, rooms };
    });
  return personalAnswer({ invites });
}

/** `POST /invites`: a new one. It makes members, whom admins may promote. */
export async function createInvite(context: Context): Promise<Response> {
  checkAdmin(context);
  const { id: by } = context.identity;
  const { uses = 1, days = 7, rooms } = await readObject(context.request);
  const order = {
    kind: "invite" as const,
    by,
    expires: Date.now() + numberOf("days", days, LIMITS.inviteDays) * DAY_MS,
    uses: numberOf("uses", uses, LIMITS.inviteUses),
    ...(rooms !== undefined && { rooms: roomsOf(rooms, context) }),
  };
  const { links, audit } = context.services.people;
  const link = await links.create(order);
  await audit.note({ by, action: "invite", to: link.record.id });
  const { id, uses: left, created } = link.record;
  const shown = { id, ...shownLink(context, link), uses: left, created, rooms: order.rooms };
  return personalAnswer(shown, 201);
}

/** `DELETE /invites/{id}` */
export async function withdrawInvite(context: Context): Promise<Response> {
  checkAdmin(context);
  const { identity, params, services } = context;
  const { links, audit } = services.people;
  await links.withdraw(identity.id, params.invite);
  await audit.note({ by: identity.id, action: "withdraw", to: params.invite });
  return personalAnswer(undefined);
}

function numberOf(name: string, value: unknown, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) {
    return value;
  }
  throw new Problem(400, `${name} must be a whole number from 1 to ${most}`);
}

/** Private rooms that the admin may enter. */
function roomsOf(rooms: unknown, { identity, services }: Context): string[] {
  const { access } = services.people;
  if (!Array.isArray(rooms) || rooms.length > LIMITS.inviteRooms) {
    throw new Problem(400, `rooms must be ${LIMITS.inviteRooms} addresses at most`);
  }
  return [...new Set(rooms)].map((room) => {
    const isPrivate = typeof room === "string" &&
      access.hidden.enterable(identity.id, room)?.access === "private";
    if (!isPrivate) throw unknownRoom();
    return room;
  });
}
