/**
 * The JSON wire's messages as Server-Sent Events: `id:` is the seq, so that a browser which comes
 * back asks for what is missing by itself. Nothing is ever said on it.
 */

import type { Wire } from "./wire.ts";
import { json, messageLine } from "./json.ts";

const event = (data: string) => `data: ${data}\n\n`;

/** The wire of `/rooms/{room}/events`. */
export const events: Wire = {
  name: "events",
  decode: () => [],
  encode(entries) {
    let frame = "";
    for (const entry of entries) {
      if (entry.kind === "message") frame += `id: ${entry.seq}\n${event(messageLine(entry))}`;
    }
    return frame ? [frame] : [];
  },
  welcome: () => [],
  gap: (from, to) => json.gap(from, to).map(event),
  members: () => [],
  refusal: () => [],
};
