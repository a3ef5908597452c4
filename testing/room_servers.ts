/** Servers that share a journal, as far as rooms and people are concerned: no listener, no sockets. */

import { Hub } from "../hub.ts";
import type { Change, Journal } from "../journal/journal.ts";
import { People, type PeopleOptions } from "../people/people.ts";
import type { RecordDrafts } from "../people/room_log.ts";
import { type RoomActor, Rooms } from "../people/rooms.ts";
import { config, rememberingLog } from "./servers.ts";

/** One of the servers. */
export interface RoomServer extends AsyncDisposable {
  readonly people: People;
  readonly hub: Hub;
  readonly rooms: Rooms;
  readonly log: ReturnType<typeof rememberingLog>;
}

/** Somebody who acts, whose id is their name. */
export function actor(id: string, isAdmin = false): RoomActor {
  return { person: { id, name: id }, isAdmin };
}

/**
 * Opens a server over a journal, which it does not close.
 *
 * @param record replaces the way in which rooms' logs are written
 */
export async function openRoomServer(
  journal: Journal,
  record?: RecordDrafts,
  options: Partial<PeopleOptions> = {},
): Promise<RoomServer> {
  const log = rememberingLog();
  const people = await People.open(journal, log, {
    access: undefined,
    usesTokens: false,
    isSecure: false,
    ...options,
  });
  const hub = new Hub(journal, log, config(), people.access);
  const rooms = new Rooms(people, journal, { record: record ?? hub.record, find: hub.find });
  return {
    people,
    hub,
    rooms,
    log,
    async [Symbol.asyncDispose]() {
      await hub.close();
      people.close();
    },
  };
}

/** What a room's log says of it: its title, whether it is archived, and who is in it. */
export async function shownIn(journal: Journal, room: string) {
  const { changes } = await journal.settings(room, { limit: 500 });
  const valueOf = ({ action }: Change) => action.type === "set" ? action.value : undefined;
  const values = changes.map(valueOf) as Record<string, unknown>[];
  const find = (name: string) => values.find((value) => value?.[name] !== undefined)?.[name];
  const members = values.flatMap((value) => value?.added ?? []) as string[];
  return { title: find("title"), archived: find("archived") === true, members: members.sort() };
}

/** What the directory of a server says of it. */
export function knownOf({ people }: RoomServer, room: string) {
  const { hidden } = people.access;
  const { title, archived = false } = hidden.get(room)!;
  return { title, archived, members: hidden.placesOf(room).map(({ member }) => member).sort() };
}
