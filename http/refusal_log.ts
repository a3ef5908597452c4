/**
 * The log of refused upgrades, and of requests for a host that is not ours.
 *
 * Browsers hide from a page why its socket was refused, so the operator must find a wrong `Host` or
 * `Origin` here. What is logged has no query and no credential, and is bounded: a flood of refusals
 * must not hide other events.
 */

import { TokenBucket } from "../client/rate_limit.ts";
import { LIMITS } from "../config/limits.ts";
import type { Log } from "../telemetry/log.ts";
import type { Problem } from "./problem.ts";
import { wantsUpgrade } from "./upgrade.ts";

/** Logs refusals. */
export class RefusalLog {
  readonly #log: Log;
  readonly #bucket: TokenBucket;

  constructor(log: Log) {
    const { rate, burst } = LIMITS.refusalsLogged;
    this.#log = log;
    this.#bucket = new TokenBucket(rate, burst, performance.now());
  }

  /** A request was answered with a problem. */
  report(request: Request, { status, message: reason }: Problem): void {
    const { headers, method, signal, url } = request;
    const isOfInterest = wantsUpgrade(request) || status === 421;
    // A client that went away was not refused. Paths of other methods may hold secrets.
    if (!isOfInterest || method !== "GET" || signal.aborted) return;
    if (!this.#bucket.take(performance.now())) return;
    const fields = { status, path: short(URL.parse(url)?.pathname ?? ""), reason };
    const origin = headers.get("origin");
    this.#log.warn("refused", origin === null ? fields : { ...fields, origin: short(origin) });
  }
}

function short(text: string): string {
  return text.slice(0, LIMITS.loggedText);
}
