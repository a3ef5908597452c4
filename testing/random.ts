/**
 * Random numbers that can be repeated: the same seed gives the same ones, on every machine.
 *
 * The generator is mulberry32: 32 bits of state, fast, and good enough to choose moments with.
 */

/** A source of random numbers. */
export interface Random {
  /** A whole number from 0 up to, but not including, `below`. */
  int(below: number): number;
  /** True in `times` out of `of` cases. */
  chance(times: number, of: number): boolean;
  /** One of them. */
  pick<T>(list: readonly T[]): T;
}

/** A source that gives the same numbers for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    chance: (times, of) => int(of) < times,
    pick: (list) => list[int(list.length)],
  };
}
