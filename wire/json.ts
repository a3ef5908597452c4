/**
 * The JSON wire, which Hubbub's own page, bots and terminal client use.
 *
 * Frames in both directions are JSON objects joined with newlines; there is no newline inside an object,
 * since JSON escapes it. The objects are those of docs/PROTOCOL.md. Unknown fields are ignored.
 */

import { LIMITS } from "../config/limits.ts";
import { entryLine, gapLine, membersLine, welcomeLine } from "./objects.ts";
import { cleanText } from "./sanitize.ts";
import type { Command, Invalid, Refusal, Wire } from "./wire.ts";

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
    case "ping":
      return { type, id };
    case "name":
      if (typeof name === "string") return { type, name, id };
      return invalid("bad_command", "name takes a name, which is a string", id);
    default:
      return invalid("bad_command", "the type is one of say, typing, name, ping", id);
  }
}

/** Whether a value may be the id of a message. (SQLite reads a text up to its first NUL.) */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed() &&
    !value.includes("\0") &&
    (value.length <= LIMITS.idLength || [...value].length <= LIMITS.idLength);
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
      const object = entryLine(entry);
      if (object) frame += frame ? "\n" + object : object;
    }
    return frame ? [frame] : [];
  },

  welcome: (welcome) => [welcomeLine(welcome)],

  gap: (from, to) => [gapLine(from, to)],

  members: (members, count) => [membersLine(members, count)],

  refusal: (code, detail, id) => [JSON.stringify({ type: "error", code, detail, id })],

  pong: (id) => [JSON.stringify({ type: "pong", id })],
};
