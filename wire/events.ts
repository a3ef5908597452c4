/**
 * The JSON wire's log as Server-Sent Events. A browser that reconnects asks by itself for what it missed.
 * Clients send nothing on this wire.
 *
 * An event's id is a position, `epoch.seq.at`. The first event, `welcome` or `reset`, has the position
 * at which the stream continues, so a client has one before the first message.
 */

import { changeLine, gapLine, messageLine, skipLine, welcomeLine } from "./objects.ts";
import type { Wire } from "./wire.ts";

/** A place in a room's history, as clients of this wire remember it. */
export interface Position {
  readonly epoch: string | undefined;
  readonly seq: number;
  /** The time of that message; undefined if unknown. */
  readonly at: number | undefined;
}

/** Reads a position: an event's id, or a bare number. Undefined for anything else. */
export function parsePosition(id: string): Position | undefined {
  const [, epoch, seq, at] = /^(?:([\w-]+)\.)?(\d{1,15})(?:\.(\d{1,15}))?$/.exec(id) ?? [];
  if (seq === undefined) return;
  return { epoch, seq: Number(seq), at: Number(at) || undefined };
}

let latest: { epoch: string; wire: Wire } | undefined;

/** The wire of `/rooms/{room}/events` for this epoch: the same object for all its clients. */
export function eventsOf(epoch: string): Wire {
  if (latest?.epoch !== epoch) latest = { epoch, wire: createEvents(epoch) };
  return latest.wire;
}

function createEvents(epoch: string): Wire {
  const event = (type: string, seq: number, at: number, data: string) =>
    `${type && `event: ${type}\n`}id: ${epoch}.${seq}.${at}\ndata: ${data}\n\n`;
  return {
    name: "events",
    decode: () => [],
    encode(entries) {
      let frame = "";
      for (const entry of entries) {
        if (entry.kind === "message") frame += event("", entry.seq, entry.at, messageLine(entry));
        else if (entry.kind === "change") {
          const type = entry.action.type === "set" ? "room" : entry.action.type;
          frame += event(type, entry.seq, entry.at, changeLine(entry));
        } else if (entry.kind === "skip") {
          frame += event("skip", entry.seq, entry.at, skipLine(entry));
        }
      }
      return frame ? [frame] : [];
    },
    welcome(welcome) {
      const { after, afterAt = 0, reset } = welcome;
      return [event(reset ? "reset" : "welcome", after, afterAt, welcomeLine(welcome))];
    },
    gap: (from, to) => [event("gap", to, 0, gapLine(from, to))],
    members: () => [],
    refusal: () => [],
    pong: () => [],
  };
}
