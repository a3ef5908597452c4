/**
 * Where the page is: the server behind it, what the chat is called, and the room of the address, or the
 * message that it leads to.
 *
 * The server writes into the page: `data-base` (the path that all addresses begin with), `data-name`,
 * `data-access` (how people come in: `open`, `invite` or `token`), `data-max-file`, the addresses of what
 * is loaded later, and, where there is nothing, `data-status` and `data-detail`.
 */

import { batch, signal } from "@preact/signals";
import { pathOf, roomOfPath, seqOfPath } from "../text/rooms.ts";

const { base = "", name = "", access: mode, status = "", detail = "", ...later } =
  document.documentElement.dataset;

/** The name of this chat. */
export const chatName = name;
/** How people come in: `open`, `invite` or `token`. */
export const access = mode;
/** Where the server is, with the path prefix. */
export const server = location.origin + base;
/** Why there is nothing to show at this address. */
export const problem = status ? { status: Number(status), detail } : undefined;

/** The largest file that may be sent, in bytes; 0: none may. */
export const maxFile = Number(later.maxFile) || 0;

/** The addresses of the rare parts, of the script that colours code, and of the emoji, by language. */
export const addresses = {
  rare: later.rare,
  highlighter: later.highlighter,
  emoji: { en: later.emojiEn, zh: later.emojiZh },
};

/** Whether this is the address of links that sign somebody in. */
export const isJoining = location.pathname === `${base}/join`;

/** The room that is shown. */
export const room = signal(roomOfAddress());

/** The message that a link led to. A new object each time, since the same may be looked for again. */
export const target = signal<{ readonly seq: number } | undefined>(targetOfAddress());

/** The address of a room, or of a message in it, from the root. */
export const addressOf = (room: string, seq?: number): string => base + pathOf(room, seq);

/** Goes to a room, or to a message in it. */
export function go(to: string, seq?: number): void {
  if (to === room.value && seq === undefined) return;
  const address = addressOf(to, seq);
  if (address !== location.pathname) history.pushState(null, "", address);
  look();
}

/** The room that is shown is written like this. */
export function becomes(name: string): void {
  if (name === room.value) return;
  history.replaceState(null, "", addressOf(name, target.value?.seq));
  room.value = name;
}

/** The reader has left the message that a link led to. */
export function leaveTarget(): void {
  if (!target.value) return;
  target.value = undefined;
  history.replaceState(null, "", addressOf(room.value));
}

function look(): void {
  batch(() => {
    room.value = roomOfAddress();
    target.value = targetOfAddress();
  });
}

function roomOfAddress(): string {
  return roomOfPath(location.pathname.slice(base.length)) ?? "lobby";
}

function targetOfAddress(): { seq: number } | undefined {
  const seq = seqOfPath(location.pathname.slice(base.length));
  return seq === undefined ? undefined : { seq };
}

addEventListener("popstate", look);

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

/** Where this chat is, and how the reader gets in: with the token, or, without one, with the session. */
export const chat = { url: server, token } as const;
