/**
 * Waiting with an end: a drill that hangs has found something, and says what.
 */

/** How long anything is waited for: much longer than it takes on a busy machine. */
export const PATIENCE_MS = 60_000;

/** What `promise` comes to, or an error that names what was waited for. */
export async function within<T>(promise: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms / 1000} s for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for all of them. */
export async function allOf(promises: readonly Promise<void>[], what: string): Promise<void> {
  await within(Promise.all(promises), what);
}

/** Lets this many milliseconds pass, or fewer if the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}

/** Waits until the condition holds, which no event reports: looks every millisecond. */
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
