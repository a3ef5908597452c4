/** How a page of a room's history comes into the room's state. */

import type { History } from "./protocol.ts";
import type { RoomState } from "./room_state.ts";

/** How often a page is fetched again if it cannot be brought up to date. */
const TRIES = 3;

/**
 * Fetches a page and adds it to the state; again if too much changed meanwhile.
 *
 * @returns the page, with its messages as the log and the page together know them
 * @throws what `load` throws
 */
export async function fetchPage(
  state: RoomState,
  load: () => Promise<History>,
): Promise<History> {
  for (let tries = 0; tries < TRIES; tries++) {
    const pending = state.expectPage();
    try {
      const page = await load();
      const messages = state.merge(page, pending);
      if (messages) return { ...page, messages };
    } finally {
      state.abandonPage(pending);
    }
  }
  throw new Error("the room's history changes faster than it can be fetched");
}
