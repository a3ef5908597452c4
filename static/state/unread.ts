/**
 * How far the reader has come in the room that is shown: to its newest entry while the page is in front
 * and the log at its end, and to wherever they last spoke. The connection has the numbers; this decides
 * what has been seen, and where the log shows that something new begins.
 *
 * A room opens at its first unread message; one of which nothing was ever read, at its end.
 */

import { effect, signal, untracked } from "@preact/signals";
import type { Room } from "../../sdk/mod.ts";
import * as log from "./log.ts";
import { flush, myRoom, read } from "./my_rooms.ts";
import { room, target } from "./place.ts";

/** How many messages of this room are new to the reader. */
export const unread = signal(0);
/** How many of them are for the reader in particular. */
export const mentions = signal(0);

/** What is seen within this time is reported together. */
const REPORT_MS = 250;
const PAGE = 200;
/** A first unread message that is further away is not looked for. */
const MOST_PAGES = 5;

/** Another one each time that a room is entered. */
let stay = {};
/** The newest entry that has come, and the newest that was seen. */
let head = 0;
let seen = 0;
/** The newest that the connection has been given as read. */
let reported = 0;
/** The messages that were unread when the room was entered, until the log is at the first of them. */
let opening: { readonly unread: number; readonly upTo: number } | undefined;
/** Whether the log is on its way to the first unread message, and whether what is in sight counts. */
let isOpening = false;
let isOpened = false;
/** Whether the log shows where the new messages begin. */
let isMarked = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Watches for moments in which the reader sees more. */
export function start(): void {
  effect(() => {
    if (log.isAtEnd.value) untracked(look);
  });
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => {
    leave(room.peek());
    flush();
  });
}

/** The reader leaves the room that is shown. */
export function leave(name: string): void {
  if (timer !== undefined) report(name);
}

/** The reader enters a room, or it has started again. */
export function enter(): void {
  stay = {};
  head = seen = reported = 0;
  opening = undefined;
  isOpening = isOpened = isMarked = false;
  unread.value = mentions.value = 0;
}

/** The room's newest entry is this one. @param isBack whether it had been entered before */
export function welcomed(seq: number, isBack: boolean): void {
  if (isBack) {
    if (seen > 0 && seen < seq) log.markFrom(seen + 1);
    return;
  }
  const { unread = 0, messages = 0 } = myRoom(room.peek()) ?? {};
  if (unread > 0 && unread < messages && !target.peek()) opening = { unread, upTo: seq };
}

/** Everything that followed has come, up to this entry. */
export function caughtUp(mine: Room, seq: number): void {
  head = seq;
  if (opening) void openAtFirst(mine, opening);
  opening = undefined;
  isOpened = !isOpening;
  look();
}

/** Goes to the first unread message. */
async function openAtFirst(mine: Room, { unread, upTo }: NonNullable<typeof opening>) {
  const thisStay = stay;
  isOpening = true;
  const first = await firstOf(mine, unread, upTo);
  if (thisStay !== stay) return;
  if (first !== undefined) {
    isMarked = true;
    log.markFrom(first);
    await log.show(first);
  }
  if (thisStay !== stay) return;
  isOpening = false;
  isOpened = true;
  look();
}

/** The message with which this many begin, or the oldest that can be had. */
async function firstOf(mine: Room, count: number, upTo: number): Promise<number | undefined> {
  let found = mine.state.messages.map(({ seq }) => seq).filter((seq) => seq <= upTo);
  try {
    for (let page = 0; page < MOST_PAGES && found.length < count; page++) {
      const limit = Math.min(PAGE, count - found.length);
      const { messages, more } = await mine.history({ before: found[0] ?? upTo + 1, limit });
      found = [...messages.map(({ seq }) => seq), ...found];
      if (!more) break;
    }
  } catch { /* Then the line is above the first that has come. */ }
  return found.at(-count) ?? found[0];
}

/** A message has come. */
export function take(seq: number, isMine: boolean): void {
  if (isMine) return see(seq);
  if (!isMarked && isOpened && !isSeen()) {
    isMarked = true;
    log.markFrom(seq);
  }
}

/** The numbers of the reader's rooms have changed. */
export function count(): void {
  const now = isSeen() ? undefined : myRoom(room.peek());
  unread.value = now?.unread ?? 0;
  mentions.value = now?.mentions ?? 0;
  isMarked &&= unread.value > 0;
}

/** Whether the newest message is before the reader's eyes. */
const isSeen = () => isOpened && log.isAtEnd.peek() && document.hasFocus() && !document.hidden;

function look(): void {
  if (isSeen()) see(head);
  count();
}

function see(seq: number): void {
  if (seq <= seen) return;
  seen = seq;
  if (timer !== undefined) return;
  const name = room.peek();
  report(name);
  timer = setTimeout(() => report(name), REPORT_MS);
}

function report(name: string): void {
  clearTimeout(timer);
  timer = undefined;
  if (seen > reported) read(name, reported = seen);
}
