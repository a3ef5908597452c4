/**
 * The JSON wire: what Hubbub's own page, bots and the terminal speak.
 *
 * Frames both ways are JSON objects joined with newlines; a newline never stands inside one, since
 * JSON escapes it. The objects are those of docs/PROTOCOL.md. Unknown fields are ignored.
 */

import { LIMITS } from "../config/limits.ts";
import type { Message } from "../journal/journal.ts";
import type { Entry } from "../hub/entry.ts";
import type { Person } from "../hub/person.ts";
import { cleanText } from "./sanitize.ts";
import {
  type Command,
  type Invalid,
  type Refusal,
  shownName,
  type Welcome,
  type Wire,
} from "./wire.ts";

const quote = JSON.stringify as (value: string) => string;

/** A message as one line of JSON; also what HTTP answers with. */
export function messageLine(said: Message): string {
  const { seq, at, from, avatar, text, id } = said;
  return `{"type":"message","seq":${seq},"at":${at},"from":${quote(from)}` +
    `,"name":${quote(shownName({ id: from, name: said.name }))}` +
    (avatar ? `,"avatar":"${avatar}"` : "") +
    `,"text":${quote(text)}` +
    (id === undefined ? "}" : `,"id":${quote(id)}}`);
}

function shown({ id, name, avatar }: Person) {
  return { id, name: shownName({ id, name }), avatar };
}

const lists = new WeakMap<readonly Person[], string>();

/** People in JSON, made once for each array: a crowd that comes at once is told of the same. */
function list(people: readonly Person[]): string {
  let text = lists.get(people);
  if (text === undefined) lists.set(people, text = JSON.stringify(people.map(shown)));
  return text;
}

function presence(members: readonly Person[], count: number): string {
  return `{"type":"presence","members":${list(members)},"count":${count}}`;
}

function line(entry: Entry): string {
  switch (entry.kind) {
    case "message":
      return messageLine(entry);
    case "presence": {
      const { joined, left, count, members, snapshot } = entry;
      if (snapshot && members) return presence(members, count);
      return JSON.stringify({ type: "presence", joined: joined.map(shown), left, count });
    }
    case "typing":
      if (performance.now() - entry.at > LIMITS.typingMs) return "";
      return JSON.stringify({ type: "typing", from: entry.from, name: entry.name });
    case "renamed":
      return JSON.stringify({ type: "renamed", from: entry.from, name: entry.name });
  }
}

function invalid(code: Refusal, detail: string, id?: string): Invalid {
  return { type: "invalid", code, detail, id };
}

/** The command of one line. */
function parse(line: string): Command {
  let object: Record<string, unknown> | null;
  try {
    object = JSON.parse(line);
  } catch {
    return invalid("bad_json", "this is not JSON");
  }
  if (typeof object !== "object" || !object || Array.isArray(object)) {
    return invalid("bad_command", "a command is a JSON object");
  }
  const { type, text, name, id } = object;
  if (id !== undefined && !isId(id)) {
    const length = `1 to ${LIMITS.idLength} characters, without NUL`;
    return invalid("bad_command", `an id is a string of ${length}`);
  }
  switch (type) {
    case "say":
      if (typeof text === "string") return { type, text: cleanText(text), id };
      return invalid("bad_command", "say takes a text, which is a string", id);
    case "typing":
      return { type };
    case "name":
      if (typeof name === "string") return { type, name, id };
      return invalid("bad_command", "name takes a name, which is a string", id);
    default:
      return invalid("bad_command", "the type is one of say, typing, name", id);
  }
}

/** Whether the value is what a sender may call a message. (SQLite reads a text up to its first NUL.). */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed() &&
    !value.includes("\0") &&
    (value.length <= LIMITS.idLength || [...value].length <= LIMITS.idLength);
}

/** The welcome as one line of JSON. */
export function welcomeLine(welcome: Welcome): string {
  const { room, you, epoch, seq, at, after, members, count, reset } = welcome;
  return `{"type":"welcome","room":${quote(room)},"you":${JSON.stringify(shown(you))}` +
    `,"epoch":${quote(epoch)},"seq":${seq},"at":${at},"after":${after}` +
    `,"members":${list(members)},"count":${count},"access":"open"` +
    (reset ? `,"reset":true}` : "}");
}

/** The wire of `/rooms/{room}`. */
export const json: Wire = {
  name: "json",

  decode(frame) {
    if (!frame.includes("\n")) return [parse(frame)];
    const lines = frame.split("\n", LIMITS.frameLines + 1);
    if (lines.length > LIMITS.frameLines) {
      return [invalid("too_large", `a frame takes ${LIMITS.frameLines} lines at most`)];
    }
    return lines.filter((line) => line.trim()).map(parse);
  },

  encode(entries) {
    let frame = "";
    for (const entry of entries) {
      const object = line(entry);
      if (object) frame += frame ? "\n" + object : object;
    }
    return frame ? [frame] : [];
  },

  welcome: (welcome) => [welcomeLine(welcome)],

  gap: (from, to) => [JSON.stringify({ type: "gap", from, to })],

  members: (members, count) => [presence(members, count)],

  refusal: (code, detail, id) => [JSON.stringify({ type: "error", code, detail, id })],
};
