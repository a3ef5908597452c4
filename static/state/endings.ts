/**
 * What follows when the server has ended a connection for good, or refuses it: whether the reader may
 * not enter the room that is shown, or is nobody here any more.
 */

import { effect, signal, untracked } from "@preact/signals";
import type { Status } from "../../sdk/mod.ts";
import { isHidden } from "../text/rooms.ts";
import { room } from "./place.ts";
import { checkStanding, standing } from "./session.ts";
import { status } from "./status.ts";

/** Whether there is no such room for the reader, not or no longer. */
export const isShut = signal(false);

/** Watches the connection. */
export function start(): void {
  effect(() => {
    const now = status.value;
    untracked(() => void follow(now));
  });
}

async function follow(now: Status): Promise<void> {
  isShut.value = false;
  if (now.is !== "stopped") return;
  const { kind, code, detail } = now.why;
  const isRevoked = kind === "closed" && code === 1008;
  if (isRevoked || kind === "refused" && (code === 401 || code === 403)) await checkStanding();
  if (status.peek() !== now || standing.peek() !== "in" || !isHidden(room.peek())) return;
  isShut.value = isRevoked && detail === "access revoked" || kind === "refused" && code === 404;
}
