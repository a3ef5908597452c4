/**
 * Checks of values that came from elsewhere: each returns the value with its type, or throws.
 *
 * Fields that a check does not name are dropped, so that an object holds what its type says and
 * nothing else. An optional field of the wrong shape is taken as absent: better a message without its
 * picture than no message.
 */

/** Returns the value if it has the right shape. Throws a {@linkcode TypeError} if not. */
export type Check<T> = (value: unknown) => T;

/** A string. */
export const text: Check<string> = (value) => {
  if (typeof value === "string") return value;
  throw new TypeError("not a string");
};

/** A whole number from 0 on that a double holds exactly. */
export const whole: Check<number> = (value) => {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new TypeError("not a whole number");
};

/** Milliseconds since 1970 that a `Date` can hold. */
export const time: Check<number> = (value) => {
  if (typeof value === "number" && Math.abs(value) <= 8.64e15) return value;
  throw new TypeError("not a time");
};

/** `true` or `false`. */
export const flag: Check<boolean> = (value) => {
  if (typeof value === "boolean") return value;
  throw new TypeError("not a boolean");
};

/** Exactly this word. */
export function word<W extends string | true>(expected: W): Check<W> {
  return (value) => {
    if (value === expected) return expected;
    throw new TypeError(`not "${expected}"`);
  };
}

/** The value, or undefined if it is absent or has the wrong shape. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value) => {
    try {
      return check(value);
    } catch {
      return undefined;
    }
  };
}

/** The well-formed items of an array, `most` of them at most; empty for anything else. */
export function list<T>(check: Check<T>, most: number): Check<T[]> {
  const item = optional(check);
  return (value) => {
    if (!Array.isArray(value)) return [];
    return value.slice(0, most).map(item).filter((one) => one !== undefined) as T[];
  };
}

/** An object with these fields. */
export function object<T extends object>(
  fields: { readonly [K in keyof T]-?: Check<T[K]> },
): Check<T> {
  const checks = Object.entries<Check<unknown>>(fields);
  return (value) => {
    if (typeof value !== "object" || value === null) throw new TypeError("not an object");
    const found: Record<string, unknown> = {};
    for (const [name, check] of checks) {
      const field = check((value as Record<string, unknown>)[name]);
      if (field !== undefined) found[name] = field;
    }
    return found as T;
  };
}

/** The well-formed values of an object with keys of any name, `most` of them at most. */
export function record<T>(check: Check<T>, most: number): Check<Record<string, T>> {
  const item = optional(check);
  return (value) => {
    if (typeof value !== "object" || value === null) throw new TypeError("not an object");
    const found = Object.entries(value).slice(0, most).map(([key, one]) => [key, item(one)]);
    return Object.fromEntries(found.filter(([, one]) => one !== undefined));
  };
}
