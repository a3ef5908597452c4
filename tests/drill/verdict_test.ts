/** What a drill reports in the end. */

import { assertEquals, assertMatch } from "@std/assert";
import { isGood, table } from "../../drill/verdict.ts";

Deno.test("table: shows the counts, the times and the first faults", () => {
  const counts = { lost: 2, doubled: 0, disordered: 0, diverged: 0, stale: 0 };
  const account = { accepted: 5, refused: 0, ...counts };
  const verdict = { act: "an act", ...account, faults: ["lost: 5"], worstMs: 12, tookMs: 3_456 };
  const text = table([verdict]);
  assertMatch(text, /an act\s+5\s+0\s+2\s+0\s+0\s+0\s+0\s+12 ms\s+3\.5 s/);
  assertMatch(text, /^an act: lost: 5$/m);
  const good = { ...verdict, lost: 0 };
  const bad = [{ ...good, stale: 1 }, { ...good, diverged: 1 }];
  assertEquals([verdict, good, ...bad].map(isGood), [false, true, false, false]);
});
