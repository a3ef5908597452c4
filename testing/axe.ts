/// <reference lib="dom" />
/** What axe finds in the page. */

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";

interface Finding {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Asserts that axe finds nothing in what is seen now, once nothing moves any more. */
export async function inspect(page: Page, state: string): Promise<void> {
  const { default: axe } = await import("axe-core");
  const isLoaded = await page.evaluate("'axe' in globalThis");
  if (!isLoaded) await page.evaluate(axe.source);
  await page.evaluate(() => {
    const moving = document.getAnimations().filter(({ effect }) =>
      effect!.getComputedTiming().iterations !== Infinity
    );
    return Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
  });
  // Of what passes or does not apply, axe describes one node instead of all. No rule needs style sheets.
  const run =
    "axe.run({ preload: false, resultTypes: ['violations'] }).then(({ violations }) => violations)";
  const violations = await page.evaluate(run);
  const found = (violations as Finding[]).map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`
  );
  assertEquals(found, [], state);
}
