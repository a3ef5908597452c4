/** Where the index of a chat is, and the search over it. */

import { basename, dirname, join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { Search } from "./search.ts";

const IN_MEMORY = ":memory:";

/** The search that the configuration asks for; undefined if it is off. */
export function openSearch(
  config: Pick<Config, "db" | "keep" | "search">,
  journal: Journal,
  log: Log,
  isBusy: () => boolean,
): Search | undefined {
  if (config.search === "off") return;
  return new Search({ journal, log, path: indexPath(config), keep: config.keep, isBusy });
}

/**
 * The file of the index: in the folder that `--search` names, else beside the database, `chat.db-search`. A
 * database that ends with the process has its index in memory, and so has one in a Redis, beside which there
 * is no folder, unless one is named.
 */
export function indexPath({ db, search }: Pick<Config, "db" | "search">): string {
  if (db === IN_MEMORY) return IN_MEMORY;
  const isRemote = /^rediss?:/.test(db);
  if (isRemote) return search ? join(search, "redis-search") : IN_MEMORY;
  return join(search || dirname(db), `${basename(db)}-search`);
}
