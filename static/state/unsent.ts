/** The messages that are not yet known to be kept: they wait in the room's outbox, or were refused. */

import { signal } from "@preact/signals";
import type { Draft, Room, SayCommand } from "../../sdk/mod.ts";

/** A message that waits. */
export type Unsent = Draft & { readonly command: SayCommand };

/** Oldest first. */
export const drafts = signal<readonly Unsent[]>([]);
/** Until when the server wants a pause. */
export const resumesAt = signal(0);
/** The largest text, as far as it is known. */
export const maxBytes = signal(4096);

let room: Room | undefined;

/** Another room. */
export function start(next: Room): void {
  room = next;
  show();
}

/** The outbox has changed. */
export function show(): void {
  if (!room) return;
  drafts.value = room.outbox.drafts.filter((draft) => draft.command.type === "say") as Unsent[];
  resumesAt.value = room.outbox.resumesAt;
  const limit = drafts.value.map(({ failed }) => failed?.code === "too_large" ? failed.detail : "")
    .map((detail) => Number(/\d+/.exec(detail)?.[0])).find((bytes) => bytes > 0);
  if (limit) maxBytes.value = limit;
}

export const retry = (id: string): void => room?.outbox.retry(id);

/** Takes an unsent message back. */
export function takeBack(
  id = drafts.value.findLast(({ failed }) => failed)?.id,
): SayCommand | undefined {
  const draft = drafts.value.find((draft) => draft.id === id);
  if (draft) room?.outbox.remove(draft.id);
  return draft?.command;
}
