/** Chance that can be repeated. */

import { assert, assertEquals } from "@std/assert";
import { seeded } from "../../testing/random.ts";

Deno.test("seeded: gives the same numbers for the same seed", () => {
  const some = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 20 }, () => random.int(1000));
  };
  assertEquals(some(7), some(7));
  assert(some(7).join() !== some(8).join());
});
