/**
 * The search of the page: whether it is open, what is searched where, which result was opened, and the
 * way back to where the reader was before.
 */

import { effect, signal, untracked } from "@preact/signals";
import { search } from "../../sdk/mod.ts";
import * as log from "./log.ts";
import { go, leaveTarget, room, server, target, token } from "./place.ts";
import * as scroller from "./scroller.ts";
import { MessageSearch } from "./search.ts";

/** A message, or the end of a room. */
interface Place {
  readonly room: string;
  readonly seq?: number;
}

export const isOpen = signal(false);
/** The query. */
export const typed = signal("");
/** Whether all rooms are searched, not only the one that is shown. */
export const isEverywhere = signal(false);
/** The result that was opened last. */
export const opened = signal<Required<Place> | undefined>(undefined);
export const messages = new MessageSearch((query) => search({ url: server, token, ...query }));

/** Where the reader was before the first result was opened. */
let origin: Place | undefined;

/** Searches whatever is typed while the search is open. */
export function start(): void {
  effect(() => {
    if (!isOpen.value) return messages.stop();
    const wanted = { q: typed.value, room: isEverywhere.value ? undefined : room.value };
    untracked(() => messages.want(wanted));
  });
}

/** Opens a result where it was said. */
export function openResult(to: Required<Place>): void {
  if (!isAtResult()) {
    origin = { room: room.peek(), seq: log.isAtEnd.peek() ? undefined : scroller.middleSeq() };
  }
  opened.value = to;
  go(to.room, to.seq);
}

/** Whether the page still shows the result that was opened. */
export const isAtResult = (): boolean =>
  opened.peek()?.room === room.peek() && opened.peek()?.seq === target.peek()?.seq;

/** Ends the search where the reader is now. */
export function close(): void {
  isOpen.value = false;
  opened.value = origin = undefined;
}

/** Ends the search, and returns to where the reader was. */
export function back(): void {
  const to = isAtResult() ? origin : undefined;
  close();
  if (!to) return;
  if (to.room !== room.peek()) return go(to.room, to.seq);
  leaveTarget();
  void (to.seq === undefined ? log.toEnd() : log.show(to.seq));
}
