/** What the routes know of a request, and what they answer with. */

import type { Services } from "../client/services.ts";
import type { RateLimiter } from "../client/rate_limit.ts";
import type { Authenticate, Identity } from "../people/tokens.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Admission } from "./admission.ts";
import type { Pages } from "./pages.ts";

/** What the routes of one chat share. */
export interface HttpServices extends Services {
  readonly admission: Admission;
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  readonly site: Pages;
  readonly posts: RateLimiter;
}

/** One request. */
export interface Context {
  readonly request: Request;
  readonly url: URL;
  /** The client's address, as a proxy that is trusted reports it. */
  readonly address: string;
  /** Who asks; empty on routes that are open to everybody. */
  readonly identity: Identity;
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly services: HttpServices;
}

/** What a route does. */
export type Handler = (context: Context) => Response | Promise<Response>;

/** A plain-text answer. */
export function textAnswer(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

/** An answer that is JSON already. */
export function jsonAnswer(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
