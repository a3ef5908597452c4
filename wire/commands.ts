/**
 * Commands in JSON: what the objects of a client mean, checked field by field.
 *
 * A text is clean here, but may still be too long or invisible: the client, who knows the limits,
 * decides on that.
 */

import { LIMITS } from "../config/limits.ts";
import { parseRoomOrder } from "./room_order.ts";
import { cleanText, fitsBytes, isVisible } from "./sanitize.ts";
import type { AskedFile, Command, Invalid, Refusal } from "./wire.ts";

/** The fields of an object that a client has sent. */
export type Fields = Readonly<Record<string, unknown>>;

/** Parsers by type: each gives the command, or says what is wrong with it. */
export type Parsers<C> = Readonly<Record<string, (fields: Fields) => C | string>>;

/** The command of one line, on a connection to one room. */
export function parseCommand(line: string): Command {
  return parseLine(line, COMMANDS);
}

/** The command of one line, of those that there are parsers for. */
export function parseLine<C extends object>(line: string, parsers: Parsers<C>): C | Invalid {
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return invalid("bad_json", "this is not JSON");
  }
  if (typeof object !== "object" || !object || Array.isArray(object)) {
    return invalid("bad_command", "a command is a JSON object");
  }
  const fields = object as Fields;
  const { type, id } = fields;
  if (id !== undefined && !isId(id)) {
    const length = `1 to ${LIMITS.idLength} characters, without NUL`;
    return invalid("bad_command", `an id is a string of ${length}`);
  }
  const parse = typeof type === "string" && Object.hasOwn(parsers, type) && parsers[type];
  if (!parse) {
    return invalid("bad_command", `the type is one of ${Object.keys(parsers).join(", ")}`, id);
  }
  const command: C & { id?: string } | string = parse(fields);
  if (typeof command === "string") return invalid("bad_command", command, id);
  // It is of nobody else yet; a copy would cost as much as reading it.
  command.id = id;
  return command;
}

function invalid(code: Refusal, detail: string, id?: string): Invalid {
  return { type: "invalid", code, detail, id };
}

/** The commands of a connection to one room. */
export const COMMANDS: Parsers<Command> = {
  say({ files, text = files && "", reply, to }) {
    if (typeof text !== "string") return "say takes a text, which is a string";
    if (reply !== undefined && !isSeq(reply)) return "reply takes the seq of a message";
    if (to !== undefined && !isIds(to)) return `to takes ${LIMITS.mentions} ids of members at most`;
    const clean = cleanText(text);
    if (files !== undefined) return sayWithFiles(clean, files, reply, to);
    // With a place for its id, which to add later would cost as much as all of this.
    return reply === undefined && to === undefined
      ? { type: "say", text: clean, id: undefined }
      : { type: "say", text: clean, id: undefined, reply, to };
  },
  edit({ of, text, v }) {
    if (!isSeq(of)) return "edit takes of, the seq of a message";
    if (typeof text !== "string") return "edit takes a text, which is a string";
    if (v !== undefined && !isSeq(v)) return "v takes the seq of a message or of an edit";
    return { type: "edit", of, text: cleanText(text), v };
  },
  delete: ({ of }) => isSeq(of) ? { type: "delete", of } : "delete takes of, the seq of a message",
  react({ of, emoji, on = true }) {
    if (!isSeq(of)) return "react takes of, the seq of a message";
    if (!isEmoji(emoji)) return `an emoji is one character of ${LIMITS.emojiBytes} bytes at most`;
    return typeof on === "boolean" ? { type: "react", of, emoji, on } : "on is true or false";
  },
  pin({ of, on = true }) {
    if (!isSeq(of)) return "pin takes of, the seq of a message";
    return typeof on === "boolean" ? { type: "pin", of, on } : "on is true or false";
  },
  room(fields) {
    const order = parseRoomOrder(fields);
    if (typeof order === "string") return order;
    const { topic, ...others } = order;
    return topic !== undefined && Object.keys(others).length === 0
      ? { type: "room", topic }
      : { type: "settings", order };
  },
  typing: () => ({ type: "typing" }),
  ping: () => ({ type: "ping" }),
  name: ({ name }) =>
    typeof name === "string" ? { type: "name", name } : "name takes a name, which is a string",
};

/** With files the text may be empty. */
function sayWithFiles(text: string, files: unknown, reply?: number, to?: string[]) {
  const asked = parseFiles(files);
  if (!asked) return FILES_TAKEN;
  return { type: "say", text: isVisible(text) ? text : "", reply, to, files: asked } as const;
}

/** What `files` of a message takes. */
export const FILES_TAKEN = `files takes 1 to ${LIMITS.filesPerMessage} ids of files, each once, ` +
  `or objects with an id and an alt of ${LIMITS.fileAlt} characters at most`;

/** The files that a message is to name; undefined for a value that is no such list. */
export function parseFiles(value: unknown): AskedFile[] | undefined {
  if (!Array.isArray(value)) return;
  const files = value.slice(0, LIMITS.filesPerMessage + 1).map(parseFile);
  const known = files.filter((file) => file !== undefined);
  const ids = new Set(known.map(({ id }) => id));
  const isTaken = known.length === files.length && ids.size === files.length;
  return isTaken && ids.size > 0 && ids.size <= LIMITS.filesPerMessage ? known : undefined;
}

function parseFile(value: unknown): AskedFile | undefined {
  if (isId(value)) return { id: value };
  if (typeof value !== "object" || value === null) return;
  const { id, alt = "" } = value as Fields;
  if (!isId(id) || typeof alt !== "string" || alt.length > 2 * LIMITS.fileAlt) return;
  const clean = cleanText(alt).trim();
  if ([...clean].length > LIMITS.fileAlt) return;
  return isVisible(clean) ? { id, alt: clean } : { id };
}

/** Whether the value is what a sender may call a command. (SQLite reads a text up to its first NUL.) */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed() &&
    !value.includes("\0") &&
    (value.length <= LIMITS.idLength || [...value].length <= LIMITS.idLength);
}

/** Whether the value may be the number of an entry. */
export function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number > 0;
}

/** Whether the value is a list of ids of members, as long as it may be. */
export function isIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= LIMITS.mentions &&
    value.every((id) => isId(id) && id.length <= LIMITS.subjectLength);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether the value is one character as people see it. */
export function isEmoji(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed() && isVisible(value) &&
    !value.includes("/") && fitsBytes(value, LIMITS.emojiBytes) &&
    [...graphemes.segment(value)].length === 1;
}
