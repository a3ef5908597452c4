/**
 * The objects of the JSON wire and of HTTP, as types, and their checks.
 *
 * Nothing that a server sends is trusted to have the right shape: what does not is ignored, as are
 * objects of an unknown type. `at` and `after` are optional, because servers of version 0.1 do not
 * send them.
 */

import { type Check, flag, list, object, optional, text, time, whole, word } from "./check.ts";

/** More people than any server lists in one object. */
const MOST_PEOPLE = 1_000;
/** More messages or rooms than any server puts in one page. */
const MOST_PER_PAGE = 1_000;
/** A frame with more lines than this is cut there. */
const MOST_LINES = 100_000;

/** Somebody in a room. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** The SHA-256 of the email in hex, which Gravatar takes. */
  readonly avatar?: string;
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
  readonly text: string;
  /** What the sender called it. */
  readonly id?: string;
}

/** The first object on a connection to a room. */
export interface Welcome {
  readonly type: "welcome";
  readonly room: string;
  readonly you: Person;
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

/** Whatever a room sends. */
export type RoomObject =
  | Welcome
  | Message
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
  /** The time of that entry. */
  readonly at?: number;
  readonly topic?: string;
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

const person = object<Person>({ id: text, name: text, avatar: optional(text) });

const checks: { readonly [T in RoomObject["type"]]: Check<Extract<RoomObject, { type: T }>> } = {
  welcome: object<Welcome>({
    type: word("welcome"),
    room: text,
    you: person,
    epoch: text,
    seq: whole,
    at: optional(time),
    after: optional(whole),
    members: list(person, MOST_PEOPLE),
    count: whole,
    reset: optional(flag),
  }),
  message: object<Message>({
    type: word("message"),
    seq: whole,
    at: time,
    from: text,
    name: text,
    avatar: optional(text),
    text,
    id: optional(text),
  }),
  gap: object<Gap>({ type: word("gap"), from: whole, to: whole }),
  presence: object<Presence>({
    type: word("presence"),
    joined: list(person, MOST_PEOPLE),
    left: list(text, MOST_PEOPLE),
    members: (value) => value === undefined ? undefined : list(person, MOST_PEOPLE)(value),
    count: whole,
  }),
  typing: object<Typing>({ type: word("typing"), from: text, name: text }),
  renamed: object<Renamed>({ type: word("renamed"), from: text, name: text }),
  error: object<Refusal>({ type: word("error"), code: text, detail: text, id: optional(text) }),
  pong: object<Pong>({ type: word("pong"), id: optional(text) }),
};

/** A message, as HTTP answers with. */
export const checkMessage: Check<Message> = checks.message;

/** A page of messages, as HTTP answers with. */
export const checkHistory: Check<History> = object<History>({
  messages: list(checks.message, MOST_PER_PAGE),
  more: flag,
  head: optional(whole),
  at: optional(time),
  epoch: optional(text),
});

/** A page of rooms, as HTTP answers with. */
export const checkRooms: Check<{ rooms: RoomSummary[]; more?: boolean }> = object({
  rooms: list(
    object<RoomSummary>({
      name: text,
      members: whole,
      seq: whole,
      at: optional(time),
      topic: optional(text),
    }),
    Infinity,
  ),
  more: optional(flag),
});

/** The object on a line; undefined if it is none that is known, or has the wrong shape. */
function parseLine(line: string): RoomObject | undefined {
  try {
    const value = JSON.parse(line);
    const type = value?.type;
    return Object.hasOwn(checks, type) ? checks[type as RoomObject["type"]](value) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The known objects in a frame, in order.
 *
 * @example
 * ```ts
 * parseFrame('{"type":"gap","from":1,"to":2}\n{"type":"news"}'); // one Gap
 * ```
 */
export function parseFrame(frame: string): RoomObject[] {
  const objects: RoomObject[] = [];
  for (const line of frame.split("\n", MOST_LINES)) {
    const found = parseLine(line);
    if (found) objects.push(found);
  }
  return objects;
}
