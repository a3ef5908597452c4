/**
 * What the server says in JSON, an object a line: to clients of the JSON wire, in event streams, and over
 * HTTP. The objects are those of docs/PROTOCOL.md.
 */

import { LIMITS } from "../config/limits.ts";
import type { Entry } from "../hub/entry.ts";
import type { Person } from "../hub/person.ts";
import type { Change, Json, LogEntry, Message, SetAction, Skip } from "../journal/journal.ts";
import { shownName, type Welcome } from "./wire.ts";

const quote = JSON.stringify as (value: string) => string;

/** A message as one line of JSON; also what HTTP answers with. */
export function messageLine(message: Message): string {
  const { seq, at, from, avatar, text, id } = message;
  return `{"type":"message","seq":${seq},"at":${at},"from":${quote(from)}` +
    `,"name":${quote(shownName({ id: from, name: message.name }))}` +
    (avatar ? `,"avatar":"${avatar}"` : "") +
    `,"text":${quote(text)}` +
    (id === undefined ? "" : `,"id":${quote(id)}`) +
    (isPlain(message) ? "}" : rest(message));
}

function isPlain({ v, reply, to, files }: Message): boolean {
  return v === undefined && reply === undefined && !to && !files;
}

/** What few messages have. */
function rest({ reply, to, files, v, edited, deleted, reactions }: Message): string {
  return (reply === undefined ? "" : `,"reply":${reply}`) +
    (to === undefined ? "" : `,"to":${JSON.stringify(to)}`) +
    (files === undefined ? "" : `,"files":${JSON.stringify(files)}`) +
    (v === undefined ? "" : `,"v":${v}`) +
    (edited === undefined ? "" : `,"edited":${edited}`) +
    (deleted === undefined ? "" : `,"deleted":true`) +
    (reactions === undefined ? "}" : `,"reactions":${JSON.stringify(reactions)}}`);
}

/** A change as one line of JSON. */
export function changeLine(change: Change): string {
  const { seq, at, from, id, action } = change;
  if (action.type === "set") {
    return JSON.stringify({ type: "room", seq, at, from, ...settingOf(action), id });
  }
  return `{"type":"${action.type}","seq":${seq},"at":${at},"from":${quote(from)}` +
    fieldsOf(change) + (id === undefined ? "}" : `,"id":${quote(id)}}`);
}

/** What a change has beside what all have. */
function fieldsOf({ from: id, name, action, count }: Change): string {
  switch (action.type) {
    case "edit":
      return `,"of":${action.of},"text":${quote(action.text)}`;
    case "react":
      return `,"name":${quote(shownName({ id, name }))},"of":${action.of}` +
        `,"emoji":${quote(action.emoji)},"on":${action.on}` +
        (count === undefined ? "" : `,"count":${count}`);
    case "set":
      return "";
    default: {
      const { type: _, ...fields } = action;
      return `,${JSON.stringify(fields).slice(1, -1)}`;
    }
  }
}

/** What a hidden room's log says of the room, see `people/room_log.ts`; nothing else is shown. */
function settingOf({ value }: SetAction): object {
  const { title, added, removed, archived } = (value ?? {}) as { readonly [name: string]: Json };
  return { title, added, removed, archived };
}

/** Superseded entries as one line of JSON. */
export function skipLine({ from, seq, at, id }: Skip): string {
  return JSON.stringify({ type: "skip", from, to: seq, at, id });
}

/** An entry of a room's log as one line of JSON. */
export function logLine(entry: LogEntry): string {
  switch (entry.kind) {
    case "message":
      return messageLine(entry);
    case "change":
      return changeLine(entry);
    case "skip":
      return skipLine(entry);
  }
}

/** A person as others see them. */
export function shown(
  { id, name, avatar }: Person,
): { id: string; name: string; avatar: string | undefined } {
  return { id, name: shownName({ id, name }), avatar };
}

const lists = new WeakMap<readonly Person[], string>();

/** People in JSON, made once for each array: a crowd that joins at once is sent the same list. */
function list(people: readonly Person[]): string {
  let text = lists.get(people);
  if (text === undefined) lists.set(people, text = JSON.stringify(people.map(shown)));
  return text;
}

/** Everybody who is present as one line of JSON. */
export function membersLine(members: readonly Person[], count: number): string {
  return `{"type":"presence","members":${list(members)},"count":${count}}`;
}

/** An entry as one line of JSON; empty where it is too late to show it. */
export function entryLine(entry: Entry): string {
  switch (entry.kind) {
    case "presence": {
      const { joined, left, count, members, snapshot } = entry;
      if (snapshot && members) return membersLine(members, count);
      return JSON.stringify({ type: "presence", joined: joined.map(shown), left, count });
    }
    case "typing":
      if (performance.now() - entry.at > LIMITS.typingMs) return "";
      return JSON.stringify({ type: "typing", from: entry.from, name: entry.name });
    case "renamed":
      return JSON.stringify({ type: "renamed", from: entry.from, name: entry.name });
    default:
      return logLine(entry);
  }
}

/** The welcome as one line of JSON. */
export function welcomeLine(welcome: Welcome): string {
  const { room, epoch, seq, at, after, members, count, access, title, topic, pins } = welcome;
  const { role } = welcome;
  const you = { ...shown(welcome.you), role: role === "member" ? undefined : role };
  return `{"type":"welcome","room":${quote(room)},"you":${JSON.stringify(you)}` +
    `,"epoch":${quote(epoch)},"seq":${seq},"at":${at},"after":${after}` +
    `,"members":${list(members)},"count":${count},"access":"${access}"` +
    (title === undefined ? "" : `,"title":${quote(title)}`) +
    (welcome.archived ? `,"archived":true` : "") +
    (welcome.closed === undefined ? "" : `,"closed":${welcome.closed}`) +
    (topic ? `,"topic":${quote(topic)}` : "") +
    (pins.length > 0 ? `,"pins":[${pins}]` : "") +
    (welcome.messages === undefined ? "" : `,"messages":${welcome.messages}`) +
    (welcome.id === undefined ? "" : `,"id":${quote(welcome.id)}`) +
    (welcome.reset ? `,"reset":true}` : "}");
}

/** Messages that are no longer kept, as one line of JSON. */
export function gapLine(from: number, to: number): string {
  return JSON.stringify({ type: "gap", from, to });
}
