/** Messages for the benches of the parts: such as people write, and the same every time. */

import { type Message, type MessageDraft, toMessage } from "../journal/journal.ts";

const PLAIN = "Did anybody see where the spare keys went? I had them on Tuesday.";
/** Quotes and letters beyond ASCII: what costs an encoder more. */
const HARD = 'She said: "naïve café", \\ and then 你好, and laughed until it hurt 🙂.';

/** A message that has not been kept yet. */
export function draft(number: number, { text = PLAIN, room = "lobby" } = {}): MessageDraft {
  return {
    room,
    at: 1_700_000_000_000 + number,
    from: "6f1c2a34-9d0b-4c57-8f6e-0a1b2c3d4e5f",
    name: "Ann",
    avatar: undefined,
    text,
    id: undefined,
  };
}

/** So many messages as a room's tail holds them, from number 1 on. */
export function talk(count: number, kind: "plain" | "hard" = "plain"): Message[] {
  const text = kind === "plain" ? PLAIN : HARD;
  return Array.from({ length: count }, (_, index) => toMessage(draft(index, { text }), index + 1));
}

/** A frame as the page sends it. */
export function sayFrame(kind: "plain" | "hard" = "plain"): string {
  const text = kind === "plain" ? PLAIN : HARD;
  return JSON.stringify({ type: "say", text, id: "0b9d7a3e-51c4-4f7e-9a77-2f6a1d3c5e80" });
}
