/** How much fits in a frame. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { countThatFits } from "../../hub/frame_size.ts";
import { message } from "../../testing/fakes.ts";

Deno.test("countThatFits: counts at least one entry, however large", () => {
  const large = message(1, "x".repeat(10 * LIMITS.frameLength));
  assertEquals(countThatFits([large, large]), 1);
  assertEquals(countThatFits([message(1), large, message(3)]), 2);
  assertEquals(countThatFits([message(1), message(2)], 1), 1);
  assertEquals(countThatFits([], 0), 0);
});
