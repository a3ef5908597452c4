/** A room as lists and answers show it. */

import { LIMITS } from "../config/limits.ts";
import type { ListedRoom } from "../hub/room_list.ts";
import type { PlaceRecord } from "../people/records.ts";
import { shownName } from "../wire/wire.ts";
import type { Context } from "./context.ts";

/** Somebody who may enter a hidden room. */
export interface RoomPerson {
  readonly id: string;
  readonly name: string;
}

/** A room. */
export interface RoomObject {
  readonly name: string;
  /** The number of people who are present. */
  readonly members: number;
  readonly seq: number;
  readonly messages: number;
  readonly at: number;
  readonly topic?: string;
  readonly access: "open" | "private" | "direct";
  readonly title?: string;
  readonly archived?: true;
  /** Until when an open room is closed to newcomers. */
  readonly closed?: number;
  /** Of a direct room: everybody whose room it is. */
  readonly people?: readonly RoomPerson[];
}

/** The object of a room that the asker may enter. */
export function roomObject(context: Context, room: ListedRoom): RoomObject {
  const { name, members, seq, messages, at, topic } = room;
  const { access, title, archived, closed } = context.services.rules.describe(name);
  const people = access === "direct" ? peopleOf(context, name) : undefined;
  return { name, members, seq, messages, at, topic, access, title, archived, closed, people };
}

/** The first people of a hidden room. */
export function peopleOf(context: Context, room: string): RoomPerson[] {
  const { hidden } = context.services.people.access;
  return hidden.placesOf(room).slice(0, LIMITS.peopleListed)
    .map((place) => personOf(context, place));
}

/** Somebody by their name; of a visitor of an open chat, by the one that they had when they came in. */
export function personOf({ services }: Context, { member: id, name }: PlaceRecord): RoomPerson {
  const member = services.people.members.get(id);
  return { id, name: shownName({ id, name: member?.name ?? name }) };
}
