/** The context of a request, as its route sees it, and the simple answers. */

import type { Services } from "../client/services.ts";
import type { Identity } from "../people/identity.ts";
import type { Issuer } from "../people/issuer.ts";
import type { People } from "../people/people.ts";
import type { Rooms } from "../people/rooms.ts";
import type { Search } from "../search/search.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { ProxyTrust } from "./address.ts";
import type { Admission } from "./admission.ts";
import type { Authenticator } from "./authenticate.ts";
import type { HostRule } from "./host.ts";
import type { Origins } from "./origin.ts";
import type { Pages } from "./pages.ts";

/** The services that the routes of one chat share. */
export interface HttpServices extends Services {
  readonly admission: Admission;
  readonly authenticator: Authenticator;
  readonly people: People;
  /** Creates and changes hidden rooms. */
  readonly rooms: Rooms;
  /** Of the accounts that members sign in with, if there are any. */
  readonly issuer: Issuer | undefined;
  readonly hosts: HostRule;
  readonly origins: Origins;
  readonly proxyTrust: ProxyTrust;
  readonly metrics: Metrics;
  readonly site: Pages;
  /** None if it is off. */
  readonly search: Search | undefined;
  /** The path prefix of the public address: empty, or like `/chat`. */
  readonly base: string;
}

/** One request. */
export interface Context {
  readonly request: Request;
  readonly url: URL;
  /** The client's address, as `countedAddress` gives it. */
  readonly address: string;
  /** The path without the prefix. */
  readonly pathname: string;
  /** The person who makes the request; unknown on public routes. */
  readonly identity: Identity;
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly services: HttpServices;
}

/** Answers the requests of a route. */
export type Handler = (context: Context) => Response | Promise<Response>;

/** A plain-text answer. */
export function textAnswer(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

/** An answer whose text is JSON. */
export function jsonAnswer(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
