/**
 * The JSON wire, which Hubbub's own page, bots and terminal client use.
 *
 * Frames in both directions are JSON objects joined with newlines; there is no newline inside an object,
 * since JSON escapes it. The objects are those of docs/PROTOCOL.md. Unknown fields are ignored.
 */

import { LIMITS } from "../config/limits.ts";
import { parseCommand } from "./commands.ts";
import { entryLine, gapLine, membersLine, welcomeLine } from "./objects.ts";
import type { Invalid, Wire } from "./wire.ts";

/** The commands of a frame, one in each line. */
export function decodeLines<C>(frame: string, parse: (line: string) => C): (C | Invalid)[] {
  if (!frame.includes("\n")) return [parse(frame)];
  const lines = frame.split("\n", LIMITS.frameLines + 1);
  if (lines.length > LIMITS.frameLines) {
    const detail = `a frame takes ${LIMITS.frameLines} lines at most`;
    return [{ type: "invalid", code: "too_large", detail }];
  }
  return lines.filter((line) => line.trim()).map(parse);
}

/** The wire of `/rooms/{room}`. */
export const json: Wire = {
  name: "json",

  decode: (frame) => decodeLines(frame, parseCommand),

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
