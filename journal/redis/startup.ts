/**
 * Whether a Redis can be used, and what is reported where it cannot.
 */

import { randomBytes } from "node:crypto";
import { JournalError, UnreachableError } from "../journal.ts";
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
  const version = /^redis_version:(\S+)/m.exec(String(await call("INFO", "server")))?.[1] ?? "0";
  const [major, minor] = version.split(".").map(Number);
  if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) {
    throw new Unfit(`it is Redis ${version}, and ${OLDEST.join(".")} or newer is needed`);
  }
  for (const [key, type] of Object.entries(TYPES)) {
    const found = await call("TYPE", key);
    if (found === type || found === "none") continue;
    throw new Unfit(
      `its key ${key} is a ${found} and no ${type}: another program's, choose another database`,
    );
  }
}

/** The secret of this database, 64 hex digits; makes it if there is none. */
export async function learnSecret(call: Call): Promise<string> {
  const secret = await call("GET", SECRET);
  if (secret !== null) return String(secret);
  await call("SET", SECRET, randomBytes(32).toString("hex"), "NX");
  return String(await call("GET", SECRET));
}

class Unfit extends Error {}

/** The error for people: where, why, what to do. Never the password. */
export function openingError(url: string, error: Error): JournalError {
  const { protocol, host } = new URL(url);
  return new JournalError(`--db: cannot use ${protocol}//${host}: ${reason(error)}`);
}

function reason(error: Error): string {
  const { message } = error;
  const { code } = error as { code?: string };
  if (error instanceof Unfit) return message;
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
  if (/unknown command/.test(message)) return `it lacks a command that is needed (${message})`;
  if (
    error instanceof UnreachableError || /^(Disconnects|Socket closed|Unknown RESP)/.test(message)
  ) {
    return "it does not answer as a Redis does, check host, port, and redis:// or rediss://";
  }
  return message.split("\n")[0];
}
