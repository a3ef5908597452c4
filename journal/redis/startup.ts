/**
 * Whether a Redis can be used, what is reported where it cannot, and what of its settings is not as
 * `docs/SCALING.md` advises.
 */

import type { Log } from "../../telemetry/log.ts";
import { JournalError, UnreachableError } from "../journal.ts";
import { createSecret } from "../secret.ts";
import { isCluster } from "./client.ts";
import type { Call } from "./link.ts";
import { EPOCH, NODES, OLD_ROOMS, ROOMS, SECRET } from "./scripts.ts";

/** The oldest Redis that has what the scripts use (`XTRIM` with `MINID`). */
const OLDEST = [6, 2];

/** The keys of all rooms together, and their types. */
const TYPES = {
  [EPOCH]: "string",
  [SECRET]: "string",
  [NODES]: "zset",
  [ROOMS]: "zset",
  [OLD_ROOMS]: "set",
};

/** Throws if this Redis cannot be used. */
export async function check(call: Call): Promise<void> {
  const info = String(await call("INFO"));
  const version = valueOf(info, "redis_version") ?? "0";
  const [major, minor] = version.split(".").map(Number);
  if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) {
    throw new UnfitError(`it is Redis ${version}, and ${OLDEST.join(".")} or newer is needed`);
  }
  if (valueOf(info, "role") === "slave" && !isCluster(info)) {
    throw new UnfitError("it is a replica, which takes no writes: name the address of its master");
  }
  await Promise.all(
    Object.entries(TYPES).map(async ([key, type]) => {
      const found = await call("TYPE", key);
      if (found === type || found === "none") return;
      throw new UnfitError(
        `its key ${key} is a ${found} and no ${type}: another program's, choose another database`,
      );
    }),
  );
}

/** The value of a field of `INFO`. */
function valueOf(info: string, field: string): string | undefined {
  return new RegExp(`^${field}:(\\S+)`, "m").exec(info)?.[1];
}

/**
 * The secret of this database, 64 hex digits. If there is none, as in a Redis that has been emptied, it
 * becomes the `known` one, or a new one; of several servers the first decides.
 */
export async function learnSecret(call: Call, known: string): Promise<string> {
  const secret = await call("GET", SECRET);
  if (secret !== null) return String(secret);
  await call("SET", SECRET, known || createSecret(), "NX");
  return String(await call("GET", SECRET));
}

/** Logs which settings are not as advised. */
export async function warnOfSettings(call: Call, log: Log): Promise<void> {
  const info = String(await call("INFO"));
  const setting = async (name: string) => {
    // Some hosts of Redis do not let anybody read its settings.
    const [, value] = await call("CONFIG", "GET", name).catch(() => []) as string[];
    return value;
  };
  const warn = (found: string, advised: string, why: string) =>
    log.warn("redis is not set as advised", { found, advised, why });
  if (valueOf(info, "aof_enabled") === "0") {
    warn("appendonly no", "appendonly yes", "a crash of Redis loses messages");
  } else if (await setting("appendfsync") === "no") {
    warn("appendfsync no", "appendfsync everysec", "a loss of power loses messages");
  }
  const policy = valueOf(info, "maxmemory_policy");
  if (policy && policy !== "noeviction") {
    warn(`maxmemory-policy ${policy}`, "maxmemory-policy noeviction", "it may evict rooms");
  }
  const replicas = Number(valueOf(info, "connected_slaves") ?? 0);
  if (replicas > 0 && await setting("min-replicas-to-write") === "0") {
    const why = "a replica that takes over may lack messages";
    warn("min-replicas-to-write 0", "min-replicas-to-write 1", why);
  }
  if (isCluster(info) && await setting("cluster-require-full-coverage") === "yes") {
    const why = "without one of its nodes all rooms are refused";
    warn("cluster-require-full-coverage yes", "cluster-require-full-coverage no", why);
  }
}

class UnfitError extends Error {}

/** The error for people: where, why, what to do. Never the password. */
export function openingError(url: string, error: Error): JournalError {
  const { protocol, host } = new URL(url);
  return new JournalError(`--db: cannot use ${protocol}//${host}: ${reason(error)}`);
}

function reason(error: Error): string {
  const { message } = error;
  const { code } = error as { code?: string };
  if (error instanceof UnfitError) return message;
  if (/WRONGPASS|invalid username-password|NOAUTH|without any password/.test(message)) {
    return "user or password are wrong, check them in the URL";
  }
  if (/NOPERM/.test(message)) return `this user may not do what is needed (${message})`;
  if (/DB index/.test(message)) return "there is no database of this number";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EHOSTUNREACH") {
    return "no Redis answers there, start it or check host and port";
  }
  if (/name resolution|failed to lookup|getaddrinfo/.test(message)) {
    return "no Redis answers there, check the host's name";
  }
  if (/certificate/i.test(message)) {
    return `its certificate is not trusted (${message}), name its CA's file in DENO_CERT`;
  }
  if (/^OOM/.test(message)) return "it is full, raise its maxmemory";
  if (/^NOREPLICAS/.test(message)) {
    return "it lacks the replicas that min-replicas-to-write asks for";
  }
  if (/unknown command/.test(message)) return `it lacks a command that is needed (${message})`;
  if (
    error instanceof UnreachableError || /^(Disconnects|Socket closed|Unknown RESP)/.test(message)
  ) {
    return "it does not answer as a Redis does, check host, port, and redis:// or rediss://";
  }
  return message.split("\n")[0];
}
