/**
 * The plain-text wire of gorilla/websocket's chat example.
 *
 * In: a frame is a message; its newlines become spaces, its ends are trimmed. Out: messages joined
 * with newlines, nothing before or after; a message of somebody with a name goes out as
 * `name: text`. Presence, typing and gaps have no words here.
 */

import { cleanText, oneLine } from "./sanitize.ts";
import type { Wire } from "./wire.ts";

/** The wire of `/ws`. */
export const lines: Wire = {
  name: "lines",

  decode(frame) {
    const text = oneLine(cleanText(frame)).trim();
    return text ? [{ type: "say", text }] : [];
  },

  encode(entries) {
    let frame = "";
    for (const entry of entries) {
      if (entry.kind !== "message") continue;
      if (frame) frame += "\n";
      frame += entry.name ? `${entry.name}: ${oneLine(entry.text)}` : oneLine(entry.text);
    }
    return frame ? [frame] : [];
  },

  welcome: () => [],
  gap: () => [],
  members: () => [],
  refusal: (_code, detail) => [`-- not sent: ${detail}`],
};
