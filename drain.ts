/**
 * Waiting until a socket has taken what it was handed.
 *
 * A WebSocket has no event for it, so those that are full are looked at again every few
 * milliseconds, all by one timer that runs only while somebody waits.
 */

import { LIMITS } from "./config.ts";

/** Where frames go: a WebSocket, or something that can be used like one. */
export interface Outlet {
  /** Bytes that were handed over and are not yet taken; 0 once it is closed. */
  readonly bufferedAmount: number;
  send(frame: string): void;
  close(code: number, reason: string): void;
}

const waiting = new Map<Outlet, () => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Resolves once the outlet has taken half of what it may hold, or is closed. */
export function drained(outlet: Outlet): Promise<void> {
  timer ??= setInterval(look, LIMITS.drainMs);
  return new Promise((resolve) => waiting.set(outlet, resolve));
}

function look(): void {
  for (const [outlet, resume] of waiting) {
    if (outlet.bufferedAmount > LIMITS.socketBytes / 2) continue;
    waiting.delete(outlet);
    resume();
  }
  if (waiting.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}
