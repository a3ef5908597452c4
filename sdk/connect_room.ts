/** A room on a connection of its own. */

import { Connection } from "./connection.ts";
import { parseFrame } from "./decode.ts";
import { query, roomUrl } from "./http.ts";
import { Identity } from "./identity.ts";
import { REPLAY, Room } from "./room.ts";
import type { RoomOptions } from "./room_options.ts";

/**
 * Enters a room, and stays in it until it is closed.
 *
 * @example
 * ```ts
 * const room = connectRoom({ url: "https://chat.example", room: "tea", name: "Ann" });
 * room.on("message", ({ name, text }) => console.log(`${name}: ${text}`));
 * const outcome = await room.say("Hello!");
 * if (!outcome.kept) console.error(outcome.detail);
 * await room.close();
 * ```
 */
export function connectRoom(options: RoomOptions): Room {
  const { url, room, replay = REPLAY, timing } = options;
  const identity = new Identity(options);
  return new Room(options, identity, (events, state) => {
    const address = () => {
      const { seq: since, epoch, at } = state.position ?? {};
      const found = roomUrl(url, room);
      found.search = query({ ...identity.query, replay, since, epoch, at });
      return found;
    };
    return new Connection({
      url: address,
      token: identity.token,
      timing,
      parse: parseFrame,
      ...events,
    });
  });
}
