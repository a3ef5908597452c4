/** GIF, which is kept as it is. */

import { type Plan, PlanBuilder } from "./plan.ts";
import { type Source, viewOf } from "./source.ts";

/** The shortest GIF with a picture. */
const LEAST = 26;

/** The plan of a GIF; undefined if it is none. */
export async function planGif(source: Source): Promise<Plan | undefined> {
  const header = await source.bytes(0, 10);
  if (source.size < LEAST) return;
  const view = viewOf(header);
  const plan = new PlanBuilder();
  plan.keep(0, source.size);
  return plan.plan({
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    orientation: 1,
  });
}
