/** The objects of the connection for all rooms, as types; those of each room are in `protocol.ts`. */

import type { Person, Refusal, RoomAccess, RoomObject } from "./protocol.ts";

/** A room as `hello` and `rooms` describe it. What is empty or false is absent. */
export interface RoomDescription {
  readonly name: string;
  readonly title?: string;
  readonly archived?: true;
  /** Until when an open room is closed to newcomers, in milliseconds since 1970. */
  readonly closed?: number;
  readonly topic?: string;
  readonly access?: RoomAccess;
  /** Its newest number, and the time of that entry. */
  readonly seq: number;
  readonly at: number;
  /** How many messages were ever said in it. */
  readonly messages: number;
  /** How many people are in it. */
  readonly count: number;
  /** Of a direct room: everybody whose room it is. */
  readonly members?: readonly Person[];
  /** How many of its messages this person has read. */
  readonly read: number;
  /** How many of those that they have not read are for them in particular. */
  readonly mentions: number;
  readonly muted?: true;
  readonly starred?: true;
}

/** The first object on a connection for all rooms. */
export interface Hello {
  readonly type: "hello";
  readonly you: Person;
  readonly epoch: string;
  /** The newest entry of this person's own log, and its time. */
  readonly own: { readonly seq: number; readonly at: number };
  /** Their rooms, last read first, 100 at most. */
  readonly rooms: readonly RoomDescription[];
  /** There are more of them. */
  readonly more?: true;
}

/** Rooms in which something has happened, as they are now. */
export interface Activity {
  readonly type: "activity";
  readonly rooms: readonly {
    readonly name: string;
    readonly seq: number;
    readonly at: number;
    readonly messages: number;
    readonly count: number;
  }[];
}

/** This person was mentioned, answered or written to directly. */
export interface Mention {
  readonly type: "mention";
  /** The number in the person's own log, as `own` is everywhere. */
  readonly own: number;
  readonly room: string;
  /** The message. */
  readonly seq: number;
  readonly at: number;
  readonly from: string;
  readonly name: string;
  readonly text: string;
  /** How many unread ones there are in the room now. */
  readonly mentions: number;
}

/** This person has read a room up to an entry, on any device. */
export interface Read {
  readonly type: "read";
  readonly own: number;
  readonly room: string;
  readonly seq: number;
  /** How many messages of the room they have read. */
  readonly read: number;
  /** How many mentions are left there. */
  readonly mentions: number;
}

interface Setting {
  readonly own: number;
  readonly room: string;
  readonly on: boolean;
}

/** This person has muted a room, or does so no longer. */
export interface Mute extends Setting {
  readonly type: "mute";
}

/** This person has starred a room, or does so no longer. */
export interface Star extends Setting {
  readonly type: "star";
}

/**
 * Rooms that are this person's from now on or are described again, and rooms that they may not enter any
 * more.
 */
export interface RoomsChange {
  readonly type: "rooms";
  readonly own: number;
  readonly added: readonly RoomDescription[];
  readonly removed: readonly string[];
}

/** What belongs to one room. */
export interface InRoom {
  readonly type: "in";
  readonly room: string;
  readonly object: RoomObject;
}

/** What belongs to the person. */
export type OwnObject = Hello | Activity | Mention | Read | Mute | Star | RoomsChange;

/** Whatever comes on a connection for all rooms. */
export type RoomsObject = OwnObject | InRoom | Refusal | { readonly type: "pong" };
