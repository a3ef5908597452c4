/**
 * What the soaks share: a server that can be told to collect its garbage, and figures.
 */

import { Child } from "../../testing/child.ts";
import { within } from "../../testing/support.ts";

/** What is left of a server's memory after a collection, in MiB. */
export interface Memory {
  /** What JavaScript holds. */
  readonly heap: number;
  /** All of it. */
  readonly resident: number;
}

/**
 * Starts a server that {@linkcode collected} can ask.
 *
 * @param runtime further options of Deno
 */
export function startWatched(flags: string[], runtime: string[] = []): Promise<Child> {
  const preload = new URL("../../testing/collect.ts", import.meta.url).pathname;
  return Child.start(flags, {
    runtime: ["--v8-flags=--expose-gc", "--preload", preload, ...runtime],
  });
}

/** Has the server collect its garbage, and answers with what is left. */
export async function collected(child: Child): Promise<Memory> {
  const before = child.log.length;
  child.signal("SIGUSR2");
  let line: string | undefined;
  await child.until(() => {
    line = child.log.slice(before).find((line) => line.startsWith("collected "));
    return line !== undefined;
  }, "the collection");
  const { heapUsed, external, rss } = JSON.parse(line!.slice("collected ".length));
  const mib = 1024 * 1024;
  return { heap: (heapUsed + external) / mib, resident: rss / mib };
}

/** The value that so much of them are under, from 0 to 1. */
export function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How much the second half has more than the first, without the first fifth, in percent. */
export function drift(values: number[]): number {
  const settled = values.slice(values.length / 5);
  const half = settled.length / 2;
  return 100 * (mean(settled.slice(half)) / mean(settled.slice(0, half)) - 1);
}

export const pause = (ms: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.max(ms, 1)));

/** What the log tells of failures. */
export function failures(child: Child): string[] {
  return child.log.filter((line) => / error /.test(line));
}

/** How often the log tells of this ending; those that it had no room for count as this one, too. */
export function endings(child: Child, name: string): number {
  let count = 0;
  for (const line of child.log) {
    if (line.includes(`ended ending="${name}"`) || line.includes(`ended ending=${name}`)) count++;
    count += Number(/log lines dropped dropped=(\d+)/.exec(line)?.[1] ?? 0);
  }
  return count;
}

/** Closes them all and waits until they are. */
export async function closeAll(sockets: Iterable<WebSocket>): Promise<void> {
  await Promise.all(Array.from(sockets, (socket) => {
    const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
    if (socket.readyState > WebSocket.OPEN) return;
    socket.close();
    return within(closed, "a client to close");
  }));
}
