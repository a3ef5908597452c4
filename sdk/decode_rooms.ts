/** The objects of the connection for all rooms, checked; as in `decode.ts`, what is malformed is ignored. */

import { type Check, flag, list, object, optional, text, time, whole, word } from "./check.ts";
import {
  absentOr,
  access,
  checkObject,
  checkPerson,
  MOST_LISTED,
  MOST_PER_PAGE,
  parseLines,
} from "./decode.ts";
import type {
  Activity,
  Hello,
  Mention,
  Mute,
  OwnObject,
  Read,
  RoomDescription,
  RoomsChange,
  RoomsObject,
  Star,
} from "./rooms_protocol.ts";

const description = object<RoomDescription>({
  name: text,
  title: optional(text),
  archived: optional(word(true)),
  closed: optional(time),
  topic: optional(text),
  access: optional(access),
  seq: whole,
  at: time,
  messages: whole,
  count: whole,
  members: absentOr(list(checkPerson, MOST_LISTED)),
  read: whole,
  mentions: whole,
  muted: optional(word(true)),
  starred: optional(word(true)),
});

const setting = { own: whole, room: text, on: flag };

const checks: { readonly [T in OwnObject["type"]]: Check<Extract<OwnObject, { type: T }>> } = {
  hello: object<Hello>({
    type: word("hello"),
    you: checkPerson,
    epoch: text,
    own: object<Hello["own"]>({ seq: whole, at: time }),
    rooms: list(description, MOST_PER_PAGE),
    more: optional(word(true)),
  }),
  activity: object<Activity>({
    type: word("activity"),
    rooms: list(
      object<Activity["rooms"][number]>({
        name: text,
        seq: whole,
        at: time,
        messages: whole,
        count: whole,
      }),
      MOST_PER_PAGE,
    ),
  }),
  mention: object<Mention>({
    type: word("mention"),
    own: whole,
    room: text,
    seq: whole,
    at: time,
    from: text,
    name: text,
    text,
    mentions: whole,
  }),
  read: object<Read>({
    type: word("read"),
    own: whole,
    room: text,
    seq: whole,
    read: whole,
    mentions: whole,
  }),
  mute: object<Mute>({ type: word("mute"), ...setting }),
  star: object<Star>({ type: word("star"), ...setting }),
  rooms: object<RoomsChange>({
    type: word("rooms"),
    own: whole,
    added: list(description, MOST_PER_PAGE),
    removed: list(text, MOST_PER_PAGE),
  }),
};

function checkRoomsObject(value: unknown): RoomsObject | undefined {
  const { type, room } = value as { type?: string; room?: unknown };
  if (typeof type === "string" && Object.hasOwn(checks, type)) {
    return (checks[type as OwnObject["type"]] as Check<OwnObject>)(value);
  }
  const found = checkObject(value);
  if (!found) return;
  if (typeof room === "string") return { type: "in", room, object: found };
  return found.type === "error" || found.type === "pong" ? found : undefined;
}

/** The known objects in a frame, in order. */
export function parseRoomsFrame(frame: string): RoomsObject[] {
  return parseLines(frame, checkRoomsObject);
}
