/**
 * Which pages may ask for something: the origin of a request.
 *
 * A page of our own has the origin of a public address, or of the very host that it asks. Pages of
 * other origins need `--origin`, and are never authenticated by our cookie. A request without
 * `Origin` does not come from a page, or only reads.
 */

import type { Config } from "../config/config.ts";
import { Problem } from "./problem.ts";

/** Whose page asks. */
export type Asker = "own" | "foreign" | "none";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const HEADERS = "authorization, content-type, last-event-id";

/** Judges the origins of requests. */
export class Origins {
  readonly #own: ReadonlySet<string>;
  readonly #allowed: ReadonlySet<string>;

  constructor({ url, origin }: Pick<Config, "url" | "origin">) {
    this.#own = new Set(url.map((url) => canonical(new URL(url).origin)));
    this.#allowed = new Set(origin.map((origin) => origin === "*" ? origin : canonical(origin)));
  }

  /** Whose page asks. */
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
   * Refuses pages that may not ask for this.
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

  /** Lets the page of an allowed foreign origin read the answer. */
  share(request: Request, url: URL, headers: Headers): void {
    if (this.#allowed.size === 0) return;
    headers.append("vary", "origin");
    if (this.askerOf(request, url) !== "foreign" || !this.#isAllowed(request)) return;
    headers.set("access-control-allow-origin", request.headers.get("origin")!);
    if (this.isNamed(request)) headers.set("access-control-allow-credentials", "true");
    headers.set("access-control-expose-headers", "retry-after");
  }

  /** The answer to a preflight; undefined if the request is none. */
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

/** The origin that a request names, in one way of writing; undefined without one. */
function originOf({ headers }: Request): string | undefined {
  const origin = headers.get("origin");
  return origin === null ? undefined : canonical(origin);
}

/** Without the scheme's default port, in lower case, without a dot behind the host. */
function canonical(origin: string): string {
  if (!URL.canParse(origin)) return "null";
  const url = new URL(origin);
  url.hostname = url.hostname.replace(/\.$/, "");
  return url.origin;
}
