/**
 * Waiting that ends: what hangs has found a fault, and the error says what did not come.
 */

/** How long anything is waited for unless another time is given. */
const PATIENCE_MS = 30_000;

/** The result of `promise`, or an error that names what was waited for. */
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

/** Lets this many milliseconds pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until the condition is true, for what no event reports: looks every millisecond. */
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
