/**
 * How far each room has been read, remembered for the 200 rooms that were read last. What lies beyond
 * is unread, except in a room that was never entered.
 */

import { signal } from "@preact/signals";
import { keyOf, recall, remember } from "./keep.ts";

const MOST = 200;

export const reading = signal<Readonly<Record<string, number>>>(recall("read", {}));

/** The room has been read up to this seq; undefined: it was never entered. */
export function read(room: string, seq: number): void {
  const { [room]: before, ...others } = reading.value;
  if (before === seq) return;
  reading.value = Object.fromEntries([[room, seq], ...Object.entries(others)].slice(0, MOST));
  remember("read", reading.value);
}

addEventListener("storage", ({ key }) => {
  if (key === keyOf("read")) reading.value = recall("read", {});
});
