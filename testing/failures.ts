/**
 * A test that fails takes its timers with it.
 *
 * What it had not come to close still waits, pings or tries again. Deno would blame the next tests for that:
 * one failure would look like ten. So the timers that a test has started are stopped if it fails. A test that
 * passes is left alone, so that Deno finds what it leaves behind, and names that test.
 */

type Start = (...args: unknown[]) => unknown;
type Use = (...args: unknown[]) => unknown;

/** From now on, tests that are declared and fail leave no timers behind. */
export function containFailures(): void {
  const started = rememberTimers();
  const contain = (use: Use): Use =>
    // A test with a parameter has steps.
    async function (this: unknown, ...args: unknown[]) {
      started.clear();
      try {
        return await use.apply(this, args);
      } catch (error) {
        for (const stop of started.values()) stop();
        throw error;
      } finally {
        started.clear();
      }
    };
  const test = new Proxy(Deno.test, {
    apply: (declare, self, args: unknown[]) => Reflect.apply(declare, self, args.map(contained)),
  });
  Object.assign(Deno, { test });

  function contained(part: unknown): unknown {
    if (typeof part === "function") return named(contain(part as Use), part.name);
    if (part === null || typeof part !== "object" || !("fn" in part)) return part;
    return { ...part, fn: contain(part.fn as Use) };
  }
}

/** The timers that wait from now on, each with what stops it; others are not held. */
function rememberTimers(): Map<unknown, () => void> {
  const waiting = new Map<unknown, () => void>();
  const replace = (name: "Timeout" | "Interval") => {
    const start = globalThis[`set${name}`] as unknown as Start;
    const stop = globalThis[`clear${name}`] as (timer?: unknown) => void;
    const isOnce = name === "Timeout";
    Object.assign(globalThis, {
      [`set${name}`]: (act: Use, ...args: unknown[]) => {
        const timer = start((...given: unknown[]) => {
          if (isOnce) waiting.delete(timer);
          act(...given);
        }, ...args);
        waiting.set(timer, () => stop(timer));
        return timer;
      },
      [`clear${name}`]: (timer?: unknown) => {
        waiting.delete(timer);
        stop(timer);
      },
    });
  };
  replace("Timeout");
  replace("Interval");
  return waiting;
}

/** Deno takes the name of a test from its function where it has no other. */
function named(use: Use, name: string): Use {
  return Object.defineProperty(use, "name", { value: name });
}
