/** What the routes know of a request, and what they answer with. */

import type { Services } from "../client/services.ts";
import type { Identity } from "../people/identity.ts";
import type { Sessions } from "../people/sessions.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { ProxyTrust } from "./address.ts";
import type { Admission } from "./admission.ts";
import type { Authenticator } from "./authenticate.ts";
import type { HostRule } from "./host.ts";
import type { Origins } from "./origin.ts";
import type { Pages } from "./pages.ts";

/** What the routes of one chat share. */
export interface HttpServices extends Services {
  readonly admission: Admission;
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  readonly hosts: HostRule;
  readonly origins: Origins;
  readonly proxyTrust: ProxyTrust;
  readonly metrics: Metrics;
  readonly site: Pages;
  /** The path prefix of the public address: empty, or like `/chat`. */
  readonly base: string;
}

/** One request. */
export interface Context {
  readonly request: Request;
  readonly url: URL;
  /** Where the client is, as `countedAddress` gives it. */
  readonly address: string;
  /** The path without the prefix. */
  readonly pathname: string;
  /** Who asks; on public routes nobody has asked yet. */
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
