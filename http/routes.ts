/**
 * The routes: one table, and the way of a request through it.
 *
 * A request is checked in this order: the host that it names, the origin of the page that makes it, its
 * address, the table, the rate of its address, the person who makes it. Then the route answers. Every
 * answer has the security headers. Every error is problem+json (RFC 9457), or a page if a browser has
 * opened the address.
 */

import { isHidden } from "../people/access.ts";
import type { Identity } from "../people/identity.ts";
import { Refused } from "../people/refused.ts";
import { UnreachableError } from "../journal/journal.ts";
import { addressOf } from "./address.ts";
import { getAudit } from "./audit.ts";
import { deleteBlock, getBlocks, postBlock } from "./blocks.ts";
import type { Context, HttpServices } from "./context.ts";
import { streamEvents } from "./events.ts";
import { healthz, metrics, readyz } from "./health.ts";
import {
  addReaction,
  deleteMessage,
  editMessage,
  patchRoom,
  pin,
  removeReaction,
  unpin,
} from "./changes.ts";
import { createBot, deleteBot, listBots } from "./bots.ts";
import { getFile, postFile } from "./files.ts";
import { postDirect, postRoom, roomMembers } from "./hidden_rooms.ts";
import { getMessage, getReaction, history } from "./history.ts";
import { postHook } from "./hooks.ts";
import { checkRoomName, roomOf } from "./join_request.ts";
import { createInvite, listInvites, withdrawInvite } from "./invites.ts";
import { join } from "./join.ts";
import { getMe, patchMe, postMe } from "./me.ts";
import { linkMember, listMembers, patchMember, removeMember } from "./members.ts";
import { closeRoom, mute, reopenRoom, unmute } from "./moderation.ts";
import { endSession, linkDevice, listSessions, signOut } from "./sessions.ts";
import { postMessage } from "./posts.ts";
import {
  notAllowed,
  nothingHere,
  Problem,
  problemOf,
  socketNeeded,
  tooManyRequests,
  unavailable,
} from "./problem.ts";
import { decodePart, urlOf } from "./query.ts";
import { RefusalLog } from "./refusal_log.ts";
import { type Method, type Route, route } from "./route.ts";
import { listRooms } from "./rooms.ts";
import { search } from "./search.ts";
import { SIGN_IN_ROUTES } from "./sign_in_routes.ts";
import {
  gochattingSocket,
  jsonSocket,
  linesSocket,
  refuseUpgrade,
  roomsSocket,
  type SocketRoute,
  Upgrades,
  wantsUpgrade,
} from "./upgrade.ts";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob: https://www.gravatar.com; media-src 'self'; manifest-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const ROUTES: readonly Route[] = [
  route("/", { GET: indexPage, isPublic: true }),
  route("/healthz", { GET: healthz, isPublic: true }),
  route("/readyz", { GET: readyz, isPublic: true }),
  route("/metrics", { GET: metrics }),
  route("/me", { GET: getMe, POST: postMe, PATCH: patchMe }),
  route("/me/sessions", { GET: listSessions }),
  route("/me/sessions/:session", { DELETE: endSession }),
  route("/me/link", { POST: linkDevice }),
  route("/me/sign-out", { POST: signOut }),
  route("/join", { GET: indexPage, POST: join, isPublic: true, isForAll: true }),
  ...SIGN_IN_ROUTES,
  route("/invites", { GET: listInvites, POST: createInvite }),
  route("/invites/:invite", { DELETE: withdrawInvite }),
  route("/members", { GET: listMembers }),
  route("/members/:member", { PATCH: patchMember, DELETE: removeMember }),
  route("/members/:member/link", { POST: linkMember }),
  route("/ws", { GET: socketsOnly, socket: linesSocket }),
  route("/chat", { GET: socketsOnly, socket: gochattingSocket }),
  route("/search", { GET: search }),
  route("/me/blocks", { GET: getBlocks, POST: postBlock, DELETE: deleteBlock }),
  route("/members/:id/mute", { PUT: mute, DELETE: unmute }),
  route("/audit", { GET: getAudit }),
  route("/bots", { GET: listBots, POST: createBot }),
  route("/bots/:bot", { DELETE: deleteBot }),
  route("/hooks/:token", { POST: postHook, isForAll: true }),
  route("/rooms", { socket: roomsSocket, GET: listRooms, POST: postRoom }),
  route("/direct", { POST: postDirect }),
  route("/rooms/:room", { GET: roomPage, PATCH: patchRoom, socket: jsonSocket, isPublic: true }),
  route("/rooms/:room/:seq(\\d+)", { GET: roomPage, isPublic: true }),
  route("/rooms/:room/members", { GET: roomMembers }),
  route("/rooms/:room/closed", { PUT: closeRoom, DELETE: reopenRoom }),
  route("/rooms/:room/messages", { GET: history, POST: postMessage }),
  route("/rooms/:room/messages/:seq", {
    GET: getMessage,
    PATCH: editMessage,
    DELETE: deleteMessage,
  }),
  route("/rooms/:room/messages/:seq/pin", { PUT: pin, DELETE: unpin }),
  route("/rooms/:room/messages/:seq/reactions/:emoji", {
    GET: getReaction,
    PUT: addReaction,
    DELETE: removeReaction,
  }),
  route("/rooms/:room/files", { POST: postFile }),
  route("/rooms/:room/files/:id/:name", { GET: getFile }),
  route("/rooms/:room/events", { GET: streamEvents }),
];

