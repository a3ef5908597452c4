/**
 * The objects of the JSON wire and of HTTP, checked.
 *
 * Nothing that a server sends is trusted to have the right shape: what does not is ignored, as are
 * objects of an unknown type.
 */

import {
  type Check,
  flag,
  list,
  object,
  optional,
  record,
  text,
  time,
  whole,
  word,
} from "./check.ts";
import type {
  Attachment,
  Delete,
  Edit,
  Entry,
  Gap,
  History,
  Message,
  Person,
  Pin,
  Pong,
  Presence,
  React,
  Reaction,
  Refusal,
  Renamed,
  RoomAccess,
  RoomChange,
  RoomObject,
  RoomSummary,
  Skip,
  Typing,
  Welcome,
} from "./protocol.ts";

/** More people than any server lists in one object. */
const MOST_PEOPLE = 1_000;
/** More messages or rooms than any server puts in one page. */
export const MOST_PER_PAGE = 1_000;
/** More pins, mentions, emoji and their people than any server lists. */
export const MOST_LISTED = 100;
/** A frame with more lines than this is cut there. */
const MOST_LINES = 100_000;

/** A person, as they are shown to others. */
export const checkPerson: Check<Person> = object<Person>({
  id: text,
  name: text,
  avatar: optional(text),
  role: optional(text),
});

/** How a room is entered. */
export const access: Check<RoomAccess> = (value) => {
  if (value === "open" || value === "private" || value === "direct") return value;
  throw new TypeError("no access");
};

const reaction: Check<Reaction> = object<Reaction>({
  count: whole,
  from: list(text, MOST_LISTED),
  mine: () => undefined,
});

/** A file, as HTTP answers to an upload with. */
export const checkAttachment: Check<Attachment> = object<Attachment>({
  id: text,
  name: text,
  type: text,
  size: whole,
  width: optional(whole),
  height: optional(whole),
  alt: optional(text),
});

const change = { seq: whole, at: time, from: text, id: optional(text) };

const checks: { readonly [T in RoomObject["type"]]: Check<Extract<RoomObject, { type: T }>> } = {
  welcome: object<Welcome>({
    type: word("welcome"),
    room: text,
    you: checkPerson,
    access: optional(access),
    title: optional(text),
    archived: optional(word(true)),
    closed: optional(time),
    epoch: text,
    seq: whole,
    at: optional(time),
    after: optional(whole),
    members: list(checkPerson, MOST_PEOPLE),
    count: whole,
    reset: optional(flag),
    topic: optional(text),
    pins: absentOr(list(whole, MOST_LISTED)),
    messages: optional(whole),
    id: optional(text),
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
    reply: optional(whole),
    to: absentOr(list(text, MOST_LISTED)),
    files: absentOr(list(checkAttachment, MOST_LISTED)),
    v: optional(whole),
    edited: optional(time),
    deleted: optional(word(true)),
    reactions: optional(record(reaction, MOST_LISTED)),
    textVersion: () => undefined,
  }),
  edit: object<Edit>({ ...change, type: word("edit"), of: whole, text }),
  delete: object<Delete>({ ...change, type: word("delete"), of: whole }),
  react: object<React>({
    ...change,
    type: word("react"),
    name: text,
    of: whole,
    emoji: text,
    on: flag,
    count: whole,
  }),
  pin: object<Pin>({ ...change, type: word("pin"), of: whole, on: flag }),
  room: object<RoomChange>({
    ...change,
    type: word("room"),
    topic: optional(text),
    title: optional(text),
    added: optional(text),
    removed: optional(text),
    archived: optional(flag),
  }),
  skip: object<Skip>({
    type: word("skip"),
    from: whole,
    to: whole,
    at: time,
    id: optional(text),
  }),
  gap: object<Gap>({ type: word("gap"), from: whole, to: whole }),
  presence: object<Presence>({
    type: word("presence"),
    joined: list(checkPerson, MOST_PEOPLE),
    left: list(text, MOST_PEOPLE),
    members: absentOr(list(checkPerson, MOST_PEOPLE)),
    count: whole,
  }),
  typing: object<Typing>({ type: word("typing"), from: text, name: text }),
  renamed: object<Renamed>({ type: word("renamed"), from: text, name: text }),
  error: object<Refusal>({ type: word("error"), code: text, detail: text, id: optional(text) }),
  pong: object<Pong>({ type: word("pong"), id: optional(text) }),
};

const ENTRIES: ReadonlySet<unknown> = new Set([
  "message",
  "edit",
  "delete",
  "react",
  "pin",
  "room",
  "skip",
]);

/** A message, as HTTP answers with. */
export const checkMessage: Check<Message> = checks.message;

/** Whatever a command was kept as, as HTTP answers with. */
export const checkEntry: Check<Entry> = (value) => {
  const type = (value as { type?: unknown } | null)?.type;
  if (!ENTRIES.has(type)) throw new TypeError("not an entry");
  return (checks[type as Entry["type"]] as Check<Entry>)(value);
};

/** Those who reacted to a message with an emoji, as HTTP answers with. */
export const checkReaction: Check<Reaction> = object<Reaction>({
  count: whole,
  from: list(text, MOST_PER_PAGE),
  mine: optional(word(true)),
});

/** A page of messages, as HTTP answers with. */
export const checkHistory: Check<History> = object<History>({
  messages: list(checks.message, MOST_PER_PAGE),
  more: flag,
  head: optional(whole),
  at: optional(time),
  epoch: optional(text),
});

/** A room, as HTTP answers with. */
export const checkRoom: Check<RoomSummary> = object<RoomSummary>({
  name: text,
  members: whole,
  seq: whole,
  at: optional(time),
  messages: optional(whole),
  topic: optional(text),
  access: optional(access),
  title: optional(text),
  archived: optional(word(true)),
  closed: optional(time),
  people: absentOr(list(checkPerson, MOST_LISTED)),
});

/** A page of rooms, as HTTP answers with. */
export const checkRooms: Check<{ rooms: RoomSummary[]; more?: boolean }> = object({
  rooms: list(checkRoom, Infinity),
  more: optional(flag),
});

/** The value, or undefined if it is absent. */
export function absentOr<T>(check: Check<T>): Check<T | undefined> {
  return (value) => value === undefined ? undefined : check(value);
}

/** Whatever a room sends; undefined if it is nothing that is known, or has the wrong shape. */
export function checkObject(value: unknown): RoomObject | undefined {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== "string" || !Object.hasOwn(checks, type)) return;
  return optional<RoomObject>(checks[type as RoomObject["type"]])(value);
}

/** The values on the lines of a frame that `check` knows, in order. */
export function parseLines<T>(frame: string, check: (value: unknown) => T | undefined): T[] {
  const found: T[] = [];
  for (const line of frame.split("\n", MOST_LINES)) {
    try {
      const value = check(JSON.parse(line));
      if (value !== undefined) found.push(value);
    } catch {
      // It is not JSON.
    }
  }
  return found;
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
  return parseLines(frame, checkObject);
}
