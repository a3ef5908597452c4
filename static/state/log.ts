/**
 * The log of the room that is shown: what arrives is gathered for a moment and drawn at once; what the
 * reader is about to see is fetched from the history.
 *
 * `lines` changes in `draw` and after a fetch, always between `scroller.hold` and what follows the
 * drawing, so the reader's place does not jump.
 */

import { computed, signal } from "@preact/signals";
import {
  applyChange,
  type History,
  type HistoryQuery,
  type Message,
  type MessageChange,
} from "../../sdk/mod.ts";
import { type Line, Lines } from "./lines.ts";
import * as scroller from "./scroller.ts";

const PAGE = 50;
const MOST_PAGE = 200;
const MOST_ARRIVED = 300;
const MOST_TRIES = 3;
/** A hidden page has no frames, so this is a timer. */
const FRAME_MS = 16;
const RETRY_MS = 5_000;

type Fetch = (query: HistoryQuery) => Promise<History>;

export const lines = signal<readonly Line[]>([]);
/** The seq of the last message of the window. */
export const lastShown = computed(() => lines.value.at(-1)?.message.seq);
/** The seq of the newest message that has come. */
export const newest = signal(0);
/** Whether what came before the first message is no longer kept. */
export const isLostBefore = signal(false);
/** Whether the end of the room is in sight. */
export const isAtEnd = signal(true);

let held = new Lines();
let arrived: Message[] = [];
/** Everything after this seq has come. */
let arrivedFrom: number | undefined;
let fetchPage: Fetch | undefined;
let isBusy = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows another room, or the same one from the beginning. */
export function start(fetch: Fetch): void {
  fetchPage = fetch;
  held = new Lines();
  arrived = [];
  arrivedFrom = undefined;
  isBusy = false;
  newest.value = 0;
  publish();
  scroller.toEnd();
}

/** Every entry after this seq follows. */
export function follow(seq: number): void {
  arrivedFrom ??= seq + 1;
}

/** Takes a message that has just come. */
export function take(message: Message): void {
  newest.value = Math.max(newest.value, message.seq);
  arrived.push(message);
  if (arrived.length > MOST_ARRIVED) arrivedFrom = arrived.shift()!.seq + 1;
  timer ??= setTimeout(draw, FRAME_MS);
}

/** Applies a change of a message. @param me the reader's id */
export function change(change: MessageChange, me: string | undefined): void {
  scroller.hold();
  arrived = arrived.map((message) =>
    message.seq === change.of ? applyChange(message, change, me) : message
  );
  held.change(change, me);
  publish();
}

/** Nothing up to this seq is kept. */
export function lose(seq: number): void {
  scroller.hold();
  arrived = arrived.filter((message) => message.seq > seq);
  held.lose(seq + 1);
  publish();
}

/** The message of this seq, if it is in the window. */
export const messageOf = (seq: number): Message | undefined => held.get(seq);

/** Shows a message, and what is around it. Returns false if it cannot be fetched. */
export async function show(seq: number): Promise<boolean> {
  if (arrived.length > 0) draw();
  if (!held.get(seq)) {
    const page = await fetchBy({ around: seq, limit: PAGE });
    if (!page?.messages.some((message) => message.seq === seq)) return false;
    const [first, last] = endsOf(page.messages);
    held.clear(last >= newest.value);
    held.insert(page.messages, true, [first, last]);
  }
  scroller.aim(seq);
  publish();
  moved();
  return true;
}

/** From this seq on it is new to the reader; 0: nothing is. */
export function markFrom(seq: number): void {
  scroller.hold();
  held.setMark(seq);
  publish();
}

/** Shows the end of the room. */
export async function toEnd(): Promise<void> {
  for (let tries = 0; !held.isOpen && tries < MOST_TRIES; tries++) {
    const to = newest.value;
    const page = await fetchBy({ before: to + 1, limit: PAGE });
    if (!page) return;
    // What came meanwhile was not taken, since the end was not in sight.
    if (newest.value > to && tries < MOST_TRIES - 1) continue;
    held.clear();
    held.insert(page.messages, true, [endsOf(page.messages)[0], to]);
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
  const [, last] = endsOf(arrived);
  if (held.isOpen && last > 0) held.insert(arrived, dropsStart(), [arrivedFrom ?? last, last]);
  if (last > 0) arrivedFrom = last + 1;
  arrived = [];
  publish();
}

function publish(): void {
  if (lines.value === held.all) scroller.settle();
  lines.value = held.all;
  isLostBefore.value = held.isLostBefore;
}

const dropsStart = () => scroller.isFollowing() || scroller.isPastMiddle();

/** Fetches what the reader is about to see: a gap, older messages or newer ones. */
async function fill(): Promise<void> {
  const { first, last } = held;
  if (first === undefined || last === undefined || isBusy) return;
  const gap = held.all.find(({ gap, isLost, message }) =>
    gap > 0 && !isLost && scroller.isNear(message.seq)
  );
  if (gap) await bringBefore(gap.message.seq, gap.gap);
  else if (held.hasBefore(first) && scroller.isNearTop()) await bringBefore(first, PAGE);
  else if (!held.isOpen && scroller.isNearEnd()) await bringAfter(last);
}

async function bringBefore(before: number, count: number): Promise<void> {
  const page = await fetchBy({ before, limit: count });
  if (!page) return;
  scroller.hold(!held.isOpen || !scroller.isFollowing());
  const from = page.more ? endsOf(page.messages)[0] : 1;
  held.insert(page.messages, dropsStart(), [from, before - 1]);
  if (!page.more) held.setOldest(page.messages[0]?.seq ?? before);
  publish();
}

async function bringAfter(after: number): Promise<void> {
  const page = await fetchBy({ after, limit: PAGE });
  if (!page) return;
  scroller.hold(true);
  const last = page.messages.at(-1)?.seq ?? after;
  if (last >= newest.value) held.open();
  held.insert(page.messages, dropsStart(), [after + 1, last]);
  publish();
}

const endsOf = (messages: readonly Message[]): [first: number, last: number] => [
  messages[0]?.seq ?? Infinity,
  messages.at(-1)?.seq ?? 0,
];

/** A page; nothing if the room was left meanwhile or there is no answer. */
async function fetchBy({ limit = PAGE, ...place }: HistoryQuery): Promise<History | undefined> {
  const asked = fetchPage;
  isBusy = true;
  try {
    const page = await asked?.({ ...place, limit: Math.min(limit, MOST_PAGE) });
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
