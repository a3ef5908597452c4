/**
 * Has a Redis rewrite its files, so that what was deleted is in none of them: the log of commands, if it
 * has one, and the dump.
 *
 * A rewriting that is under way may have begun before the deletion, so another one follows it.
 */

import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import { inTime } from "./caller.ts";
import { openClient } from "./client.ts";

type Client = ReturnType<typeof openClient>;

/** A file, and what `INFO` says of it. */
interface File {
  readonly command: string;
  /** Fields that are 1 until it is done. */
  readonly pending: readonly string[];
  readonly status: string;
}

const COMMANDS: File = {
  command: "BGREWRITEAOF",
  pending: ["aof_rewrite_in_progress", "aof_rewrite_scheduled"],
  status: "aof_last_bgrewrite_status",
};
const DUMP: File = {
  command: "BGSAVE",
  pending: ["rdb_bgsave_in_progress"],
  status: "rdb_last_bgsave_status",
};

/**
 * Rewrites the files of the Redis at `url`. Takes as long as Redis takes, at most
 * {@linkcode LIMITS.rewriteMs}.
 *
 * @returns why that is not done, in one line that says what to do
 */
export async function rewriteFiles(url: string): Promise<string | undefined> {
  const client = openClient(url, () => {});
  try {
    await inTime(client.connect(), LIMITS.rewriteCallMs);
    const until = performance.now() + LIMITS.rewriteMs;
    const info = await infoOf(client);
    const hasLog = info.get("aof_enabled") === "1";
    for (const file of hasLog ? [COMMANDS, DUMP] : [DUMP]) {
      const reason = await rewrite(client, file, until);
      if (reason) return reason;
    }
    if (info.get("role") !== "master" || info.get("connected_slaves") === "0") return;
    return "its replicas have files of their own: run BGREWRITEAOF and BGSAVE on each of them";
  } catch (error) {
    const { message } = error as Error;
    return `it does not do that (${message}): run BGREWRITEAOF and BGSAVE there`;
  } finally {
    client.destroy();
  }
}

async function rewrite(client: Client, file: File, until: number): Promise<string | undefined> {
  for (let isBegun = false; performance.now() < until; await pause(LIMITS.redisRetryMs)) {
    isBegun ||= await begin(client, file);
    const info = await infoOf(client);
    if (!isBegun || file.pending.some((field) => info.get(field) === "1")) continue;
    if (info.get(file.status) === "ok") return;
    return `${file.command} has failed there: see the log of Redis, and try again`;
  }
  return `${file.command} takes long there: see the log of Redis, and try again`;
}

/** False while another rewriting is under way. */
async function begin(client: Client, { command }: File): Promise<boolean> {
  try {
    await inTime(client.sendCommand([command]), LIMITS.rewriteCallMs);
    return true;
  } catch (error) {
    if (/in progress|active child/i.test((error as Error).message)) return false;
    throw error;
  }
}

/** What Redis says of itself. */
async function infoOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const info = String(await inTime(client.sendCommand(["INFO"]), LIMITS.rewriteCallMs));
  return new Map(Array.from(info.matchAll(/^(\w+):(.*?)\r?$/gm), ([, field, value]) => {
    return [field, value] as const;
  }));
}
