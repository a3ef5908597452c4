/**
 * The JSON wire of the connection for all rooms: its commands, and its objects.
 *
 * Whatever belongs to a room carries its name. What a room sends is the same as on a connection to that
 * room alone, made once for all connections at the same place.
 */

import type { Person } from "../hub/person.ts";
import type { Message } from "../journal/journal.ts";
import { COMMANDS, type Fields, isSeq, parseLine, type Parsers } from "./commands.ts";
import { decodeLines, json } from "./json.ts";
import { shown } from "./objects.ts";
import { type Command, type Invalid, type Role, shownName, type Wire } from "./wire.ts";

/** A room as lists have it. */
interface ListedRoom {
  readonly name: string;
  readonly seq: number;
  readonly at: number;
  readonly messages: number;
  readonly members: number;
}

/** Where to start in a room. */
export interface Position {
  readonly since?: number;
  readonly epoch?: string;
  readonly at?: number;
  readonly replay?: number;
}

/** A command on the connection for all rooms. */
export type RoomsCommand =
  | { readonly type: "in"; readonly room: string; readonly command: Command; readonly id?: string }
  | { readonly type: "enter"; readonly room: string; readonly id?: string } & Position
  | { readonly type: "exit"; readonly room: string; readonly id?: string }
  | { readonly type: "read"; readonly room: string; readonly seq: number; readonly id?: string }
  | {
    readonly type: "mute" | "star";
    readonly room: string;
    readonly on: boolean;
    readonly id?: string;
  }
  | { readonly type: "name"; readonly name: string; readonly id?: string }
  | { readonly type: "ping"; readonly id?: string }
  | Invalid;

const NEEDS_ROOM = "on the connection for all rooms a command takes a room";

/** The commands that are the same as in one room, but for the room. */
function inRoom(type: string): (fields: Fields) => RoomsCommand | string {
  return (fields) => {
    const { room, id } = fields;
    if (typeof room !== "string") return NEEDS_ROOM;
    const command = COMMANDS[type](fields);
    return typeof command === "string"
      ? command
      : { type: "in", room, command: { ...command, id } as Command };
  };
}

function setting(type: "mute" | "star"): (fields: Fields) => RoomsCommand | string {
  return ({ room, on = true }) => {
    if (typeof room !== "string") return NEEDS_ROOM;
    return typeof on === "boolean" ? { type, room, on } : "on is true or false";
  };
}

const SAME = ["say", "edit", "delete", "react", "pin", "room", "typing"];

const ROOMS_COMMANDS: Parsers<RoomsCommand> = {
  ...Object.fromEntries(SAME.map((type) => [type, inRoom(type)])),
  enter({ room, since, epoch, at, replay }) {
    if (typeof room !== "string") return NEEDS_ROOM;
    if (!isPlace(since) || !isPlace(at) || !isPlace(replay)) {
      return "since, at and replay take whole numbers";
    }
    if (epoch !== undefined && typeof epoch !== "string") return "epoch takes a string";
    return { type: "enter", room, since, epoch, at, replay };
  },
  exit: ({ room }) => typeof room === "string" ? { type: "exit", room } : NEEDS_ROOM,
  read({ room, seq }) {
    if (typeof room !== "string") return NEEDS_ROOM;
    return isSeq(seq) ? { type: "read", room, seq } : "read takes the seq of a message";
  },
  mute: setting("mute"),
  star: setting("star"),
  name: COMMANDS.name as (fields: Fields) => RoomsCommand | string,
  ping: () => ({ type: "ping" }),
};

function isPlace(value: unknown): value is number | undefined {
  return value === undefined || value === 0 || isSeq(value);
}

/** The commands of a frame, in their order. */
export function decodeRooms(frame: string): RoomsCommand[] {
  return decodeLines(frame, (line) => parseLine(line, ROOMS_COMMANDS));
}

/** The wire of one room on the connection for all rooms; the same object for the same room. */
export class RoomWire implements Wire {
  readonly name = "rooms";
  readonly decode = json.decode;
  readonly #head: string;

  constructor(room: string) {
    this.#head = `{"room":${JSON.stringify(room)},`;
  }

