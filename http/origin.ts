/**
 * The origin of a request: which web pages may do what.
 *
 * Our own page has the origin of a public address, or of the host that the request names. Pages of other
 * origins need `--origin`, and are never authenticated by our cookie. A request without `Origin` does
 * not come from a page, or only reads.
 */

import type { Config } from "../config/config.ts";
import { Problem } from "./problem.ts";

/** The page that makes a request: ours, another one, or none. */
export type Asker = "own" | "foreign" | "none";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const HEADERS = "authorization, content-type, last-event-id";

/** Judges the origins of requests. */
export class Origins {
  readonly #own: ReadonlySet<string>;
  readonly #allowed: ReadonlySet<string>;

  constructor({ url, origin }: Pick<Config, "url" | "origin">) {
    this.#own = new Set(url.map(canonical));
    this.#allowed = new Set(origin.map((origin) => origin === "*" ? origin : canonical(origin)));
  }

  /** The page that makes the request. */
  askerOf(request: Request, url: URL): Asker {
    const { headers } = request;
    const origin = originOf(request);
    if (origin === undefined) {
      return headers.get("sec-fetch-site") === "same-origin" ? "own" : "none";
    }
    const isOwn = this.#own.has(origin) || origin === canonical(url.origin);
    return isOwn ? "own" : "foreign";
  }

  /** Whether the operator named this foreign origin. */
  isNamed(request: Request): boolean {
    return this.#allowed.has(originOf(request) ?? "");
  }

  /**
   * Refuses pages of other origins that are not allowed.
   *
   * @throws {Problem} with 403
   */
  check(request: Request, url: URL): void {
    if (this.askerOf(request, url) !== "foreign" || this.#isAllowed(request)) return;
    throw new Problem(403, "this origin is not allowed: the operator allows it with --origin");
  }

  #isAllowed(request: Request): boolean {
    return this.#allowed.has("*") || this.isNamed(request);
  }

  /** Lets a page of an allowed origin read the answer. */
  share(request: Request, url: URL, headers: Headers): void {
    if (this.#allowed.size === 0) return;
    headers.append("vary", "origin");
    if (this.askerOf(request, url) !== "foreign" || !this.#isAllowed(request)) return;
    headers.set("access-control-allow-origin", request.headers.get("origin")!);
    if (this.isNamed(request)) headers.set("access-control-allow-credentials", "true");
    headers.set("access-control-expose-headers", "retry-after");
  }

  /** The answer to a preflight request; undefined for any other request. */
  preflight(request: Request, url: URL): Response | undefined {
    const isPreflight = request.method === "OPTIONS" &&
      request.headers.has("access-control-request-method");
    if (!isPreflight || this.askerOf(request, url) !== "foreign") return;
    this.check(request, url);
    return new Response(null, {
      status: 204,
      headers: {
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": HEADERS,
        "access-control-max-age": "600",
      },
    });
  }
}

/** The origin that a request names, in one form; undefined without one. */
function originOf({ headers }: Request): string | undefined {
  const origin = headers.get("origin");
  return origin === null ? undefined : canonical(origin);
}

/** In lower case, without the scheme's default port, without a dot behind the host. */
function canonical(origin: string): string {
  if (!URL.canParse(origin)) return "null";
  const url = new URL(origin);
  url.hostname = url.hostname.replace(/\.$/, "");
  return url.origin;
}
