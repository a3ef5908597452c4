/**
 * How far each room has been read, remembered for the 200 rooms that were read last: up to which entry,
 * and how many messages had been said by then, if that is known. What lies beyond is unread, except in a
 * room that was never entered.
 */

import { signal } from "@preact/signals";
import type { RoomSummary } from "../../sdk/mod.ts";
import { keyOf, recall, remember } from "./keep.ts";

const MOST = 200;

/** The seq of the last entry that was read, and the number of messages up to it. */
export type Mark = readonly [seq: number, messages?: number];

export const reading = signal<Readonly<Record<string, Mark>>>(recalled());

/**
 * A room has been read up to an entry.
 *
 * @param from up to where it had been read before; undefined: it was never entered
 * @param more how many messages there are in between; undefined if that is not known
 */
export function read(room: string, from: number | undefined, to: number, more?: number): void {
  const [seq, messages] = reading.value[room] ?? [];
  if (seq === to) return;
  const isKnown = seq === from && messages !== undefined && more !== undefined;
  mark(room, isKnown ? [to, messages + more] : [to]);
}

/** The server has counted the messages of rooms: this holds for rooms that were read to their ends. */
export function count(rooms: readonly RoomSummary[]): void {
  for (const { name, seq, messages } of rooms) {
    const [readTo, counted] = reading.value[name] ?? [];
    if (messages !== undefined && seq === readTo && messages !== counted) {
      mark(name, [seq, messages]);
    }
  }
}

/** How many messages of a room were not read; undefined if that is not known. Changes do not count. */
export function unreadIn({ name, messages }: RoomSummary): number | undefined {
  const [, counted] = reading.value[name] ?? [];
  if (messages === undefined || counted === undefined) return;
  return Math.max(0, messages - counted);
}

/** Whether a room has messages that were not read; where they were not counted, any entries. */
export function isUnread(room: RoomSummary): boolean {
  const [readTo = room.seq] = reading.value[room.name] ?? [];
  return (unreadIn(room) ?? room.seq - readTo) > 0;
}

function mark(room: string, mark: Mark): void {
  const { [room]: _, ...others } = reading.value;
  reading.value = Object.fromEntries([[room, mark], ...Object.entries(others)].slice(0, MOST));
  remember("read", reading.value);
}

/** Earlier versions of the page remembered the seq alone. */
function recalled(): Record<string, Mark> {
  const kept = Object.entries(recall<Record<string, number | Mark>>("read", {}));
  return Object.fromEntries(
    kept.map(([room, mark]) => [room, typeof mark === "number" ? [mark] : mark]),
  );
}

addEventListener("storage", ({ key }) => {
  if (key === keyOf("read")) reading.value = recalled();
});
