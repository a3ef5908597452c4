/**
 * The log at the start: version, address, database, who may come in, and what the operator may have
 * overlooked.
 */

import { type Config, unknownVariables } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import { isWithin, parseNetwork } from "../config/network.ts";
import metadata from "../deno.json" with { type: "json" };
import type { Log } from "./log.ts";

const LOOPBACK = [parseNetwork("127.0.0.0/8")!, parseNetwork("::1")!];

/** Who may come in, by how people come in. */
const WHO: Readonly<Record<string, string>> = {
  open: "anyone who can reach it",
  invite: "members",
  token: "anyone with a token",
};

/**
 * Reports a start.
 *
 * @param access how people come in
 * @param url the address that was printed; none under `deno serve`
 */
export function reportStart(config: Config, access: string, url: URL | undefined, log: Log): void {
  log.info("started", {
    version: metadata.version,
    address: config.url[0] ?? url?.href ?? "as deno serve was told",
    database: withoutPassword(config.db),
    access,
  });
  const reachable = url && reachableAddress(config.addr.host, url);
  if (reachable) {
    log.info("reachable from other machines", { address: reachable, for: WHO[access] });
  }
  for (const name of environmentNames()) {
    log.warn("unknown variable", { name, see: "--help lists the flags" });
  }
  const descriptors = availableDescriptors(config.maxClients);
  if (descriptors !== undefined) {
    const advice = "raise `ulimit -n`, or lower --max-clients";
    log.warn("too few file descriptors", { descriptors, maxClients: config.maxClients, advice });
  }
}

function withoutPassword(db: string): string {
  if (!URL.canParse(db) || !/^rediss?:/.test(db)) return db;
  const url = new URL(db);
  url.password = "";
  return url.href;
}

/** An address of this machine that others can use; undefined if it listens on loopback only. */
function reachableAddress(host: string, url: URL): string | undefined {
  const isAny = !host || host === "0.0.0.0" || host === "::";
  if (!isAny) return host === "localhost" || isWithin(host, LOOPBACK) ? undefined : url.href;
  try {
    const found = Deno.networkInterfaces().find(({ address, family }) =>
      family === "IPv4" && !isWithin(address, LOOPBACK)
    );
    return found && `${url.protocol}//${found.address}:${url.port}/`;
  } catch {
    return undefined;
  }
}

/** Unknown `CHAT_` variables; none without the permission to list the environment. */
function environmentNames(): string[] {
  try {
    return unknownVariables(Object.keys(Deno.env.toObject()));
  } catch {
    return [];
  }
}

/**
 * The number of descriptors, if it is too small for this many clients. Asking for the limit needs all
 * permissions, so some are opened, up to a number that usual limits are either below or far above.
 */
function availableDescriptors(maxClients: number): number | undefined {
  const files: Deno.FsFile[] = [];
  const enough = Math.min(maxClients, LIMITS.descriptorsTried);
  try {
    while (files.length < enough) files.push(Deno.openSync("/dev/null"));
  } catch (error) {
    return /os error 24/.test((error as Error).message) ? files.length : undefined;
  } finally {
    for (const file of files) file.close();
  }
}
