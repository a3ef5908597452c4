/**
 * The routes: one table, and the way of a request through it.
 *
 * Every answer carries the security headers; every error is problem+json (RFC 9457), or a page where
 * a browser has opened the address for somebody to read.
 */

import { UnreachableError } from "../journal/journal.ts";
import { addressOf } from "./address.ts";
import type { Context, Handler, HttpServices } from "./context.ts";
import { streamEvents } from "./events.ts";
import { healthz, metrics, readyz } from "./health.ts";
import { history } from "./history.ts";
import { checkRoomName } from "./join_request.ts";
import { postMessage } from "./posts.ts";
import { notAllowed, nothingHere, Problem, unavailable } from "./problem.ts";
import { decodePart, urlOf } from "./query.ts";
import { listRooms } from "./rooms.ts";
import {
  gochattingSocket,
  jsonSocket,
  linesSocket,
  type SocketRoute,
  Upgrades,
  wantsUpgrade,
} from "./upgrade.ts";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: https://www.gravatar.com; manifest-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
  /** Where sockets go that ask for an upgrade. */
  readonly socket: SocketRoute | undefined;
  /** Plain requests need no token. */
  readonly isPublic: boolean;
}

/** A route; `:name` in its path is one part of a request's path. */
function route(
  path: string,
  { socket, isPublic = false, ...methods }: {
    GET?: Handler;
    POST?: Handler;
    socket?: SocketRoute;
    isPublic?: boolean;
  },
): Route {
  const pattern = new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
  return { pattern, methods: methods as Record<string, Handler>, socket, isPublic };
}

const ROUTES: readonly Route[] = [
  route("/healthz", { GET: healthz, isPublic: true }),
  route("/readyz", { GET: readyz, isPublic: true }),
  route("/metrics", { GET: metrics }),
  route("/ws", { GET: socketsOnly, socket: linesSocket }),
  route("/chat", { GET: socketsOnly, socket: gochattingSocket }),
  route("/rooms", { GET: listRooms }),
  route("/rooms/:room", { GET: roomPage, socket: jsonSocket, isPublic: true }),
  route("/rooms/:room/messages", { GET: history, POST: postMessage }),
  route("/rooms/:room/events", { GET: streamEvents }),
  route("/", { GET: indexPage, isPublic: true }),
];

function indexPage({ request, services, url }: Context): Promise<Response> {
  return services.site.answer(request, url.pathname, true);
}

function roomPage(context: Context): Promise<Response> {
  checkRoomName(context.params.room);
  return indexPage(context);
}

function socketsOnly(): never {
  throw new Problem(426, "this is for WebSockets: ask for an upgrade", { upgrade: "websocket" });
}

/** The chat as `Deno.serve` sees it. */
export class Routes {
  readonly #services: HttpServices;
  readonly #upgrades = new Upgrades();

  constructor(services: HttpServices) {
    this.#services = services;
  }

  /** Answers a request. Never throws. */
  fetch = async (request: Request, info: Deno.ServeHandlerInfo): Promise<Response> => {
    const { site, hub } = this.#services;
    try {
      return this.#secure(await this.#answer(request, info));
    } catch (error) {
      const problem = this.#problemOf(error);
      hub.counters.problem(problem.status);
      return this.#secure(await site.explain(request, problem) ?? problem.response());
    }
  };

  #problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof UnreachableError) return unavailable(error.message);
    this.#services.log.error("request failed", { error });
    return new Problem(500, "this is the server's fault; it is logged");
  }

  #secure(answer: Response): Response {
    // The answer to an upgrade must go out as it is; others may have headers that cannot be set.
    if (answer.status === 101) return answer;
    const response = new Response(answer.body, answer);
    const { headers } = response;
    if (!this.#services.site.isTheirs(answer)) headers.set("content-security-policy", CSP);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    return response;
  }

  async #answer(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
    const services = this.#services;
    const url = urlOf(request);
    const address = addressOf(request, info, services.config.trustProxy);
    const bare = { request, url, address, identity: {}, params: {}, services };
    const { route, params } = match(url.pathname);
    if (!route) return await this.#file(bare);
    if (route.socket && wantsUpgrade(request)) {
      return await this.#upgrade({ ...bare, params }, route.socket);
    }
    const identity = route.isPublic ? {} : await services.authenticate(request, url);
    const handler = route.methods[request.method === "HEAD" ? "GET" : request.method];
    if (handler) return await handler({ ...bare, params, identity });
    throw notAllowed(...Object.keys(route.methods));
  }

  async #upgrade(context: Context, socket: SocketRoute): Promise<Response> {
    const { request, url, services } = context;
    if (request.method !== "GET") throw notAllowed("GET");
    const { signal } = request;
    const identity = await services.authenticate(request, url);
    await this.#upgrades.settle(signal);
    return this.#upgrades.upgrade({ ...context, identity }, socket);
  }

  /** A file of the page. Where there is nothing, there is nothing for any method. */
  async #file({ request, url, services: { site } }: Context): Promise<Response> {
    decodePart(url.pathname);
    if (request.method === "GET" || request.method === "HEAD") {
      return await site.answer(request, url.pathname);
    }
    const { body } = await site.answer(new Request(request.url), url.pathname);
    await body?.cancel();
    throw notAllowed("GET");
  }
}

function match(pathname: string): { route: Route | undefined; params: Record<string, string> } {
  for (const route of ROUTES) {
    const found = route.pattern.exec(pathname);
    if (!found) continue;
    const parts = Object.entries(found.groups ?? {});
    return {
      route,
      params: Object.fromEntries(parts.map(([name, part]) => [name, decodePart(part)])),
    };
  }
  if (pathname.startsWith("/rooms/")) throw nothingHere();
  return { route: undefined, params: {} };
}
