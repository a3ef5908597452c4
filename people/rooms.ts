/**
 * Creates and changes hidden rooms.
 *
 * A change is one group in the directory, kept all or none, and decided from the room as it is: of two
 * servers that change a room at once, one decides again. What is in the directory counts from that
 * moment on; `room_log.ts` then lets the room's log show it. Everything here waits for the journal, so
 * it happens beside the hub's loop.
 */

import { LIMITS } from "../config/limits.ts";
import type { Asker } from "../hub/permissions.ts";
import type { Person } from "../hub/person.ts";
import { type Journal, type LogEntry, UnreachableError } from "../journal/journal.ts";
import type { RoomOrder } from "../wire/wire.ts";
import type { Decision, Put } from "./directory.ts";
import { idKey, newId } from "./ids.ts";
import type { People } from "./people.ts";
import type { PlaceRecord, RoomRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import { doneBefore, isKnown, ownEntry, remember } from "./room_commands.ts";
import { type RecordDrafts, RoomLog } from "./room_log.ts";
import { checkOrder, isLeaving } from "./room_rules.ts";
import { Serial } from "./serial.ts";

/** What rooms need from the hub. */
export interface RoomsHub {
  readonly record: RecordDrafts;
  /** Somebody who is connected, for the names of visitors. */
  readonly find: (id: string) => Person | undefined;
}

/** Somebody who creates or changes a room. */
export type RoomActor = Asker & { readonly person: Pick<Person, "id" | "name"> };

/** A private room that is to be created. */
export interface PrivateRoom {
  readonly title: string;
  readonly topic?: string;
  readonly members: readonly string[];
  /** With the same id there is one room, however often it is asked for. */
  readonly id?: string;
}

/** A room, and whether it was created now. */
export interface OpenedRoom {
  readonly room: string;
  readonly isNew: boolean;
}

/** The hidden rooms of one chat, as they are created and changed. */
export class Rooms {
  readonly #people: People;
  readonly #hub: RoomsHub;
  readonly #log: RoomLog;
  readonly #serial = new Serial();

  constructor(people: People, journal: Journal, hub: RoomsHub) {
    this.#people = people;
    this.#hub = hub;
    this.#log = new RoomLog(people.directory, people.access.hidden, journal, hub.record);
  }

  /**
   * Creates a private room, whose owner is its creator.
   *
   * @throws {Refused} if somebody cannot be added, or there are too many rooms
   */
  async createPrivate(by: RoomActor, order: PrivateRoom): Promise<OpenedRoom> {
    const { id: owner } = by.person;
    const { title, topic, members, id } = order;
    const { sessions } = this.#people;
    const room = id === undefined ? `~${newId(LIMITS.address)}` : sessions.privateRoom(owner, id);
    const record = { access: "private", title, owner, created: Date.now(), version: 1 } as const;
    const ids = [owner, ...members.filter((member) => member !== owner)];
    return await this.#create(by, room, { ...record, ...topic && { topic } }, ids);
  }

  /**
   * Opens the direct room of these people and oneself.
   *
   * @throws {Refused} if they are too many, or one of them cannot be added
   */
  async openDirect(by: RoomActor, others: readonly string[]): Promise<OpenedRoom> {
    const ids = [...new Set([by.person.id, ...others])];
    const { directMembers } = LIMITS;
    if (ids.length > directMembers) {
      throw new Refused("bad", `a direct room has ${directMembers} people at most, you included`);
    }
    const room = this.#people.sessions.directRoom(ids);
    const record = { access: "direct", owner: "", created: Date.now(), version: 1 } as const;
    return await this.#create(by, room, record, ids);
  }

  async #create(
    by: RoomActor,
    room: string,
    record: RoomRecord,
    ids: readonly string[],
  ): Promise<OpenedRoom> {
    const { directory, access: { hidden } } = this.#people;
    const { id } = by.person;
    const isNew = await this.#serial.run(room, () =>
      directory.change(id, () => {
        if (hidden.get(room)) {
          if (hidden.place(room, id)) return { puts: [], result: false };
          throw new Refused("conflict", "you have left the room with this id");
        }
        if (hidden.count >= LIMITS.hiddenRooms) {
          throw new Refused("full", "there are too many rooms");
        }
        const puts: Put[] = [["room", room, record], ...this.#places(room, by, ids)];
        return { puts, result: true };
      }));
    await this.#follow(room, by, undefined);
    return { room, isNew };
  }

  /**
   * Changes a hidden room.
   *
   * @param id what the person calls the command; the same again changes nothing
   * @returns the entry that shows it in the room's log, as `duplicate` if that was there before
   * @throws {Refused} if they may not, or if what they ask for is not possible
   */
  async change(by: RoomActor, room: string, order: RoomOrder, id?: string): Promise<LogEntry> {
    const { directory, audit } = this.#people;
    const { id: from } = by.person;
    const entries = await this.#serial.run(room, async () => {
      const isJoining = await directory.change(from, () => this.#decide(by, room, order, id));
      if (isJoining) await audit.note({ by: from, action: "join", room });
      return await this.#follow(room, by, id);
    });
    return ownEntry(entries, order, id) ??
      await this.#log.superseded(room, { id: from, name: by.person.name, command: id }) ??
      doneBefore(entries, order, id);
  }

  /**
   * Lets a room's log show what somebody else has changed, such as that a person has come in by
   * invitation. What cannot be recorded now is recorded with the next change of the room.
   */
  async show(room: string, { id, name }: Pick<Person, "id" | "name">): Promise<void> {
    const follow = () => this.#log.follow(room, { id, name, command: undefined });
    await this.#serial.run(room, follow).catch((error) => {
      if (!(error instanceof UnreachableError)) throw error;
    });
  }

  /** Takes somebody out of all private rooms, such as a member who was removed. */
  async leaveAll(by: string, id: string): Promise<void> {
    const { hidden } = this.#people.access;
    const rooms = [...hidden.roomsOf(id)].filter((room) => hidden.get(room)?.access === "private");
    const actor = { person: { id, name: "" }, isAdmin: false };
    for (const room of rooms) {
      await this.#serial.run(room, async () => {
        await this.#people.directory.change(
          by,
          () =>
            hidden.place(room, id)
              ? this.#decide(actor, room, { remove: [id] }, undefined)
              : { puts: [], result: false },
        );
        await this.#log.follow(room, { id: by, name: "", command: undefined });
      });
    }
  }

  /** The result says whether an admin comes in who was not in the room. */
  #decide(by: RoomActor, room: string, order: RoomOrder, command?: string): Decision<boolean> {
    const { access, members } = this.#people;
    const { hidden } = access;
    const { id } = by.person;
    const isIn = hidden.place(room, id) !== undefined;
    const isAdmin = by.isAdmin || members.isAdmin(id);
    const owner = () => hidden.ownerOf(room);
    const view = { record: hidden.get(room), owner, isIn, isAdmin };
    const nothing = { puts: [], result: false };
    if (isIn && isKnown(view.record, id, order, command)) return nothing;
    const before = checkOrder(view, id, order);
    if (!isLeaving(order, id)) access.checkMuted(by);
    const places = this.#changedPlaces(by, room, order);
    const after = this.#changedRecord(before, room, order, places);
    if (places.length === 0 && isSameRoom(before, after)) return nothing;
    const record = {
      ...after,
      version: before.version + 1,
      ...remember(before, id, order, command),
    };
    return { puts: [["room", room, record], ...places], result: !isIn };
  }

  /** The places of people who are added, and of those who are removed. */
  #changedPlaces(by: RoomActor, room: string, { add = [], remove = [] }: RoomOrder): Put[] {
    const { hidden } = this.#people.access;
    const isIn = (id: string) => hidden.place(room, id) !== undefined;
    const added = this.#places(room, by, add.filter((id) => !isIn(id)));
    if (hidden.size(room) + added.length > LIMITS.roomMembers) {
      throw new Refused("full", `a room has ${LIMITS.roomMembers} members at most`);
    }
    const removed = remove.filter(isIn).map((
      id,
    ): Put => ["place", `${room}/${idKey(id)}`, undefined]);
    return [...added, ...removed];
  }

  #places(room: string, by: RoomActor, ids: readonly string[]): Put[] {
    const { hidden } = this.#people.access;
    const after = hidden.placesOf(room).at(-1)?.since ?? 0;
    // In the order in which they are named, whatever the clock says.
    const first = Math.max(Date.now(), after + 1);
    return ids.map((id, n) => {
      if (!this.#people.access.canBeAdded(id)) {
        throw new Refused("bad", "there is no such person, or they are banned");
      }
      const name = id === by.person.id && by.person.name || this.#nameOf(id);
      return ["place", `${room}/${idKey(id)}`, { member: id, since: first + n, name }];
    });
  }

  #nameOf(id: string): string {
    return this.#people.members.get(id)?.name ?? this.#hub.find(id)?.name ?? "";
  }

  /** The owner stays while they are in the room; then the oldest member follows. */
  #changedRecord(
    before: RoomRecord,
    room: string,
    { title = before.title, topic = before.topic, archived = before.archived }: RoomOrder,
    changed: readonly Put[],
  ): RoomRecord {
    const { hidden } = this.#people.access;
    const places = new Map(hidden.placesOf(room).map((place) => [idKey(place.member), place]));
    for (const [, id, place] of changed) {
      const key = id.slice(room.length + 1);
      if (place) places.set(key, place as PlaceRecord);
      else places.delete(key);
    }
    const { owner: old, title: _, topic: __, archived: ___, ...rest } = before;
    const isOwned = before.access === "direct" || old !== "" && places.has(idKey(old));
    const owner = isOwned ? old : hidden.successor([...places.values()]);
    return {
      ...rest,
      owner,
      ...title !== undefined && { title },
      ...topic && { topic },
      ...archived && { archived },
    };
  }

  #follow(room: string, { person: { id, name } }: RoomActor, command: string | undefined) {
    return this.#log.follow(room, { id, name, command });
  }
}

function isSameRoom(a: RoomRecord, b: RoomRecord): boolean {
  return a.title === b.title && a.topic === b.topic && a.archived === b.archived &&
    a.owner === b.owner;
}
