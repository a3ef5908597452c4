/**
 * The messages in sight: a window of at most 500 lines on the room's log, by seq, none twice, so that a
 * room of any length stays smooth. Lines leave at the end that the reader is further from, and come back
 * from the server's history.
 *
 * What arrives is drawn every 16 ms, if the window reaches to the room's end (`isOpen`). A hole between
 * two lines is a gap, which fills itself when the reader comes near, unless nothing older than `oldest`
 * is kept.
 */
import { Line } from "./line.js";
import { page } from "./page.js";
import * as scroller from "./scroller.js";
import { words } from "./words.js";

const MOST = 500;
const KEPT = 350;
const MOST_ARRIVED = 300;
const PAGE = 50;
const MOST_PAGE = 200;
const FRAME = 16;
const RETRY = 5000;

/** Set by the owner: what else to draw, and what to do when the reader moves. */
export const on = { draw() {}, move() {} };

/** The newest seq that is known of. */
export let newest = 0;
let lines = [];
let isOpen = true;
let history, me, arrived, oldest, mark, isBusy, isDue;

export const isAtEnd = () => isOpen && scroller.following;

export function show(itsHistory) {
  history = itsHistory;
  forget();
}

export function forget() {
  lines = [];
  arrived = [];
  newest = mark = 0;
  oldest = 1;
  isOpen = true;
  isBusy = false;
  page.top.textContent = "";
  page.lines.replaceChildren();
  scroller.scrollToEnd();
}

export function readBy(reader) {
  me = reader;
}

export function take(message) {
  newest = Math.max(newest, message.seq);
  arrived.push(message);
  if (arrived.length > MOST_ARRIVED) arrived.shift();
  redraw();
}

/** Up to here nothing is kept any more. */
export function lose(seq) {
  oldest = Math.max(oldest, seq + 1);
  redraw();
}

/** From this seq on it is new to the reader; 0: nothing is. */
export function markFrom(seq) {
  mark = seq;
  redraw();
}

/** By a timer, because a hidden page has no frames. */
export function redraw() {
  if (!isDue) setTimeout(draw, FRAME);
  isDue = true;
}

export async function toEnd() {
  if (!isOpen) {
    const messages = await fetchBefore(newest + 1, PAGE);
    if (!messages) return;
    lines = [];
    page.lines.replaceChildren();
    isOpen = true;
    insert(messages);
  }
  scroller.scrollToEnd();
  moved();
}

function draw() {
  isDue = false;
  scroller.keep(() => {
    insert(isOpen ? arrived : []);
    arrived = [];
    on.draw();
  });
  moved();
}

function moved() {
  fill();
  on.move();
}

function insert(messages) {
  for (const message of messages) {
    const at = lines.findLastIndex(({ seq }) => seq <= message.seq) + 1;
    if (lines[at - 1]?.seq === message.seq) continue;
    const line = new Line(message, me);
    page.lines.insertBefore(line.element, lines[at]?.element ?? null);
    lines.splice(at, 0, line);
  }
  trim();
  link();
  sayTop();
}

function trim() {
  if (lines.length <= MOST) return;
  const atStart = scroller.following || scroller.middle() > lines.length / 2;
  const gone = lines.splice(atStart ? 0 : KEPT, lines.length - KEPT);
  for (const { element } of gone) element.remove();
  isOpen &&= atStart;
}

function link() {
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    const isNew = mark > 0 && line.seq >= mark && !(before?.seq >= mark);
    line.follow(before, isNew, line.seq <= oldest);
  });
}

function sayTop() {
  const first = lines[0]?.seq;
  const isCut = first > 1 && first <= oldest;
  if (first) page.top.textContent = isCut ? words.gone(first - 1) : "";
}

/** Fetches what the reader is about to see: a gap, older lines or newer ones. */
async function fill() {
  if (!lines.length || isBusy) return;
  const first = lines[0].seq;
  const last = lines.at(-1).seq;
  const gap = lines.find(({ gap, seq, element }) =>
    gap && seq > oldest && scroller.isNear(element)
  );
  if (gap) await bring(gap.seq, gap.gap);
  else if (first > oldest && scroller.isNearTop()) await bring(first);
  else if (!isOpen && scroller.isNearEnd()) await bring(Math.min(last + PAGE, newest) + 1);
}

async function bring(before, count = PAGE) {
  const messages = await fetchBefore(before, count);
  if (!messages) return;
  const isHeld = !isOpen || !scroller.following;
  isOpen ||= before > newest;
  scroller.keep(() => insert(messages), isHeld);
}

/** Nothing, if the room was left meanwhile or there is no answer. */
async function fetchBefore(before, count) {
  const asked = history;
  isBusy = true;
  try {
    const { messages, more } = await asked(`before=${before}&limit=${Math.min(count, MOST_PAGE)}`);
    if (asked !== history) return;
    isBusy = false;
    if (!more) oldest = messages[0]?.seq ?? before;
    return messages;
  } catch {
    setTimeout(() => {
      if (asked !== history) return;
      isBusy = false;
      fill();
    }, RETRY);
  }
}

scroller.watch(moved);
