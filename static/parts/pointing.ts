/**
 * Mouse, finger and keyboard on the messages, for all of them at once: the mouse shows the bar of the
 * message below it, a long press opens the menu, arrows go from message to message.
 */

import { focused, hovered } from "../state/focus.ts";
import { messageOf } from "../state/log.ts";
import { openMenu } from "./actions.tsx";

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

/** From one message to another, while a message itself has the focus. */
function keyed(event: KeyboardEvent): void {
  const article = event.target as HTMLElement;
  if (!article.matches("[data-seq]")) return;
  if (event.key === "Enter") openAt(article);
  else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const isUp = event.key === "ArrowUp";
    let next: Element | null = article;
    do next = isUp ? next.previousElementSibling : next.nextElementSibling; while (
      next && !next.matches("[data-seq]")
    );
    (next as HTMLElement | null)?.focus();
  } else return;
  event.preventDefault();
}

/** The listeners of the list of messages. */
export const pointing = {
  onPointerOver({ target, pointerType }: PointerEvent): void {
    if (pointerType === "mouse") hovered.value = seqOf(target);
  },
  onPointerLeave(): void {
    hovered.value = undefined;
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
