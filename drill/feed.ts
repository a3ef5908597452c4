/**
 * How a drill's client is fed with a room: over a WebSocket, or by Server-Sent Events.
 *
 * Each resumes as its kind of client does: a WebSocket with the position of the client library's
 * state, an event stream with the id of the last event, as a browser would. Neither comes back by
 * itself: a drill decides when.
 */

import { Connection } from "../sdk/connection.ts";
import { parseFrame } from "../sdk/decode.ts";
import type { RoomObject } from "../sdk/protocol.ts";
import type { Position } from "../sdk/state_events.ts";

/** What a feed needs of its client, and reports to it. */
export interface FeedOptions {
  readonly name: string;
  readonly room: string;
  /** Where the client is, if it has been anywhere. */
  readonly position: () => Position | undefined;
  readonly onObjects: (objects: readonly RoomObject[]) => void;
  /** After the first objects. */
  readonly onOnline: () => void;
  /** Once for each `open`. */
  readonly onGone: () => void;
}

/** A connection of one client. */
export interface Feed {
  /** Connects to the server at `host`. */
  open(host: string): void;
  /** Sends a command; returns false if that cannot be done now. */
  send(command: object): boolean;
  close(): Promise<void>;
}

/** The JSON wire, by the connection of the client library. */
export function openSocketFeed(options: FeedOptions): Feed {
  const { name, room, position, onObjects, onOnline, onGone } = options;
  let host = "";
  const address = () => {
    const query = new URLSearchParams({ name });
    const { seq: since, epoch, at } = position() ?? {};
    for (const [key, value] of Object.entries({ since, epoch, at })) {
      if (value !== undefined) query.set(key, String(value));
    }
    return new URL(`http://${host}/rooms/${room}?${query}`);
  };
  const connection = new Connection({
    url: address,
    parse: parseFrame,
    onObjects,
    onStatus({ is }) {
      if (is === "online") onOnline();
      // It would come back by itself.
      if (is === "waiting") connection.close();
      if (is === "stopped") onGone();
    },
  });
  return {
    open(to) {
      host = to;
      connection.open();
    },
    send: (command) => connection.send(command),
    close: () => connection.close(),
  };
}

const EVENTS = ["welcome", "reset", "gap", "message"];

/** Server-Sent Events. */
export function openEventFeed({ room, onObjects, onOnline, onGone }: FeedOptions): Feed {
  let source: EventSource | undefined;
  let lastId = "";
  const end = () => {
    if (!source) return;
    source.close();
    source = undefined;
    onGone();
  };
  return {
    open(host) {
      const since = lastId && `?since=${lastId}`;
      source = new EventSource(`http://${host}/rooms/${room}/events${since}`);
      source.onerror = end;
      for (const type of EVENTS) {
        source.addEventListener(type, ({ data, lastEventId }: MessageEvent) => {
          lastId = lastEventId;
          onObjects(parseFrame(data));
          if (type === "welcome" || type === "reset") onOnline();
        });
      }
    },
    send: () => false,
    close() {
      end();
      return Promise.resolve();
    },
  };
}
