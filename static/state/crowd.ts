/**
 * The people in the room that a visitor is about to join, who is in none yet: the first thing that the
 * room's stream of events says.
 */

import { signal } from "@preact/signals";
import type { Person } from "../../sdk/mod.ts";
import { room, server } from "./place.ts";

/** Those who are there, as far as the server lists them, and how many they are. */
export interface Crowd {
  readonly people: readonly Person[];
  readonly count: number;
}

/** Undefined until the server has answered. */
export const crowd = signal<Crowd | undefined>(undefined);

/** Looks once. Returns what ends that. */
export function look(): () => void {
  const events = new EventSource(
    `${server}/rooms/${encodeURIComponent(room.peek())}/events?replay=0`,
  );
  events.onerror = () => events.close();
  events.addEventListener("welcome", ({ data }) => {
    events.close();
    const { members = [], count = 0 } = JSON.parse(data);
    crowd.value = { people: members, count };
  });
  return () => events.close();
}
