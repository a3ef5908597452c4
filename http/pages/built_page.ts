/**
 * Which page is served: the finished one that `deno task build` left, or one made now.
 *
 * The finished one is served where it was made of the sources that are there, or where there are none
 * to compare it with: in a compiled program, and in a package imported over https. Otherwise the page
 * is made of the sources, so that a leftover never hides a change. It is found once in a process, by
 * whoever asks first.
 */

import type { Log } from "../../telemetry/log.ts";
import { BUILT, type BuiltPage, bundlePage, canBundle, digestOfSources } from "./bundle.ts";

let found: Promise<BuiltPage | undefined> | undefined;

/** The page; undefined where there is no finished one and none can be made, which the log explains. */
export function builtPage(log: Log): Promise<BuiltPage | undefined> {
  return found ??= find(log);
}

async function find(log: Log): Promise<BuiltPage | undefined> {
  const [finished, sources] = await Promise.all([finishedPage(), digestOfSources()]);
  if (finished && (!sources || sources === finished.sources)) return finished;
  if (sources && canBundle()) {
    try {
      return await bundlePage();
    } catch (error) {
      log.error("the page cannot be made", { error });
    }
  }
  if (finished) log.warn("the page is older than its sources", { remedy: "deno task build" });
  else log.warn("there is no page", { remedy: "deno task build" });
  return finished;
}

/** The finished page, imported and not read, since over https there is no folder. */
async function finishedPage(): Promise<BuiltPage | undefined> {
  try {
    const address = new URL(`../../${BUILT}`, import.meta.url).href;
    return (await import(address, { with: { type: "json" } })).default;
  } catch {
    return;
  }
}
