/** Rooms as lines for people: what is unread in them. */

import type { MyRoom } from "../../sdk/mod.ts";
import { printable } from "./text.ts";

/** Rooms that one line names at most. */
const MOST_NAMED = 5;

/** The name under which a room is shown: a hidden one by its title, or the people in it. */
function shownName({ name, title, people }: MyRoom): string {
  const names = people?.map(({ name }) => name).join(", ");
  return printable(title ?? names ?? name);
}

/**
 * A room of the list.
 *
 * @example
 * ```ts
 * roomLine(room); // "tea: 3 unread, 1 for you"
 * ```
 */
export function roomLine(room: MyRoom): string {
  const { name, unread, mentions, muted, starred } = room;
  const shown = shownName(room);
  const address = shown === name ? "" : ` (${name})`;
  const parts = [
    unread > 0 ? `${unread} unread` : "nothing unread",
    ...mentions > 0 ? [`${mentions} for you`] : [],
    ...starred ? ["starred"] : [],
    ...muted ? ["muted"] : [],
  ];
  return `${shown}${address}: ${parts.join(", ")}`;
}

/** What is unread in other rooms than this one, before the line that is typed; empty for nothing. */
export function badgesOf(rooms: readonly MyRoom[], current: string): string {
  const unread = rooms.filter(({ name, unread, muted }) => name !== current && unread > 0 && !muted)
    .sort((a, b) => b.mentions - a.mentions)
    .slice(0, MOST_NAMED)
    .map((room) => `${shownName(room)} ${room.unread}${room.mentions > 0 ? "!" : ""}`);
  return unread.length > 0 ? `(${unread.join(", ")}) ` : "";
}
