/**
 * How far the reader has come in the room that is shown: to the newest message while the page is in
 * front and the log at its end, and to wherever they last spoke. The rest is unread.
 */

import { effect, signal, untracked } from "@preact/signals";
import * as log from "./log.ts";
import * as notices from "./notices.ts";
import { room } from "./place.ts";
import { read, reading } from "./reading.ts";

/** How many messages are new to the reader. */
export const unread = signal(0);

let readTo: number | undefined;
/** Whether the log shows where the new messages begin. */
let isMarked = false;

/** Watches for moments in which the reader sees more. */
export function start(): void {
  effect(() => {
    if (log.isAtEnd.value) untracked(look);
  });
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
}

/** The reader enters a room, or it has started again. */
export function enter(from: number | undefined = reading.peek()[room.peek()]): void {
  readTo = from;
  isMarked = false;
  count();
}

/** The room's newest message is this one. */
export function welcomed(seq: number): void {
  readTo = Math.min(readTo ?? seq, seq);
  if (readTo < seq) log.markFrom(readTo + 1);
}

/** A message has come. */
export function take(seq: number, isMine: boolean): void {
  if (isMine) return readUpTo(seq);
  if (!isMarked && !isSeen()) {
    isMarked = true;
    log.markFrom(seq);
  }
  look();
}

const isSeen = () => log.isAtEnd.peek() && document.hasFocus() && !document.hidden;

function look(): void {
  const newest = log.newest.peek();
  if (isSeen() && newest) readUpTo(newest);
  else count();
}

function readUpTo(seq: number): void {
  readTo = seq;
  read(room.peek(), seq);
  count();
}

function count(): void {
  const newest = log.newest.peek();
  unread.value = Math.max(0, newest - (readTo ?? newest));
  isMarked &&= unread.value > 0;
  notices.showUnread(unread.value, room.peek());
}
