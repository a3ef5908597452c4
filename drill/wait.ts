/**
 * Waiting with an end: a drill that hangs has found something, and says what.
 */

/** How long anything in a drill is waited for. */
const PATIENCE_MS = 30_000;

/** Waits for all of them. */
export async function allOf(
  promises: readonly Promise<void>[],
  what: string,
  ms = PATIENCE_MS,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms / 1000} s for ${what}`)), ms);
  });
  try {
    await Promise.race([Promise.all(promises), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets so many milliseconds pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until the condition holds, which no event tells: looks every millisecond. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + ms;
  while (!await condition()) {
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`);
    await pause(1);
  }
}
