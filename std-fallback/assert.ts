/**
 * Stand-in for `@std/assert`, over `node:assert/strict`: the assertions that tests use most, with the
 * real ones' signatures. Where the two differ, this one is the stricter (it tells 0 from -0, and an
 * object without a prototype from one with), so that what passes here passes there.
 */
import * as node from "node:assert/strict";

export { AssertionError } from "node:assert/strict";

// deno-lint-ignore no-explicit-any
type Class<T> = abstract new (...args: any[]) => T;
type Compare = <T>(actual: T, expected: T, msg?: string) => void;
const show = Deno.inspect;

export const assert: (expr: unknown, msg?: string) => asserts expr = node.ok;
export const assertEquals: Compare = node.deepStrictEqual;
export const assertNotEquals: Compare = node.notDeepStrictEqual;
export const assertStrictEquals: <T>(a: unknown, b: T, msg?: string) => asserts a is T =
  node.strictEqual;
export const assertMatch: (actual: string, expected: RegExp, msg?: string) => void = node.match;
export const assertGreater: Compare = (a, b, msg) => node.ok(a > b, msg ?? `Expected ${a} > ${b}`);
export const assertLess: Compare = (a, b, msg) => node.ok(a < b, msg ?? `Expected ${a} < ${b}`);
export const fail: (msg?: string) => never = node.fail;

export function assertFalse(expr: unknown, msg?: string): asserts expr is false {
  node.ok(!expr, msg ?? `Expected ${show(expr)} to be falsy`);
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  node.ok(actual !== undefined && actual !== null, msg ?? `Expected a value, got ${actual}`);
}

export function assertInstanceOf<T>(
  actual: unknown,
  type: Class<T>,
  msg?: string,
): asserts actual is T {
  node.ok(actual instanceof type, msg ?? `Expected a ${type.name}, got ${show(actual)}`);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  node.ok(
    actual.includes(expected),
    msg ?? `Expected ${show(actual)} to include ${show(expected)}`,
  );
}

export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Math.abs(expected * 1e-7) || 1e-7,
  msg?: string,
): void {
  const near = Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance;
  node.ok(near, msg ?? `Expected ${actual} within ${tolerance} of ${expected}`);
}

/** What follows the function: a message, or what the error must be, and then a message. */
type Wanted = [msg?: string] | [errorClass: Class<Error>, msgIncludes?: string, msg?: string];

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...wanted: Wanted): unknown {
  let caught: unknown;
  node.throws(fn, (error: unknown) => isWanted(caught = error, wanted), message(wanted));
  return caught;
}

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...wanted: Wanted
): Promise<unknown> {
  let caught: unknown;
  const check = (error: unknown) => isWanted(caught = error, wanted);
  await node.rejects(fn as () => Promise<unknown>, check, message(wanted));
  return caught;
}

function isWanted(error: unknown, [first, msgIncludes = "", msg]: Wanted): true {
  if (typeof first !== "function") return true;
  assertInstanceOf(error, first, msg);
  assertStringIncludes(error.message, msgIncludes, msg);
  return true;
}

function message([first, , msg]: Wanted): string | undefined {
  return typeof first === "function" ? msg : first;
}
