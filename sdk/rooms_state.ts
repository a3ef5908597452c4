/**
 * This person's rooms as the server describes them: how much is unread in each, and for whom.
 *
 * The numbers are the server's. Only in a room that has been entered does this client count, from the
 * number in its `welcome`: every message after that comes once and in order. It has no clock, no socket
 * and no timer.
 */

import type { Person, RoomAccess, Welcome } from "./protocol.ts";
import type { Activity, Hello, OwnObject, RoomDescription } from "./rooms_protocol.ts";
import type { Position } from "./state_events.ts";

/** One of this person's rooms. */
export interface MyRoom {
  readonly name: string;
  /** Of a private room. */
  readonly title?: string;
  readonly archived?: true;
  /** Until when an open room is closed to newcomers, in milliseconds since 1970. */
  readonly closed?: number;
  readonly topic?: string;
  readonly access?: RoomAccess;
  /** Of a direct room: everybody whose room it is. */
  readonly people?: readonly Person[];
  /** How many people are in it. */
  readonly members: number;
  /** Its newest number, and the time of that entry. */
  readonly seq: number;
  readonly at: number;
  /** How many messages were ever said in it. */
  readonly messages: number;
  /** How many of them this person has not read. */
  readonly unread: number;
  /** How many of those mention or answer this person, or were written to them directly. */
  readonly mentions: number;
  readonly muted: boolean;
  readonly starred: boolean;
}

type Known = { -readonly [K in keyof RoomDescription]: RoomDescription[K] } & {
  /** The newest entry that was marked as read, as far as it is known. */
  marked: number;
  /** How many messages there were when everything was marked as read here. */
  readHere: number;
};

/** The rooms of one person. */
export class RoomsState {
  readonly #rooms = new Map<string, Known>();
  #you: Person | undefined;
  #position: Position | undefined;
  #more = false;

  /** The person that this client is, once the server has said hello. */
  get you(): Person | undefined {
    return this.#you;
  }

  /** Where to resume in the person's own log; undefined before the first hello. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Whether there are more rooms than the server has listed; {@linkcode listRooms} has them all. */
  get more(): boolean {
    return this.#more;
  }

  /** All rooms that are known, last read first as of the last hello. */
  get rooms(): MyRoom[] {
    return [...this.#rooms.values()].map(shown);
  }

  /** One room, if it is one of this person's. */
  room(name: string): MyRoom | undefined {
    const known = this.#rooms.get(name);
    return known && shown(known);
  }

  /** Applies an object. */
  apply(object: OwnObject): void {
    if ("own" in object && object.type !== "hello") this.#advance(object.own);
    switch (object.type) {
      case "hello":
        return this.#hello(object);
      case "activity":
        for (const room of object.rooms) this.#active(room);
        return;
      case "rooms":
        for (const room of object.added) this.#add(room);
        for (const name of object.removed) this.#rooms.delete(name);
        return;
    }
    const known = this.#rooms.get(object.room);
    if (!known) return;
    if (object.type === "mute") known.muted = object.on || undefined;
    else if (object.type === "star") known.starred = object.on || undefined;
    else {
      known.mentions = object.mentions;
      if (object.type !== "read") return;
      known.read = object.read;
      known.marked = Math.max(known.marked, object.seq);
    }
  }

  /** A mark is on its way: what it covers counts as read. */
  marking(room: string, seq: number): void {
    const known = this.#rooms.get(room);
    if (!known) return;
    known.marked = Math.max(known.marked, seq);
    if (seq >= known.seq) known.readHere = known.messages;
  }

  /** The mark was refused: only what the server has counts. */
  unmark(room: string): void {
    const known = this.#rooms.get(room);
    if (known) known.marked = known.readHere = 0;
  }

  /** A room was entered. Its description may follow; until then nothing of it is known to be unread. */
  welcome({ room, seq, at = 0, messages, count }: Welcome): void {
    const known = this.#rooms.get(room) ??
      { name: room, messages: 0, read: Infinity, mentions: 0, marked: 0, readHere: 0 };
    this.#rooms.set(room, { ...known, seq, at, messages: messages ?? known.messages, count });
  }

  /** A message came in a room that has been entered. */
  message(room: string, { seq, at }: { seq: number; at: number }): void {
    const known = this.#rooms.get(room);
    if (!known || seq <= known.seq) return;
    Object.assign(known, { seq, at, messages: known.messages + 1 });
  }

  /** What else is known of a room that has been entered. */
  follow(room: string, now: { seq: number; count: number; topic?: string; title?: string }): void {
    const known = this.#rooms.get(room);
    if (known) Object.assign(known, { ...now, seq: Math.max(known.seq, now.seq) });
  }

  #hello({ you, epoch, own, rooms, more }: Hello): void {
    const isOther = this.#position !== undefined && this.#position.epoch !== epoch;
    const before = new Map(this.#rooms);
    this.#you = you;
    this.#position = { epoch, ...own };
    this.#more = more === true;
    this.#rooms.clear();
    for (const room of rooms) this.#add(room, isOther ? 0 : before.get(room.name)?.marked);
  }

  #add(room: RoomDescription, marked = this.#rooms.get(room.name)?.marked ?? 0): void {
    const { seq, at, messages } = this.#rooms.get(room.name) ?? room;
    // In a room that has been entered, its own entries may be ahead.
    const newest = seq > room.seq ? { seq, at, messages } : {};
    this.#rooms.set(room.name, { ...room, ...newest, marked, readHere: 0 });
  }

  #active({ name, ...now }: Activity["rooms"][number]): void {
    const known = this.#rooms.get(name);
    // In a room that has been entered, its own entries may be ahead.
    if (known && now.seq >= known.seq) Object.assign(known, now);
  }

  #advance(seq: number): void {
    const { epoch, seq: before } = this.#position ?? { epoch: "", seq: Infinity };
    if (seq > before) this.#position = { epoch, seq };
  }
}

function shown(known: Known): MyRoom {
  const { name, title, archived, closed, topic, access, members: people, seq, at, messages } =
    known;
  const isRead = known.marked >= seq;
  const unread = isRead ? 0 : Math.max(0, messages - Math.max(known.read, known.readHere));
  const mentions = isRead ? 0 : known.mentions;
  return {
    name,
    ...title !== undefined && { title },
    ...archived && { archived },
    ...closed !== undefined && { closed },
    ...topic !== undefined && { topic },
    ...access !== undefined && { access },
    ...people !== undefined && { people },
    members: known.count,
    seq,
    at,
    messages,
    unread,
    mentions,
    muted: known.muted === true,
    starred: known.starred === true,
  };
}
