/**
 * How many random histories a test goes through: few in every run, as many as `HUBBUB_SEEDS` says when
 * somebody looks for a rare fault.
 */

import { allowed } from "./permissions.ts";

/**
 * The seeds of a test's histories: 1 to `count`; with `HUBBUB_SEEDS=100` 1 to 100, with `HUBBUB_SEEDS=7-7`
 * the seventh alone.
 */
export function seeds(count: number): number[] {
  const given = allowed ? Deno.env.get("HUBBUB_SEEDS") : undefined;
  const [, first, last] = /^(?:(\d+)-)?(\d+)$/.exec(given ?? String(count)) ?? [];
  if (!last) throw new Error(`HUBBUB_SEEDS is "${given}"; it may be like 100 or 7-7`);
  const from = Number(first ?? 1);
  return Array.from({ length: Number(last) - from + 1 }, (_, n) => from + n);
}
