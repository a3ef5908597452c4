/**
 * How far the reader has come in the room that is shown: to the newest message while the page is in
 * front and the log at its end, and to wherever they last spoke. The rest is unread.
 */

import { effect, signal, untracked } from "@preact/signals";
import * as log from "./log.ts";
import * as notices from "./notices.ts";
import { room } from "./place.ts";
import { read, reading, unreadIn } from "./reading.ts";
import { label, summaryOf } from "./rooms.ts";
import { isIn } from "./session.ts";

/** How many messages are new to the reader. */
export const unread = signal(0);

let readTo: number | undefined;
/** The newest entry that has come; changes count. */
let head = 0;
/** The messages beyond `readTo` that have come, and how many entries there are before them. */
let beyond: number[] = [];
let before = 0;
/** In place of `before`: how many messages there are beyond `readTo`, up to an entry. */
let counted: { readonly messages: number; readonly upTo: number } | undefined;
/** More than this are not counted one by one. */
const MOST = 5_000;
/** Whether the log shows where the new messages begin. */
let isMarked = false;

/** Watches for moments in which the reader sees more. */
export function start(): void {
  effect(() => {
    if (log.isAtEnd.value) untracked(look);
  });
  effect(() => {
    if (isIn.value) notices.showUnread(unread.value, label.value);
  });
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
}

/** The reader enters a room, or it has started again. */
export function enter(from: number | undefined = reading.peek()[room.peek()]?.[0]): void {
  readTo = from;
  isMarked = false;
  head = before = 0;
  beyond = [];
  counted = undefined;
  count();
}

/** The room's newest entry is this one; what comes begins after another. */
export function welcomed(seq: number, after: number): void {
  readTo = Math.min(readTo ?? seq, seq);
  if (head === 0) {
    before = Math.max(0, after - readTo);
    counted = countedBy(after);
  }
  if (readTo < seq) log.markFrom(readTo + 1);
}

/** The server's own count, if it was made for what was read, and everything behind it will come. */
function countedBy(after: number): typeof counted {
  const summary = summaryOf(room.peek());
  const messages = summary && unreadIn(summary);
  const isOfThis = reading.peek()[room.peek()]?.[0] === readTo;
  if (messages === undefined || !isOfThis || summary!.seq < after) return;
  return { messages, upTo: summary!.seq };
}

/** A message has come. */
export function take(seq: number, isMine: boolean): void {
  if (seq > (readTo ?? 0) && beyond.length < MOST) beyond.push(seq);
  if (isMine) return readUpTo(seq);
  if (!isMarked && !isSeen()) {
    isMarked = true;
    log.markFrom(seq);
  }
  look();
}

/** Every entry up to this one has come. */
export function advance(seq: number): void {
  if (seq === head) return;
  head = seq;
  look();
}

const isSeen = () => log.isAtEnd.peek() && document.hasFocus() && !document.hidden;

function look(): void {
  const newest = Math.max(head, log.newest.peek());
  if (isSeen() && newest) readUpTo(newest);
  else count();
}

function readUpTo(seq: number): void {
  const left = beyond.filter((other) => other > seq);
  const isExact = (before === 0 || counted) && beyond.length < MOST;
  read(room.peek(), readTo, seq, isExact ? all() - left.length : undefined);
  readTo = seq;
  beyond = left;
  before = 0;
  counted = undefined;
  count();
}

function all(): number {
  if (!counted) return before + beyond.length;
  const { messages, upTo } = counted;
  return Math.max(beyond.length, messages + beyond.filter((seq) => seq > upTo).length);
}

function count(): void {
  unread.value = all();
  isMarked &&= unread.value > 0;
}
