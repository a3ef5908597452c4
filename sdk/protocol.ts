/**
 * The objects of the JSON wire and of HTTP, as types.
 *
 * `at` and `after` are optional where servers of version 0.1 do not send them. What a server of this
 * version leaves out, because it is empty or false, is absent here too.
 */

/** Somebody in a room. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** The SHA-256 of the email in hex, which Gravatar takes. */
  readonly avatar?: string;
  /**
   * Only of this client's own person, in a `welcome`: `admin`, `owner` (of a private room) or `bot`. Admins
   * and owners may delete the messages of others.
   */
  readonly role?: string;
}

/** How a room is entered: by anyone who may come in, or by its members only. */
export type RoomAccess = "open" | "private" | "direct";

/** Those who reacted with one emoji. */
export interface Reaction {
  /** How many they are. */
  readonly count: number;
  /** The ids of the first of them, 20 at most. */
  readonly from: readonly string[];
  /** This client's person is one of them; set by {@linkcode RoomState} as far as it is known. */
  readonly mine?: true;
}

/** A file that a message names. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** Its media type, which the server has found out. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Of an image, as it is shown, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** What it shows, for those who do not see it. */
  readonly alt?: string;
}

/** A message in its current state. */
export interface Message {
  readonly type: "message";
  /** Its place in the room: 1, 2, 3 … */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The id of the person who said it. */
  readonly from: string;
  readonly name: string;
  readonly avatar?: string;
  /** Empty if it was deleted. */
  readonly text: string;
  /** What the sender called it. */
  readonly id?: string;
  /** The message that it answers. */
  readonly reply?: number;
  /** The ids of the members that it mentions. */
  readonly to?: readonly string[];
  /** The files that it names; then its text may be empty. */
  readonly files?: readonly Attachment[];
  /** The seq of its newest change. */
  readonly v?: number;
  /** When its text was last edited, in milliseconds since 1970. */
  readonly edited?: number;
  readonly deleted?: true;
  /** By emoji. */
  readonly reactions?: Readonly<Record<string, Reaction>>;
  /** The seq of its newest edit, if this client has applied that; never sent by a server. */
  readonly textVersion?: number;
}

interface ChangeBase {
  readonly seq: number;
  readonly at: number;
  /** The id of the person who did it. */
  readonly from: string;
  /** What the sender called the command. */
  readonly id?: string;
}

/** A message has a new text. */
export interface Edit extends ChangeBase {
  readonly type: "edit";
  readonly of: number;
  readonly text: string;
}

/** A message was deleted. */
export interface Delete extends ChangeBase {
  readonly type: "delete";
  readonly of: number;
}

/** A reaction was added or withdrawn. */
export interface React extends ChangeBase {
  readonly type: "react";
  readonly name: string;
  readonly of: number;
  readonly emoji: string;
  readonly on: boolean;
  /** How many there are of this emoji afterwards. */
  readonly count: number;
}

/** A message was pinned or unpinned. */
export interface Pin extends ChangeBase {
  readonly type: "pin";
  readonly of: number;
  readonly on: boolean;
}

/** The room's settings changed. */
export interface RoomChange extends ChangeBase {
  readonly type: "room";
  /** Empty: it has none any more. */
  readonly topic?: string;
  /** Of a private room. */
  readonly title?: string;
  /** The id of somebody who may enter the room from now on, or no longer. */
  readonly added?: string;
  readonly removed?: string;
  /** Nothing can be said in it, or it can be again. */
  readonly archived?: boolean;
}

/** Something that was done to a message. */
export type MessageChange = Edit | Delete | React | Pin;

/** Something that was done to a message or to the room. */
export type Change = MessageChange | RoomChange;

/** These entries were superseded; nothing is missed. */
export interface Skip {
  readonly type: "skip";
  readonly from: number;
  readonly to: number;
  /** The time of entry `to`. */
  readonly at: number;
  /** What the sender called the command of a single one. */
  readonly id?: string;
}

/** The first object on a connection to a room. */
export interface Welcome {
  readonly type: "welcome";
  readonly room: string;
  /** With the role in this room. */
  readonly you: Person;
  /** In a private room only its owner and admins pin messages and set the topic. */
  readonly access?: RoomAccess;
  /** Of a private room. */
  readonly title?: string;
  readonly archived?: true;
  /** Until when an open room is closed to newcomers, in milliseconds since 1970. */
  readonly closed?: number;
  /** Changes when the room's numbering does. */
  readonly epoch: string;
  /** The room's newest number. */
  readonly seq: number;
  /** The time of that entry. */
  readonly at?: number;
  /** Every entry after this one follows. */
  readonly after?: number;
  readonly members: readonly Person[];
  /** How many people there are; `members` may hold fewer. */
  readonly count: number;
  /** What this client has is of another history. */
  readonly reset?: boolean;
  readonly topic?: string;
  /** The newest pinned messages, newest pin first. */
  readonly pins?: readonly number[];
  /** On a connection for all rooms: how many messages were ever said up to `seq`. */
  readonly messages?: number;
  /** On a connection for all rooms: what the client called the `enter` that this answers. */
  readonly id?: string;
}

/** These entries are no longer kept. */
export interface Gap {
  readonly type: "gap";
  readonly from: number;
  readonly to: number;
}

/** Some came and some left; or, with `members`, everybody who is there. */
export interface Presence {
  readonly type: "presence";
  readonly joined: readonly Person[];
  readonly left: readonly string[];
  readonly members?: readonly Person[];
  readonly count: number;
}

/** Somebody is typing. */
export interface Typing {
  readonly type: "typing";
  readonly from: string;
  readonly name: string;
}

/** Somebody took another name. */
export interface Renamed {
  readonly type: "renamed";
  readonly from: string;
  readonly name: string;
}

/** A command was refused. */
export interface Refusal {
  readonly type: "error";
  readonly code: string;
  readonly detail: string;
  /** The id of the refused command, if it had one. */
  readonly id?: string;
}

/** The answer to a `ping`. */
export interface Pong {
  readonly type: "pong";
  readonly id?: string;
}

/** An entry of a room's log, or several that were superseded. */
export type Entry = Message | Change | Skip;

/** Whatever a room sends. */
export type RoomObject =
  | Welcome
  | Entry
  | Gap
  | Presence
  | Typing
  | Renamed
  | Refusal
  | Pong;

/** A room in the list of rooms. */
export interface RoomSummary {
  readonly name: string;
  /** How many people are in it. */
  readonly members: number;
  /** Its newest number. */
  readonly seq: number;
  /** How many messages were ever said in it; changes do not count. */
  readonly messages?: number;
  /** The time of that entry. */
  readonly at?: number;
  readonly topic?: string;
  readonly access?: RoomAccess;
  /** Of a private room. */
  readonly title?: string;
  readonly archived?: true;
  /** Until when an open room is closed to newcomers, in milliseconds since 1970. */
  readonly closed?: number;
  /** Of a direct room: everybody whose room it is. */
  readonly people?: readonly Person[];
}

/** A page of a room's messages, oldest first. */
export interface History {
  readonly messages: readonly Message[];
  /** Whether there are more beyond this page. */
  readonly more: boolean;
  /** The newest number at the moment of the answer. */
  readonly head?: number;
  /** The time of that entry. */
  readonly at?: number;
  readonly epoch?: string;
}
