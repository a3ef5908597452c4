/**
 * The pages that browsers get: the built-in one with its files, or the operator's own folder
 * (`--assets`), and a page for an address where there is nothing.
 */

import type { Log } from "../telemetry/log.ts";
import { BuiltIn } from "./pages/built_in.ts";
import type { Pages, PagesOptions } from "./pages/contract.ts";
import { Folder } from "./pages/folder.ts";

export type { Pages, PagesOptions };

/** Opens the pages. Reads nothing yet: the built-in page is found when it is first asked for. */
export function openPages(options: PagesOptions, log: Log): Pages {
  return options.assets ? new Folder(options.assets) : new BuiltIn(options, log);
}
