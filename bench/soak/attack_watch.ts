/**
 * What is measured while a server is attacked: hold-ups, memory, and sockets that are not given back.
 */

import type { Child } from "../../testing/child.ts";

/** How often memory is looked at. */
const LOOKS = 50;
/** How often this process looks whether it is held up itself, in milliseconds. */
const EVERY_MS = 10;

/** For how long an event loop was held up at the longest, in milliseconds. */
export interface HoldUp {
  readonly lateMs: number;
  /** While the process computed, and did not wait for a processor that others had. */
  readonly ownMs: number;
}

/** Watches until `stop`, which answers with what was found. */
export interface Watch<T> {
  stop(): T;
}

/** Watches the server's memory, in MiB. */
export function watchMemory(child: Child, seconds: number): Watch<number[]> {
  const looks: number[] = [];
  const timer = setInterval(() => looks.push(child.memory), seconds * 1000 / LOOKS);
  return {
    stop() {
      clearInterval(timer);
      return looks;
    },
  };
}

/** Watches for how long this process is held up, which delays what its clients see. */
export function watchOwnLoop(): Watch<number> {
  let worstMs = 0;
  let due = performance.now() + EVERY_MS;
  const timer = setInterval(() => {
    worstMs = Math.max(worstMs, performance.now() - due);
    due = performance.now() + EVERY_MS;
  }, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return worstMs;
    },
  };
}

/** Watches what `loop_watch.ts` reports in the server's log. */
export function watchHoldUps(child: Child): Watch<HoldUp> {
  const since = child.log.length;
  return {
    stop() {
      const found = child.log.slice(since).filter((line) => line.startsWith("held up "))
        .map((line): { lateMs: number; usedMs: number } => JSON.parse(line.slice(8)));
      return {
        lateMs: Math.max(0, ...found.map(({ lateMs }) => lateMs)),
        ownMs: Math.max(0, ...found.map(({ lateMs, usedMs }) => Math.min(lateMs, usedMs))),
      };
    },
  };
}

/** The server's lag by its metrics, in seconds: the bound of the last bucket that has any. */
export async function lagOf(child: Child): Promise<string> {
  const text = await child.get("/metrics");
  const buckets = [...text.matchAll(/event_loop_lag_seconds_bucket\{le="(.+?)"\} (\d+)/g)];
  const all = Number(buckets.at(-1)?.[2]);
  return buckets.find(([, , count]) => Number(count) === all)?.[1] ?? "?";
}

/** How many upgrades were reset in a way that the runtime does not report; it keeps their sockets. */
export async function abandonedBy(child: Child): Promise<number> {
  const text = await child.get("/metrics");
  return Number(/abandoned_total\{waiting_for="open"\} (\d+)/.exec(text)![1]);
}
