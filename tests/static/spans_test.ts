/** Which parts of a log are known. */

import { assertEquals } from "@std/assert";
import { Spans } from "../../static/state/spans.ts";

Deno.test("missing: counts what no span covers, however the spans came", () => {
  const spans = new Spans();
  assertEquals(spans.missing(1, 11), 10);
  for (const [from, to] of [[8, 9], [2, 3], [3, 5], [9, 8]]) spans.add(from, to);
  assertEquals(spans.missing(1, 11), 4);
  spans.add(6, 7);
  assertEquals([spans.missing(2, 10), spans.missing(1, 11), spans.missing(5, 3)], [0, 2, 0]);
});

Deno.test("keep: forgets what is outside", () => {
  const spans = new Spans();
  spans.add(1, 10);
  spans.keep(4, 6);
  assertEquals(spans.missing(1, 11), 7);
});
