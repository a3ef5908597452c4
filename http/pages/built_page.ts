/**
 * The page that is served: the finished one that `deno task build` left, or one that is bundled now.
 *
 * The finished one is served if it was made from the sources that are present, or if there are none to
 * compare it with: in a compiled program, and in a package imported over https. Otherwise the page is
 * bundled, so that an old one never hides a change. This is decided once in a process.
 */

import type { Log } from "../../telemetry/log.ts";
import { BUILT, type BuiltPage, bundlePage, canBundle, digestOfSources } from "./bundle.ts";

let found: Promise<BuiltPage | undefined> | undefined;

/** The page; undefined if there is no finished one and none can be bundled, which is logged. */
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
