/**
 * The plain-text wire of gorilla/websocket's chat example.
 *
 * In: a frame is a message; its newlines become spaces, and its ends are trimmed. Out: messages joined
 * with newlines, nothing before or after, or one in each frame, for pages that show a frame as one
 * line. A message of somebody with a name is sent as `name: text`. Presence, typing and gaps are not
 * sent.
 */

import type { Message } from "../journal/journal.ts";
import { cleanText, isVisible, oneLine } from "./sanitize.ts";
import type { Wire } from "./wire.ts";

function line({ name, text }: Message): string {
  return name ? `${name}: ${oneLine(text)}` : oneLine(text);
}

function createLines(encode: Wire["encode"]): Wire {
  return {
    name: "lines",
    decode(frame) {
      const text = cleanText(oneLine(frame)).trim();
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
export const lines: Wire = createLines((entries) => {
  let frame = "";
  for (const entry of entries) {
    if (entry.kind !== "message") continue;
    if (frame) frame += "\n";
    frame += line(entry);
  }
  return frame ? [frame] : [];
});

/** The wire of `/ws` with `--plain single`: one message in each frame. */
export const singleLines: Wire = createLines((entries) => {
  const frames: string[] = [];
  for (const entry of entries) if (entry.kind === "message") frames.push(line(entry));
  return frames;
});
