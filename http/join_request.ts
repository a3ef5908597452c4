/**
 * The join request of an HTTP request: which room, as whom, from which position.
 *
 * Everything is checked as it is read; anything unacceptable throws a {@linkcode Problem}.
 */

import { createHash } from "node:crypto";
import { isHidden } from "../people/access.ts";
import type { Identity } from "../people/identity.ts";
import type { People } from "../people/people.ts";
import type { Credentials, JoinRequest, RoomsRequest } from "../client/services.ts";
import { LIMITS } from "../config/limits.ts";
import type { Person } from "../hub/person.ts";
import { foldName } from "../hub/room_name.ts";
import type { Context } from "./context.ts";
import { Problem, unknownRoom } from "./problem.ts";
import { wholeNumber } from "./query.ts";
import { cleanName, isRoomName } from "../wire/sanitize.ts";
import type { Role, Wire } from "../wire/wire.ts";
import { json } from "../wire/json.ts";

/** Throws unless this may be the name of a room. */
export function checkRoomName(name: string): void {
  if (isRoomName(name)) return;
  throw new Problem(
    400,
    `a room's name is 1 to ${LIMITS.roomName} letters, digits, marks, "-", "_" or ".", ` +
      "starts with a letter or digit, and is in NFC",
  );
}

/**
 * The room of this name, if the name is valid and the person may enter the room. A hidden room that they
 * may not enter is answered as an address that was never issued. A token names rooms in any case and
 * width; its own spelling decides which room it means, since an older database may have several.
 */
export function allowedRoom(name: string, identity: Identity, { access }: People): string {
  if (isHidden(name)) {
    if (access.mayEnter(identity, name)) return name;
    throw unknownRoom();
  }
  checkRoomName(name);
  const { rooms } = identity;
  if (!rooms || rooms.includes(name)) return name;
  const fold = foldName(name);
  const meant = rooms.find((room) => foldName(room) === fold);
  if (meant === undefined) throw new Problem(403, "your token is not for this room");
  return meant;
}

/** The room that the path names. */
export function roomOf({ params, identity, services }: Context): string {
  return allowedRoom(params.room, identity, services.people);
}

/** A name as it is kept, `""` for none. Throws a {@linkcode Problem} for an invalid one. */
export function nameOf(name: string): string {
  const clean = name.trim() === "" ? "" : cleanName(name);
  if (clean !== undefined) return clean;
  const detail = `a name is 1 to ${LIMITS.userName} visible characters`;
  throw new Problem(400, detail, {}, "bad_name");
}

/** The SHA-256 of an email, which Gravatar takes for it. The email itself goes no further. */
export function avatarOf(email: string): string | undefined {
  email = email.trim().toLowerCase();
  if (email.length > LIMITS.emailLength) throw new Problem(400, "this email is too long");
  return email ? createHash("sha256").update(email).digest("hex") : undefined;
}

/** The person of an identity. The name of a token takes precedence. */
export function personOf(name: string, email: string, identity: Identity): Person {
  const avatar = avatarOf(identity.email ?? email);
  return { id: identity.id, name: identity.name ?? nameOf(name), avatar };
}

/** Whether a token makes its bearer an admin. What the directory says may change at any time. */
export function isTokenAdmin({ identity, services }: Context): boolean {
  return services.authenticator.needsToken && identity.role === "admin";
}

/** What the person is in a room. */
function roleIn({ identity, services }: Context, room: string): Role {
  const { hidden } = services.people.access;
  return hidden.ownerOf(room) === identity.id ? "owner" : identity.role;
}

/** The part of an email before the `@`: the name of somebody who has no other. */
function nameIn(email: string): string {
  return [...email.trim().split("@")[0]].slice(0, LIMITS.userName).join("");
}

/** What the query says of somebody. A token says all there is to say of its bearer. */
export function askedOf({ url: { searchParams }, identity }: Pick<Context, "url" | "identity">): {
  name: string | undefined;
  email: string | undefined;
} {
  const asked = (field: string) => {
    return identity.isFromToken ? undefined : searchParams.get(field) ?? undefined;
  };
  return { name: asked("name"), email: asked("email") };
}

/**
 * Who makes a request.
 *
 * @param name what the body calls them, which the query does otherwise
 */
export function askerOf(context: Context, name = ""): Person {
  const asked = askedOf(context);
  return personOf(name || asked.name || "", asked.email ?? "", context.identity);
}

/** Who a client is, whatever its wire. */
function credentialsOf(context: Context, wire: string): Credentials {
  const { identity, address, services: { people } } = context;
  const asked = askedOf(context);
  const email = identity.email ?? asked.email ?? "";
  const name = asked.name ?? (wire === "gochatting" ? nameIn(email) : "");
  return {
    address,
    person: personOf(name, email, identity),
    named: identity.name !== undefined,
    isAdmin: isTokenAdmin(context),
    mayEnter: (room) => people.access.mayEnter(identity, room),
    isCurrent: () => people.isCurrent(identity),
    expires: identity.expires ?? Infinity,
  };
}

/** The join request of a client that speaks `wire` in `room`. */
export function joinRequestOf(context: Context, room: string, wire: Wire): JoinRequest {
  const { url: { searchParams }, services } = context;
  const credentials = credentialsOf(context, wire.name);
  const { isCurrent, mayEnter } = credentials;
  const resumable = wire === json || wire.name === "events";
  const replay = wholeNumber(searchParams, "replay") ?? (resumable ? services.config.replay : 0);
  return {
    ...credentials,
    room,
    wire,
    role: roleIn(context, room),
    isCurrent: () => isCurrent() && mayEnter(room),
    observer: wire.name === "events",
    since: resumable ? wholeNumber(searchParams, "since") : undefined,
    epoch: searchParams.get("epoch") || undefined,
    // A client that has nothing yet has no time either.
    at: resumable ? wholeNumber(searchParams, "at") || undefined : undefined,
    replay: Math.min(replay, LIMITS.replay),
  };
}

/** What a connection for all rooms asks for; its position is one in the person's own log. */
export function roomsRequestOf(context: Context): RoomsRequest {
  const { url: { searchParams }, identity } = context;
  return {
    ...credentialsOf(context, "rooms"),
    role: identity.role,
    since: wholeNumber(searchParams, "since"),
    epoch: searchParams.get("epoch") || undefined,
    at: wholeNumber(searchParams, "at") || undefined,
    find: (name) => findRoom(context, name),
  };
}

function findRoom(context: Context, name: string): ReturnType<RoomsRequest["find"]> {
  try {
    const room = allowedRoom(name, context.identity, context.services.people);
    return { room, role: roleIn(context, room) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const code = error.status === 404
      ? "unknown_room"
      : error.status === 403
      ? "not_allowed"
      : "bad_command";
    return { code, detail: error.message };
  }
}
