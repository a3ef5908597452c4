/**
 * Slow peers: whether a socket accepts more, when it does again, and whether it has stalled.
 *
 * A WebSocket has no event for a buffer that has been sent, so a writer that finds its socket full
 * asks to be notified. Most sockets are writable again a turn later; the others are checked every
 * few milliseconds, by one timer that runs only while a writer waits.
 */

import { setImmediate } from "node:timers";
import { LIMITS } from "../config/limits.ts";

/** Where frames go: a WebSocket, or something that can be used like one. */
export interface Sink {
  /** Bytes that it has accepted and not sent yet; 0 once it is closed. */
  readonly bufferedAmount: number;
  send(frame: string): void;
  close(code: number, reason: string): void;
}

/** Something that waits until its sink is writable. */
export interface Waiter {
  notify(): void;
}

const fresh = new Map<Sink, Waiter>();
const waiting = new Map<Sink, Waiter>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Whether the sink accepts more now. */
export function isWritable(sink: Sink): boolean {
  return sink.bufferedAmount < LIMITS.socketBytes;
}

/** Notifies the waiter once the sink is writable or closed. Of several waiters only the last one. */
export function onWritable(sink: Sink, waiter: Waiter): void {
  if (waiting.has(sink)) return void waiting.set(sink, waiter);
  if (fresh.size === 0) setImmediate(checkFresh);
  fresh.set(sink, waiter);
}

function checkFresh(): void {
  for (const [sink, waiter] of fresh) waiting.set(sink, waiter);
  fresh.clear();
  check();
  if (waiting.size > 0) timer ??= setInterval(check, LIMITS.drainMs);
}

function check(): void {
  for (const [sink, waiter] of waiting) {
    if (!isWritable(sink)) continue;
    waiting.delete(sink);
    waiter.notify();
  }
  if (waiting.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/**
 * How long a peer has accepted nothing although data is waiting for it.
 *
 * It counts UTF-16 code units, while the sink counts bytes. For text that is not ASCII this looks as
 * if something had been accepted, but only until the sink is full: then it is given nothing more.
 */
export class StallDetector {
  readonly #sink: Sink;
  #given = 0;
  #accepted = 0;
  #acceptedAt: number;

  /** @param now as `performance.now()` gives it, here and below */
  constructor(sink: Sink, now: number) {
    this.#sink = sink;
    this.#acceptedAt = now;
  }

  /** A frame of this length was given to the sink. */
  given(length: number): void {
    this.#given += length;
  }

  /** Checks the sink; returns for how many milliseconds it has accepted nothing. */
  check(now: number): number {
    const buffered = this.#sink.bufferedAmount;
    const accepted = this.#given - buffered;
    if (buffered > 0 && accepted === this.#accepted) return now - this.#acceptedAt;
    this.#accepted = accepted;
    this.#acceptedAt = now;
    return 0;
  }

  /** Whether it has accepted nothing for longer than two checks. */
  isStalled(now: number): boolean {
    return this.#sink.bufferedAmount > 0 && now - this.#acceptedAt > 2 * LIMITS.sweepMs;
  }
}
