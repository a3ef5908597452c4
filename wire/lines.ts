/**
 * The plain-text wire of gorilla/websocket's chat example.
 *
 * In: a frame is a message; its newlines become spaces, and its ends are trimmed. Out: messages joined
 * with newlines, nothing before or after, or one in each frame, for pages that show a frame as one
 * line. A message of somebody with a name is sent as `name: text`, an edit as `name: * new text`; files
 * follow the text, each as its name and its address.
 * Nothing else is sent.
 */

import type { Entry } from "../hub/entry.ts";
import { byPlace, type Place, textWithFiles } from "./file_text.ts";
import { cleanText, isPlain, isVisible, oneLine } from "./sanitize.ts";
import type { Wire } from "./wire.ts";

/** The line of an entry; `""` for one that has none. A replay has messages in their current state. */
function lineOf(entry: Entry, place: Place, isReplay = false): string {
  if (entry.kind === "message") {
    return entry.deleted ? "" : line(entry.name, textWithFiles(entry, place));
  }
  if (entry.kind !== "change" || entry.action.type !== "edit" || isReplay) return "";
  return line(entry.name, `* ${entry.action.text}`);
}

function line(name: string, text: string): string {
  return name ? `${name}: ${oneLine(text)}` : oneLine(text);
}

function createLines(encode: Wire["encode"]): Wire {
  return {
    name: "lines",
    decode(frame) {
      const text = (isPlain(frame) ? frame : cleanText(oneLine(frame))).trim();
      return isVisible(text) ? [{ type: "say", text }] : [];
    },
    encode,
    welcome: () => [],
    gap: () => [],
    members: () => [],
    refusal: (_code, detail) => [`-- not sent: ${detail}`],
    pong: () => [],
  };
}

/** The wire of `/ws`: messages joined with newlines. */
export const linesAt: (place: Place) => Wire = byPlace((place) =>
  createLines((entries, isReplay) => {
    let frame = "";
    for (const entry of entries) {
      const text = lineOf(entry, place, isReplay);
      if (text) frame += frame ? `\n${text}` : text;
    }
    return frame ? [frame] : [];
  })
);

/** The wire of `/ws` with `--plain single`: one message in each frame. */
export const singleLinesAt: (place: Place) => Wire = byPlace((place) =>
  createLines((entries, isReplay) =>
    entries.map((entry) => lineOf(entry, place, isReplay)).filter(Boolean)
  )
);
