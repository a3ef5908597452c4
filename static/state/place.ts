/**
 * Where the page is: the server behind it, what the chat is called, and the room of the address.
 *
 * The server writes `data-base` (the path that all addresses begin with), `data-name`, and, where there
 * is nothing, `data-status` and `data-detail` into the page.
 */

import { signal } from "@preact/signals";
import { pathOf, roomOfPath } from "../text/rooms.ts";

const { base = "", name = "", status = "", detail = "" } = document.documentElement.dataset;

/** The name of this chat. */
export const chatName = name;
/** Where the server is, with the path prefix. */
export const server = location.origin + base;
/** Why there is nothing to show at this address. */
export const problem = status ? { status: Number(status), detail } : undefined;

/** The room that is shown. */
export const room = signal(roomOfAddress());

/** The address of a room, from the root. */
export const addressOf = (room: string): string => base + pathOf(room);

/** Goes to a room. */
export function go(to: string): void {
  if (to === room.value) return;
  history.pushState(null, "", addressOf(to));
  room.value = to;
}

function roomOfAddress(): string {
  return roomOfPath(location.pathname.slice(base.length)) ?? "lobby";
}

addEventListener("popstate", () => room.value = roomOfAddress());

/** The token of the page's address, kept for the session and taken out of sight. */
export const token: string | undefined = (() => {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  address.searchParams.delete("token");
  if (given) history.replaceState(null, "", address);
  try {
    if (given) sessionStorage.setItem("token", given);
    return sessionStorage.getItem("token") ?? undefined;
  } catch {
    return given ?? undefined;
  }
})();