function indexPage({ request, services, pathname }: Context): Promise<Response> {
  return services.site.answer(request, pathname, true);
}

/** The page, or the reason for which an upgrade was refused here, which browsers hide. */
async function roomPage(context: Context): Promise<Response> {
  const isAsking = context.request.headers.get("accept") === "application/problem+json";
  if (isAsking) return await refuseUpgrade(context, jsonSocket);
  if (isHidden(context.params.room)) await checkHiddenRoom(context);
  else checkRoomName(context.params.room);
  return await indexPage(context);
}

/** Somebody who is signed out gets the page, where they can sign in, whether there is such a room or not. */
async function checkHiddenRoom(context: Context): Promise<void> {
  const { request, url, services } = context;
  try {
    const identity = await services.authenticator.identify(request, url, false);
    roomOf({ ...context, identity });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
}

function socketsOnly(): never {
  throw socketNeeded();
}

/** The handler for `Deno.serve`. */
export class Routes {
  readonly #services: HttpServices;
  readonly #upgrades = new Upgrades();
  readonly #refusals: RefusalLog;

  constructor(services: HttpServices) {
    this.#services = services;
    this.#refusals = new RefusalLog(services.log);
  }

  /** Answers a request. Never throws. */
  fetch = async (request: Request, info: Deno.ServeHandlerInfo): Promise<Response> => {
    const { site, hub } = this.#services;
    try {
      return this.#secure(request, await this.#answer(request, info));
    } catch (error) {
      const problem = this.#problemOf(error);
      hub.counters.problem(problem.status);
      this.#refusals.report(request, problem);
      return this.#secure(request, await site.explain(request, problem) ?? problem.response());
    }
  };

  #problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof Refused) return problemOf(error);
    if (error instanceof UnreachableError) return unavailable(error.message);
    this.#services.log.error("request failed", { error });
    return new Problem(500, "this is the server's fault; it is logged");
  }

  #secure(request: Request, answer: Response): Response {
    // The answer to an upgrade must be returned as it is; the headers of others may be immutable.
    if (answer.status === 101) return answer;
    const { site, origins } = this.#services;
    const response = new Response(answer.body, answer);
    const { headers } = response;
    const hasOwn = site.isTheirs(answer) || headers.has("content-security-policy");
    if (!hasOwn) headers.set("content-security-policy", CSP);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    // What depends on a credential must not be stored by a cache that others share.
    if (!headers.has("cache-control") && !site.isTheirs(answer)) {
      headers.set("cache-control", "no-store");
    }
    if (URL.canParse(request.url)) origins.share(request, new URL(request.url), headers);
    return response;
  }

  async #answer(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
    const services = this.#services;
    const url = urlOf(request);
    services.hosts.check(request, url);
    const isUpgrade = wantsUpgrade(request);
    const preflight = services.origins.preflight(request, url);
    if (preflight) return preflight;
    const changes = isUpgrade || !["GET", "HEAD"].includes(request.method);
    if (changes) services.origins.check(request, url);
    const pathname = withoutBase(url.pathname, services.base);
    const address = addressOf(request, info, services.proxyTrust);
    const { route, params } = match(pathname);
    const open = { request, url, pathname, address, params, services, identity: NOBODY };
    if (!route) return await this.#file(open);
    const isPublic = route.isPublic && !changes;
    if (!isPublic && !services.limits.request(address)) {
      throw tooManyRequests();
    }
    if (route.socket && isUpgrade) return await this.#upgrade(open, route.socket);
    const handler = route.methods[request.method === "HEAD" ? "GET" : request.method as Method];
    if (!handler) throw notAllowed(...Object.keys(route.methods));
    if (isPublic || route.isForAll) return await handler(open);
    const identity = await services.authenticator.identify(request, url, changes);
    return await handler({ ...open, identity });
  }

  async #upgrade(context: Context, socket: SocketRoute): Promise<Response> {
    const { request, url, services } = context;
    if (request.method !== "GET") throw notAllowed("GET");
    const { signal } = request;
    const identity = await services.authenticator.identify(request, url, true);
    await this.#upgrades.settle(signal);
    return this.#upgrades.upgrade({ ...context, identity }, socket);
  }

  /** A file of the page. If there is none, no method is allowed. */
  async #file({ request, pathname, services: { site } }: Context): Promise<Response> {
    decodePart(pathname);
    if (request.method === "GET" || request.method === "HEAD") {
      return await site.answer(request, pathname);
    }
    const { body } = await site.answer(new Request(request.url), pathname);
    await body?.cancel();
    throw notAllowed("GET");
  }
}

/** The identity on public routes, where nobody is authenticated. */
const NOBODY: Identity = { id: "", isLasting: false, role: "member" };

/** A path without the prefix of the public address, which a proxy may have removed already. */
function withoutBase(pathname: string, base: string): string {
  return base && pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
}

function match(pathname: string): { route: Route | undefined; params: Record<string, string> } {
  for (const route of ROUTES) {
    const groups = route.pattern.exec(pathname)?.groups;
    if (!groups && !route.pattern.test(pathname)) continue;
    const params = Object.entries(groups ?? {}).map(([name, part]) => [name, decodePart(part)]);
    return { route, params: Object.fromEntries(params) };
  }
  if (pathname.startsWith("/rooms/")) throw nothingHere();
  return { route: undefined, params: {} };
}
