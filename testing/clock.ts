/** Time that passes at once, for what waits for half a minute. */

/** Moves the clock of `performance.now()` forwards; back again when it is disposed of. */
export function skipTime(ms: number): Disposable {
  const { now } = performance;
  performance.now = () => now.call(performance) + ms;
  return {
    [Symbol.dispose]() {
      performance.now = now;
    },
  };
}

/** Moves the clock of `Date.now()` forwards; back again when it is disposed of. */
export function skipDate(ms: number): Disposable {
  const { now } = Date;
  Date.now = () => now() + ms;
  return {
    [Symbol.dispose]() {
      Date.now = now;
    },
  };
}
