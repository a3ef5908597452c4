/**
 * The log of the room that is shown: what arrives is gathered for a moment and drawn at once; what the
 * reader is about to see is fetched from the history.
 *
 * `lines` changes in `draw` and after a fetch, always between `scroller.hold` and what follows the
 * drawing, so the reader's place does not jump.
 */

import { signal } from "@preact/signals";
import type { History, HistoryQuery, Message } from "../../sdk/mod.ts";
import { type Line, Lines } from "./lines.ts";
import * as scroller from "./scroller.ts";

const PAGE = 50;
const MOST_PAGE = 200;
const MOST_ARRIVED = 300;
/** A hidden page has no frames, so this is a timer. */
const FRAME_MS = 16;
const RETRY_MS = 5_000;

type Fetch = (query: HistoryQuery) => Promise<History>;

export const lines = signal<readonly Line[]>([]);
/** The newest seq that is known of. */
export const newest = signal(0);
/** How many messages before the first one are no longer kept. */
export const lostBefore = signal(0);
/** Whether the end of the room is in sight. */
export const isAtEnd = signal(true);

let held = new Lines();
let arrived: Message[] = [];
let fetchPage: Fetch | undefined;
let isBusy = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows another room, or the same one from the beginning. */
export function start(fetch: Fetch): void {
  fetchPage = fetch;
  held = new Lines();
  arrived = [];
  isBusy = false;
  newest.value = 0;
  publish();
  scroller.toEnd();
}

/** Takes a message that has just come. */
export function take(message: Message): void {
  newest.value = Math.max(newest.value, message.seq);
  arrived.push(message);
  if (arrived.length > MOST_ARRIVED) arrived.shift();
  timer ??= setTimeout(draw, FRAME_MS);
}

/** Nothing up to this seq is kept. */
export function lose(seq: number): void {
  scroller.hold();
  held.setOldest(seq + 1);
  publish();
}

/** From this seq on it is new to the reader; 0: nothing is. */
export function markFrom(seq: number): void {
  scroller.hold();
  held.setMark(seq);
  publish();
}

/** Shows the end of the room. */
export async function toEnd(): Promise<void> {
  if (!held.isOpen) {
    const page = await fetchBefore(newest.value + 1, PAGE);
    if (!page) return;
    held.clear();
    held.insert(page.messages, true);
    publish();
  }
  scroller.toEnd();
  moved();
}

/** The reader has moved, or something else has. */
export function moved(): void {
  isAtEnd.value = held.isOpen && scroller.isFollowing();
  fill();
}

function draw(): void {
  timer = undefined;
  scroller.hold();
  if (held.isOpen) held.insert(arrived, dropsStart());
  arrived = [];
  publish();
}

function publish(): void {
  if (lines.value === held.all) scroller.settle();
  lines.value = held.all;
  lostBefore.value = held.lostBefore;
}

const dropsStart = () => scroller.isFollowing() || scroller.isPastMiddle();

/** Fetches what the reader is about to see: a gap, older messages or newer ones. */
async function fill(): Promise<void> {
  const { first, last } = held;
  if (first === undefined || last === undefined || isBusy) return;
  const gap = held.all.find(({ gap, isLost, message }) =>
    gap > 0 && !isLost && scroller.isNear(message.seq)
  );
  if (gap) await bring(gap.message.seq, gap.gap);
  else if (held.hasBefore(first) && scroller.isNearTop()) await bring(first, PAGE);
  else if (!held.isOpen && scroller.isNearEnd()) {
    await bring(Math.min(last + PAGE, newest.value) + 1, PAGE);
  }
}

async function bring(before: number, count: number): Promise<void> {
  const page = await fetchBefore(before, count);
  if (!page) return;
  scroller.hold(!held.isOpen || !scroller.isFollowing());
  if (before > newest.value) held.open();
  held.insert(page.messages, dropsStart());
  if (!page.more) held.setOldest(page.messages[0]?.seq ?? before);
  publish();
}

/** A page; nothing if the room was left meanwhile or there is no answer. */
async function fetchBefore(before: number, count: number): Promise<History | undefined> {
  const asked = fetchPage;
  isBusy = true;
  try {
    const page = await asked?.({ before, limit: Math.min(count, MOST_PAGE) });
    if (asked !== fetchPage) return;
    isBusy = false;
    return page;
  } catch {
    setTimeout(() => {
      if (asked !== fetchPage) return;
      isBusy = false;
      moved();
    }, RETRY_MS);
  }
}
