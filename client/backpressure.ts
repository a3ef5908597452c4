/**
 * Looking again at sockets that were full.
 *
 * A WebSocket has no event for having taken what it was handed, so a writer that found its socket
 * full asks to be called back. Most sockets have room again a turn later; those that have not are
 * looked at every few milliseconds, all by one timer that runs only while somebody waits.
 */

import { setImmediate } from "node:timers";
import { LIMITS } from "../config/limits.ts";

/** Where frames go: a WebSocket, or something that can be used like one. */
export interface Sink {
  /** Bytes that were handed over and are not yet taken; 0 once it is closed. */
  readonly bufferedAmount: number;
  send(frame: string): void;
  close(code: number, reason: string): void;
}

const fresh = new Map<Sink, Waiter>();
const waiting = new Map<Sink, Waiter>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Whether the outlet takes more now. */
export function isWritable(outlet: Sink): boolean {
  return outlet.bufferedAmount < LIMITS.socketBytes;
}

/** Who waits for room. */
export interface Waiter {
  notify(): void;
}

/** Stirs the waiter once the outlet has room, or is closed. An outlet has one waiter, the last. */
export function onWritable(outlet: Sink, waiter: Waiter): void {
  if (waiting.has(outlet)) return void waiting.set(outlet, waiter);
  if (fresh.size === 0) setImmediate(lookFirst);
  fresh.set(outlet, waiter);
}

function lookFirst(): void {
  for (const [outlet, waiter] of fresh) waiting.set(outlet, waiter);
  fresh.clear();
  look();
  if (waiting.size > 0) timer ??= setInterval(look, LIMITS.drainMs);
}

function look(): void {
  for (const [outlet, waiter] of waiting) {
    if (!isWritable(outlet)) continue;
    waiting.delete(outlet);
    waiter.notify();
  }
  if (waiting.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}