  /** Puts the room in front of each object of each frame. */
  readonly #name = (frame: string): string =>
    frame.split("\n").map((object) => this.#head + object.slice(1)).join("\n");

  encode: Wire["encode"] = (entries) => json.encode(entries).map(this.#name);
  // The welcome names its room already.
  welcome: Wire["welcome"] = json.welcome;
  gap: Wire["gap"] = (from, to) => json.gap(from, to).map(this.#name);
  members: Wire["members"] = (members, count) => json.members(members, count).map(this.#name);
  refusal: Wire["refusal"] = (code, detail, id) => json.refusal(code, detail, id).map(this.#name);
  pong: Wire["pong"] = json.pong;
}

/** A room in `hello`. Absent where it is empty or false. */
export interface HelloRoom {
  readonly name: string;
  readonly title?: string;
  readonly archived?: true;
  /** Until when it is closed to newcomers. */
  readonly closed?: number;
  readonly seq: number;
  readonly at: number;
  readonly messages: number;
  readonly count: number;
  readonly topic?: string;
  readonly access: "open" | "private" | "direct";
  /** Of a direct room: whom it is with. */
  readonly members?: readonly { readonly id: string; readonly name: string }[];
  readonly read: number;
  readonly mentions: number;
  readonly muted?: true;
  readonly starred?: true;
}

/** The first object of a connection. */
export interface Hello {
  readonly you: Person;
  readonly role: Role;
  readonly epoch: string;
  readonly own: { readonly seq: number; readonly at: number };
  readonly rooms: readonly HelloRoom[];
  readonly more: boolean;
  /** The client has another history: it must forget what it has. */
  readonly reset: boolean;
}

/** `hello` as one line of JSON. */
export function helloLine({ you, role, more, reset, ...hello }: Hello): string {
  const person = { ...shown(you), role: role === "member" ? undefined : role };
  const flags = { more: more || undefined, reset: reset || undefined };
  return JSON.stringify({ type: "hello", you: person, ...hello, ...flags });
}

const activities = new WeakMap<ListedRoom, string>();

/** What happened in a room, in JSON: made once for everybody who gets it. */
function activityOf(room: ListedRoom): string {
  let text = activities.get(room);
  if (text === undefined) {
    const { name, seq, at, messages, members: count } = room;
    activities.set(room, text = JSON.stringify({ name, seq, at, messages, count }));
  }
  return text;
}

/** What happened in rooms that are not entered. */
export function activityLine(rooms: readonly ListedRoom[]): string {
  return `{"type":"activity","rooms":[${rooms.map(activityOf).join(",")}]}`;
}

/**
 * Somebody was mentioned: the message as it is now.
 *
 * @param mentions how many unread ones there are in the room
 */
export function mentionLine(
  { own, room }: { own: number; room: string },
  message: Message,
  mentions: number,
): string {
  const { seq, at, from, text } = message;
  const name = shownName({ id: from, name: message.name });
  return JSON.stringify({ type: "mention", own, room, seq, at, from, name, text, mentions });
}

/**
 * A room was read, up to an entry and a number of messages.
 *
 * @param mentions how many unread ones are left in the room
 */
export function readLine(
  own: number,
  { room, seq, read }: { room: string; seq: number; read: number },
  mentions: number,
): string {
  return JSON.stringify({ type: "read", own, room, seq, read, mentions });
}

/** A room was muted or starred, or is no longer. */
export function settingLine(type: "mute" | "star", own: number, room: string, on: boolean): string {
  return JSON.stringify({ type, own, room, on });
}

/** Rooms that are the person's now or are described anew, and rooms that they may not enter any more. */
export function roomsLine(
  own: number,
  added: readonly HelloRoom[],
  removed: readonly string[],
): string {
  return JSON.stringify({ type: "rooms", own, added, removed });
}

/** A refusal that concerns no room that was entered. */
export function refusalLine(
  code: string,
  detail: string,
  id: string | undefined,
  room: string | undefined,
): string {
  return JSON.stringify({ room, type: "error", code, detail, id });
}
