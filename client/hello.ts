/** A person's rooms as `hello` and `rooms` describe them. */

import { LIMITS } from "../config/limits.ts";
import { mentionedIn } from "../hub/mentions.ts";
import type { Hello, HelloRoom } from "../wire/all_rooms.ts";
import { shownName } from "../wire/wire.ts";
import type { Mention, OwnLog } from "./own.ts";
import type { Credentials, RoomsRequest, Services } from "./services.ts";

const EMPTY = { seq: 0, at: 0, messages: 0, members: 0 };

/**
 * The rooms of a person: hidden, starred, with a read mark, or with a mention that they have not read;
 * last read first.
 */
export function roomsOf(
  { person: { id }, mayEnter }: Credentials,
  own: OwnLog,
  { rules }: Pick<Services, "rules">,
): string[] {
  const mentioned = [...own.roomsWithMentions()].filter((room) => own.unread(room).length > 0);
  const names = new Set([
    ...rules.hiddenRooms(id),
    ...own.starred,
    ...own.marks.keys(),
    ...mentioned,
  ]);
  const readAt = (room: string) => own.marks.get(room)?.at ?? 0;
  return [...names].filter(mayEnter).sort((a, b) => readAt(b) - readAt(a));
}

/** Rooms as they are now; of those that are not kept yet, that there is nothing in them. */
export async function describeRooms(
  names: readonly string[],
  own: OwnLog,
  { hub, rules }: Pick<Services, "hub" | "rules">,
): Promise<HelloRoom[]> {
  const { rooms } = names.length > 0
    ? await hub.list({ names, limit: names.length })
    : { rooms: [] };
  const listed = new Map(rooms.map((room) => [room.name, room]));
  return names.map((name): HelloRoom => {
    const room = listed.get(name);
    const { seq, at, messages, members: count } = room ?? EMPTY;
    const { title, access, archived, closed } = rules.describe(name);
    return {
      name,
      title,
      archived,
      closed,
      seq,
      at,
      messages,
      count,
      topic: room?.topic,
      access,
      members: access === "direct" ? rules.peopleOf(name).map(named) : undefined,
      read: own.marks.get(name)?.read ?? 0,
      mentions: own.unread(name).length,
      muted: own.muted.has(name) || undefined,
      starred: own.starred.has(name) || undefined,
    };
  });
}

const named = ({ id, name }: { id: string; name: string }) => ({
  id,
  name: shownName({ id, name }),
});

/**
 * The messages of mentions as they are now, of those that are kept and not deleted; what is not is
 * forgotten.
 */
export async function readMentions(
  mentions: readonly Mention[],
  own: OwnLog,
  { journal }: Pick<Services, "journal">,
) {
  const found = await Promise.all(mentions.map(async (mention) => {
    const message = await mentionedIn(mention.room, mention.seq, journal);
    if (message) return [{ mention, message }];
    own.forget(mention);
    return [];
  }));
  return found.flat();
}

/**
 * The first object of a connection, which describes these of the person's rooms. Its numbers are right even
 * if mentions were deleted meanwhile.
 */
export async function helloOf(
  { since, epoch, at, ...request }: RoomsRequest,
  own: OwnLog,
  names: readonly string[],
  services: Services,
): Promise<Hello> {
  // What comes after this is reported.
  const position = { seq: own.seq, at: own.at };
  const listed = names.slice(0, LIMITS.helloRooms);
  const isOther = epoch !== undefined && epoch !== services.journal.epoch;
  const reset = since !== undefined && (isOther || !await own.knows(since, at));
  await readMentions(listed.flatMap((room) => own.unread(room)), own, services);
  const rooms = await describeRooms(listed, own, services);
  return {
    you: request.person,
    role: request.role,
    epoch: services.journal.epoch,
    own: position,
    rooms: rooms.filter(({ name }) => request.mayEnter(name)),
    more: names.length > listed.length,
    reset,
  };
}
