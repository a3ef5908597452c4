/** `hello`: a person's rooms as they are when a connection for all rooms begins. */

import { LIMITS } from "../config/limits.ts";
import type { Hello, HelloRoom } from "../wire/all_rooms.ts";
import type { OwnLog } from "./own.ts";
import type { Credentials, Services } from "./services.ts";

type Listed = { name: string; seq: number; at: number; messages: number; members: number };

const EMPTY: Omit<Listed, "name"> = { seq: 0, at: 0, messages: 0, members: 0 };

/** The rooms of a person: hidden, starred, or with a read mark; last read first. */
export function roomsOf(
  { person: { id }, mayEnter }: Credentials,
  own: OwnLog,
  { rules }: Pick<Services, "rules">,
): string[] {
  const names = new Set([...rules.hiddenRooms(id), ...own.starred, ...own.marks.keys()]);
  const readAt = (room: string) => own.marks.get(room)?.at ?? 0;
  return [...names].filter(mayEnter)
    .sort((a, b) => readAt(b) - readAt(a));
}

/** Rooms as `hello` lists them; of those that are not kept yet, that there is nothing in them. */
export async function describeRooms(
  names: readonly string[],
  own: OwnLog,
  { hub, rules }: Pick<Services, "hub" | "rules">,
): Promise<HelloRoom[]> {
  const found = names.length > 0 ? await hub.list({ names, limit: names.length }) : { rooms: [] };
  const byName = new Map(found.rooms.map((room) => [room.name, room]));
  return names.map((name) => {
    const room = byName.get(name) ?? EMPTY;
    const { seq, at, messages, members: count } = room;
    const { title, access } = rules.describe(name);
    const topic = "topic" in room ? room.topic : undefined;
    const mark = own.marks.get(name);
    const isUnread = (mention: { room: string; seq: number }) =>
      mention.room === name && mention.seq > (mark?.seq ?? 0);
    return {
      name,
      title,
      seq,
      at,
      messages,
      count,
      topic,
      access,
      members: access === "direct" ? rules.peopleOf(name) : undefined,
      read: mark?.read ?? 0,
      mentions: own.mentions.filter(isUnread).length,
      muted: own.muted.has(name) || undefined,
      starred: own.starred.has(name) || undefined,
    };
  });
}

/** The first object of a connection. */
export async function helloOf(
  credentials: Credentials,
  role: Hello["role"],
  own: OwnLog,
  services: Services,
): Promise<Hello> {
  const { seq, at } = own;
  const names = roomsOf(credentials, own, services);
  return {
    you: credentials.person,
    role,
    epoch: services.journal.epoch,
    own: { seq, at },
    rooms: await describeRooms(names.slice(0, LIMITS.helloRooms), own, services),
    more: names.length > LIMITS.helloRooms,
  };
}
