/**
 * The scrolling of the log. While the reader is at the end, every change keeps the end in sight;
 * otherwise the message in the middle stays where it is: `hold` before a change, `settle` once it has
 * been drawn. The browser's own anchoring is off, since it fails at the very top, where it matters.
 */

const CLOSE = 40;
const SOON = 800;

let log: HTMLElement | undefined;
let list: HTMLElement | undefined;
let following = true;
let lastTop = 0;
/** The element that stays where it is, or the end. */
let anchor: { element: Element; top: number } | { seq: number } | "end" | undefined;

const below = () => log ? log.scrollHeight - log.clientHeight - log.scrollTop : 0;
const topOf = (element: Element) => element.getBoundingClientRect().top;

/** Whether the reader is at the end; what is drawn may have moved it away from them. */
export function isFollowing(): boolean {
  if (!log) return true;
  if (isAimed()) return false;
  following = below() < CLOSE || (following && log.scrollTop >= lastTop);
  lastTop = log.scrollTop;
  return following;
}

/** Whether a message is to be shown that has not been drawn. */
const isAimed = () => anchor !== undefined && anchor !== "end" && "seq" in anchor;

export const isNearTop = (): boolean => !!log && log.scrollTop < SOON;
export const isNearEnd = (): boolean => below() < SOON;

/** The element of a message. */
export const elementOf = (seq: number): HTMLElement | null =>
  list?.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? null;

/** Whether the message of this seq is in sight, or will be soon. */
export function isNear(seq: number): boolean {
  const element = elementOf(seq);
  if (!element) return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > -SOON && top < innerHeight + SOON;
}

/** Whether the reader is nearer to the window's end than to its start. */
export function isPastMiddle(): boolean {
  return !!log && log.scrollTop + log.clientHeight / 2 > log.scrollHeight / 2;
}

/** Shows the end, now and until the reader scrolls away. */
export function toEnd(): void {
  anchor = "end";
  settle();
}

/** Something is about to change. @param isHeld whether the place is held even at the end */
export function hold(isHeld = !isFollowing()): void {
  if (anchor) return;
  const element = isHeld ? middle() : undefined;
  anchor = element ? { element, top: topOf(element) } : isHeld ? undefined : "end";
}

/** The seq of the message in the middle of the log. */
export function middleSeq(): number | undefined {
  const seq = middle()?.getAttribute("data-seq");
  return seq ? Number(seq) : undefined;
}

/** Shows the message of this seq, in the middle, once it has been drawn. */
export function aim(seq: number): void {
  anchor = { seq };
}

/** It has been drawn. */
export function settle(): void {
  const held = anchor;
  if (!log || !held) return void (anchor = undefined);
  if (held !== "end" && "seq" in held && !elementOf(held.seq)) return;
  anchor = undefined;
  if (held === "end") {
    log.scrollTop = log.scrollHeight;
    lastTop = log.scrollTop;
    following = true;
  } else {
    if ("seq" in held) elementOf(held.seq)?.scrollIntoView({ block: "center" });
    else if (held.element.isConnected) log.scrollTop += topOf(held.element) - held.top;
    following = below() < CLOSE;
    lastTop = log.scrollTop;
  }
}

/** @param messages holds a child for each message @param moved is called whenever something moves */
export function attach(element: HTMLElement, messages: HTMLElement, moved: () => void): () => void {
  [log, list] = [element, messages];
  const resized = new ResizeObserver(() => {
    if (isFollowing()) toEnd();
    moved();
  });
  resized.observe(element);
  resized.observe(element.firstElementChild!);
  element.addEventListener("scroll", moved, { passive: true });
  toEnd();
  return () => {
    resized.disconnect();
    element.removeEventListener("scroll", moved);
    log = list = undefined;
  };
}

/** The message in the middle of the log; a divider may go, a message stays. */
function middle(): Element | undefined {
  if (!log || !list?.firstElementChild) return;
  const height = topOf(log) + log.clientHeight / 2;
  const { children } = list;
  let [low, high] = [0, children.length - 1];
  while (low < high) {
    const half = (low + high) >> 1;
    if (children[half].getBoundingClientRect().bottom > height) high = half;
    else low = half + 1;
  }
  let found: Element | null = children[low];
  while (found && !found.hasAttribute("data-seq")) found = found.nextElementSibling;
  return found ?? undefined;
}
