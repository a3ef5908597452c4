/**
 * Mouse, finger and keyboard on the messages, for all of them at once: the mouse shows the bar of the
 * message below it, a long press opens the menu, arrows go from message to message.
 */

import { focused, hovered } from "../state/focus.ts";
import { messageOf } from "../state/log.ts";
import { openMenu } from "./actions.tsx";
import { openCard } from "./open_card.ts";

const PRESS_MS = 500;
/** A finger that moves further than this scrolls. */
const STILL_PX = 10;

interface Press {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly x: number;
  readonly y: number;
  isLong?: true;
}

let press: Press | undefined;

function seqOf(target: EventTarget | null): number | undefined {
  const article = (target as Element | null)?.closest<HTMLElement>("[data-seq]");
  return article ? Number(article.dataset.seq) : undefined;
}

function openAt(target: EventTarget | null): void {
  const message = messageOf(seqOf(target) ?? 0);
  if (message) openMenu(message);
}

function release(): void {
  clearTimeout(press?.timer);
  press = undefined;
}

/** Up and down to other messages, right and left into the bar and along it, Enter for the menu. */
function keyed(event: KeyboardEvent): void {
  const from = event.target as HTMLElement;
  const isMessage = from.matches("[data-seq]");
  if (event.key === "Enter" && isMessage) openAt(from);
  else {
    const next = isMessage ? nextFrom(from, event.key) : nextTool(from, event.key);
    if (!next) return;
    next.focus();
  }
  event.preventDefault();
}

function nextFrom(message: HTMLElement, key: string): HTMLElement | null {
  if (key === "ArrowRight") return message.querySelector(".actions button");
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  let next: Element | null = message;
  do next = key === "ArrowUp" ? next.previousElementSibling : next.nextElementSibling; while (
    next && !next.matches("[data-seq]")
  );
  return next as HTMLElement | null;
}

function nextTool(tool: HTMLElement, key: string): HTMLElement | null {
  if (!tool.closest(".actions")) return null;
  if (key === "ArrowRight") return tool.nextElementSibling as HTMLElement | null;
  if (key !== "ArrowLeft") return null;
  return (tool.previousElementSibling ?? tool.closest("[data-seq]")) as HTMLElement | null;
}

/** The listeners of the list of messages. */
export const pointing = {
  onPointerOver({ target, pointerType }: PointerEvent): void {
    if (pointerType === "mouse") hovered.value = seqOf(target);
  },
  onPointerLeave(): void {
    hovered.value = undefined;
  },
  /** A press on a name or a picture opens the person's card. */
  onClick({ target }: MouseEvent): void {
    const mark = (target as Element).closest(".message > .disc, .message > .by > .name");
    const message = mark && messageOf(seqOf(mark) ?? 0);
    if (message) openCard({ ...message, id: message.from }, mark);
  },
  onFocusIn({ target }: FocusEvent): void {
    const isByKeyboard = (target as Element).matches(":focus-visible");
    focused.value = isByKeyboard ? seqOf(target) : undefined;
  },
  onFocusOut({ relatedTarget }: FocusEvent): void {
    if (seqOf(relatedTarget) === undefined) focused.value = undefined;
  },
  onKeyDown: keyed,
  onTouchStart({ target, touches }: TouchEvent): void {
    release();
    if (touches.length > 1 || (target as Element).closest("a, button, pre")) return;
    const { clientX: x, clientY: y } = touches[0];
    const timer = setTimeout(() => {
      press!.isLong = true;
      openAt(target);
    }, PRESS_MS);
    press = { x, y, timer };
  },
  onTouchMove({ touches }: TouchEvent): void {
    if (!press) return;
    const { clientX, clientY } = touches[0];
    if (Math.hypot(clientX - press.x, clientY - press.y) > STILL_PX) release();
  },
  onTouchEnd(event: TouchEvent): void {
    // Else the finger that leaves would press what the menu has put below it.
    if (press?.isLong) event.preventDefault();
    release();
  },
  onTouchCancel: release,
  onContextMenu(event: MouseEvent): void {
    // Android's own menu would lie over this one.
    if (press) event.preventDefault();
  },
};
