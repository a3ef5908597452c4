/**
 * The log's scrolling. While the reader is at the end (`following`), every change keeps the end in
 * sight; otherwise `keep` holds the line in the middle. The browser's own anchoring is off: it fails at
 * the very top, where it is needed most.
 */
import { page } from "./page.js";

const CLOSE = 40;
const SOON = 800;
const { log, inside, lines } = page;

export let following = true;
let top = 0;

const below = () => log.scrollHeight - log.clientHeight - log.scrollTop;
const topOf = (element) => element.getBoundingClientRect().top;
export const isNearTop = () => log.scrollTop < SOON;
export const isNearEnd = () => below() < SOON;

export function isNear(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > -SOON && top < innerHeight + SOON;
}

/** The end may move away from who stays, as when the field grows. */
function isFollowing() {
  following = below() < CLOSE || (following && log.scrollTop >= top);
  top = log.scrollTop;
  return following;
}

export function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
  top = log.scrollTop;
  following = true;
}

export function watch(moved) {
  log.addEventListener("scroll", () => {
    isFollowing();
    moved();
  });
  const resized = new ResizeObserver(() => {
    if (isFollowing()) scrollToEnd();
    moved();
  });
  resized.observe(log);
  resized.observe(inside);
}

/** isHeld: the place is to be held, even at the end of what is shown. */
export function keep(change, isHeld = !isFollowing()) {
  // A body, not a whole line: what stands above a body may come and go.
  const anchor = isHeld && lines.children[middle()]?.lastElementChild;
  const before = anchor && topOf(anchor);
  change();
  if (!anchor) return scrollToEnd();
  if (anchor.isConnected) log.scrollTop += topOf(anchor) - before;
  following = below() < CLOSE;
}

export function middle() {
  const height = topOf(log) + log.clientHeight / 2;
  let [low, high] = [0, lines.children.length - 1];
  while (low < high) {
    const half = (low + high) >> 1;
    if (lines.children[half].getBoundingClientRect().bottom > height) high = half;
    else low = half + 1;
  }
  return low;
}
