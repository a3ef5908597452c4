/**
 * The routes: a request in, a response out.
 *
 * An upgrade is decided and made in one turn of the event loop, without an await: a client that
 * goes away between its request and the 101 would leave a descriptor behind for ever. So its
 * `signal` is taken before anything is awaited, the loop gets some time to notice, and the rest
 * happens at once. After `Deno.upgradeWebSocket` nothing may throw, and nothing but its response
 * may be returned, or the listener stops.
 *
 * Every answer carries the security headers; every error is problem+json (RFC 9457).
 */

import { setImmediate, setTimeout as pause } from "node:timers/promises";
import { type Authenticate, checkOrigin, type Identity } from "../people/tokens.ts";
import { Client } from "../client.ts";
import type { Services } from "../client/services.ts";
import { LIMITS } from "../config/limits.ts";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import { decodePart, joinRequestOf, personOf, roomNamed, wholeNumber } from "./join_request.ts";
import { EventStream } from "./event_stream.ts";
import type { Admission } from "./admission.ts";
import { throttleIdleTimer } from "../client/idle_timer.ts";
import { UnreachableError } from "../journal/journal.ts";
import { RateLimiter } from "../client/rate_limit.ts";
import type { Pages } from "./pages.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { readPost, say } from "./posts.ts";
import { Problem } from "./problem.ts";
import type { Wire } from "../wire/wire.ts";
import { events } from "../wire/events.ts";
import { gochatting, gochattingBatched } from "../wire/gochatting.ts";
import { json, messageLine } from "../wire/json.ts";
import { lines } from "../wire/lines.ts";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: https://www.gravatar.com; manifest-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** What a route knows of its request. */
interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly address: string;
  readonly identity: Identity;
}

type Answer = Response | Promise<Response>;
type Methods = Partial<Record<"GET" | "POST", () => Answer>>;

/** The chat as `Deno.serve` sees it. */
export class Routes {
  readonly #around: Services;
  readonly #gate: Admission;
  readonly #pages: Pages;
  readonly #identify: Authenticate;
  readonly #metrics: Metrics;
  readonly #posters: RateLimiter;
  /** Clients break their handshakes off, or did so lately. */
  #waryUntil = -Infinity;

  constructor(
    around: Services,
    gate: Admission,
    pages: Pages,
    identify: Authenticate,
    metrics: Metrics,
  ) {
    this.#around = around;
    this.#gate = gate;
    this.#pages = pages;
    this.#identify = identify;
    this.#metrics = metrics;
    this.#posters = new RateLimiter(around.config.rate, around.config.burst);
  }

  /** Answers a request. Never throws. */
  fetch = async (request: Request, info: Deno.ServeHandlerInfo): Promise<Response> => {
    try {
      return this.#secure(await this.#answer(request, info));
    } catch (error) {
      const problem = this.#problemOf(error);
      this.#around.hub.counters.problem(problem.status);
      const explained = await this.#pages.explain(request, problem);
      return this.#secure(explained ?? problem.response());
    }
  };

  #problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof UnreachableError) return unavailable(error.message);
    this.#around.log.error("request failed", { error });
    return new Problem(500, "this is the server's fault; it is logged");
  }

  #secure(answer: Response): Response {
    // The answer to an upgrade must go out as it is; others may have headers that cannot be set.
    if (answer.status === 101) return answer;
    const response = new Response(answer.body, answer);
    const { headers } = response;
    if (!this.#pages.isTheirs(answer)) headers.set("content-security-policy", CSP);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    return response;
  }

  async #answer(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
    const url = urlOf(request);
    const address = this.#addressOf(request, info);
    const wants = request.headers.get("upgrade")?.toLowerCase() === "websocket";
    if (!wants || !isSocketPath(url.pathname)) return await this.#route(request, url, address);
    const { signal } = request;
    const identity = await this.#identify(request, url);
    await this.#untilNoticed();
    if (!signal.aborted) return this.#upgrade({ request, url, address, identity });
    this.#waryUntil = performance.now() + LIMITS.waryMs;
    throw new Problem(400, "you went away");
  }

  /** Gives the runtime time to notice that the client is gone; more of it, if others were lately. */
  async #untilNoticed(): Promise<void> {
    const { least, most } = LIMITS.upgradeMs;
    if (performance.now() < this.#waryUntil) await pause(least + Math.random() * (most - least));
    for (let turn = 0; turn < LIMITS.upgradeTurns; turn++) await setImmediate();
  }

  #addressOf(request: Request, info: Deno.ServeHandlerInfo): string {
    const forwarded = this.#around.config.trustProxy && request.headers.get("x-forwarded-for");
    // The last one is what the proxy in front saw itself; those before it anybody may have written.
    if (forwarded) return bareAddress(forwarded.split(",").at(-1)!.trim());
    return "hostname" in info.remoteAddr ? info.remoteAddr.hostname : "";
  }

  // Sockets: everything here is synchronous.

  #upgrade(call: Call): Response {
    const { request, url, address, identity } = call;
    if (request.method !== "GET") throw notAllowed("GET");
    checkOrigin(request, this.#around.config.origin);
    const { room, wire } = socketOf(call);
    const entrance = joinRequestOf(url, room, wire, identity, this.#around.config);
    const leave = this.#gate.acquire(address);
    let upgrade: Deno.WebSocketUpgrade;
    try {
      if (request.headers.get("sec-websocket-version") !== "13") throw new TypeError("version");
      upgrade = Deno.upgradeWebSocket(request, { idleTimeout: LIMITS.idleSeconds });
    } catch {
      leave();
      throw new Problem(400, "the WebSocket handshake is incomplete, or not of version 13", {
        "sec-websocket-version": "13",
      });
    }
    throttleIdleTimer(upgrade.socket, LIMITS.idleSetMs);
    this.#connect(upgrade.socket, new Client(upgrade.socket, entrance, this.#around), leave);
    return upgrade.response;
  }

  #connect(socket: WebSocket, client: Client, leave: () => void): void {
    socket.onopen = () => {
      socket.onopen = null;
      this.#gate.add(client);
      if (!this.#gate.open) return client.end(CLOSE_REASONS.goingAway);
      this.#around.hub.join(client);
    };
    socket.onmessage = ({ data }) => client.receive(data);
    // Comes after every error too; sometimes more than once, which harms nothing.
    socket.onclose = ({ wasClean, code }) => {
      leave();
      this.#gate.delete(client);
      client.end(
        wasClean ? CLOSE_REASONS.left : code === 1001 ? CLOSE_REASONS.silent : CLOSE_REASONS.lost,
      );
    };
  }

  // Plain requests.

  async #route(request: Request, url: URL, address: string): Promise<Response> {
    const { pathname } = url;
    if (pathname === "/healthz") return await pick(request, { GET: () => plain("ok") });
    if (pathname === "/readyz") return await pick(request, { GET: () => this.#ready() });
    const page = /^\/rooms\/[^/]+$/.test(pathname);
    if (!page && /^\/(?:ws|chat|metrics|rooms(?:\/.*)?)$/.test(pathname)) {
      const identity = await this.#identify(request, url);
      return await this.#chatRoute({ request, url, address, identity });
    }
    if (page) roomNamed(decodePart(pathname.split("/")[2]), {});
    const index = page || pathname === "/";
    if (!index) await this.#find(request);
    return await pick(request, { GET: () => this.#file(request, index) });
  }

  #chatRoute(call: Call): Answer {
    const { request, url: { pathname }, identity } = call;
    if (isSocketPath(pathname)) return pick(request, { GET: socketsOnly });
    if (pathname === "/metrics") return pick(request, { GET: () => this.#measure() });
    if (pathname === "/rooms") return pick(request, { GET: () => this.#list(identity) });
    const [, , name, leaf, ...rest] = pathname.split("/");
    if (!name || rest.length > 0) throw nothingHere();
    const room = roomNamed(decodePart(name), identity);
    if (leaf === "messages") {
      return pick(request, {
        GET: () => this.#history(call, room),
        POST: () => this.#post(call, room),
      });
    }
    if (leaf === "events") return pick(request, { GET: () => this.#watch(call, room) });
    throw nothingHere();
  }

  /** Throws where there is nothing, whatever is to be done with it. */
  async #find({ method, url }: Request): Promise<void> {
    if (method === "GET" || method === "HEAD") return;
    const { body } = await this.#file(new Request(url), false);
    await body?.cancel();
  }

  async #file(request: Request, index: boolean): Promise<Response> {
    const { pathname } = urlOf(request);
    // Throws where the path is not well-formed.
    decodePart(pathname);
    return await this.#pages.answer(request, pathname, index);
  }

  async #ready(): Promise<Response> {
    if (this.#gate.open && await this.#around.journal.ready()) return plain("ok");
    throw unavailable("not ready");
  }

  async #measure(): Promise<Response> {
    const text = await this.#metrics.text();
    return new Response(text, { headers: { "content-type": this.#metrics.contentType } });
  }

  async #list({ rooms: allowed }: Identity): Promise<Response> {
    const rooms = await this.#around.hub.list();
    return Response.json({ rooms: rooms.filter(({ name }) => allowed?.includes(name) ?? true) });
  }

  async #history({ url: { searchParams } }: Call, room: string): Promise<Response> {
    const { historyPage: most, historyDefault } = LIMITS;
    const limit = wholeNumber(searchParams, "limit", { least: 1, most }) ?? historyDefault;
    const before = wholeNumber(searchParams, "before") ?? Infinity;
    const found = await this.#around.journal.before(room, before, limit + 1);
    const more = found.length > limit;
    const messages = (more ? found.slice(1) : found).map(messageLine);
    return jsonText(`{"messages":[${messages.join(",")}],"more":${more}}`);
  }

  async #post({ request, address, identity }: Call, room: string): Promise<Response> {
    checkOrigin(request, this.#around.config.origin);
    if (!this.#posters.take(address, performance.now())) {
      throw new Problem(429, "too many messages from your address", { "retry-after": "1" });
    }
    const post = await readPost(request, this.#around.config.maxMessage);
    const person = personOf(post.name, "", identity);
    const message = await say(this.#around.hub, room, person, post);
    this.#around.hub.counters.wire("http").received++;
    return jsonText(messageLine(message), message.duplicate ? 200 : 201);
  }

  #watch({ request, url, address, identity }: Call, room: string): Response {
    if (request.method === "HEAD") return eventStream(null);
    const last = request.headers.get("last-event-id");
    if (last) url.searchParams.set("since", last);
    const entrance = joinRequestOf(url, room, events, identity, this.#around.config);
    const leave = this.#gate.acquire(address);
    const stream = new EventStream(() => {
      leave();
      this.#gate.delete(client);
      client.end(CLOSE_REASONS.left);
    });
    const client = new Client(stream, entrance, this.#around);
    this.#gate.add(client);
    this.#around.hub.join(client);
    return eventStream(stream.body);
  }
}

/** An address without the port and the brackets that some proxies write. */
function bareAddress(word: string): string {
  const [, v6, v4] = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(word) ?? [];
  return (v6 ?? v4 ?? word).slice(0, LIMITS.addressLength);
}

/** Throws a {@linkcode Problem} where the Host header makes no URL, or the URL is too long. */
function urlOf(request: Request): URL {
  try {
    const url = new URL(request.url);
    if (url.href.length <= LIMITS.urlLength) return url;
  } catch {
    throw new Problem(400, "the path or the Host header is not valid");
  }
  throw new Problem(400, `a URL takes ${LIMITS.urlLength} characters at most`);
}

function isSocketPath(pathname: string): boolean {
  return pathname === "/ws" || pathname === "/chat" || /^\/rooms\/[^/]+$/.test(pathname);
}

function socketOf({ url, identity }: Call): { room: string; wire: Wire } {
  const { pathname, searchParams } = url;
  const asked = () => roomNamed(searchParams.get("room") ?? "lobby", identity);
  if (pathname === "/ws") return { room: asked(), wire: lines };
  if (pathname !== "/chat") {
    return { room: roomNamed(decodePart(pathname.split("/")[2]), identity), wire: json };
  }
  if (!searchParams.get("email")?.trim() && !identity.email) {
    throw new Problem(400, "an email is needed: ?email=");
  }
  const batched = searchParams.get("batch") === "1";
  return { room: asked(), wire: batched ? gochattingBatched : gochatting };
}

function pick({ method }: Request, routes: Methods): Answer {
  const route = method === "HEAD" ? routes.GET : routes[method as "GET" | "POST"];
  if (route) return route();
  throw notAllowed(Object.keys(routes).join(", ").replace("GET", "GET, HEAD"));
}

function notAllowed(allow: string): Problem {
  return new Problem(405, `the methods here are ${allow}`, { allow });
}

function nothingHere(): Problem {
  return new Problem(404, "there is nothing here");
}

function unavailable(detail: string): Problem {
  return new Problem(503, detail, { "retry-after": "5" });
}

function socketsOnly(): never {
  throw new Problem(426, "this is for WebSockets: ask for an upgrade", { upgrade: "websocket" });
}

function plain(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

function jsonText(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}

function eventStream(body: ReadableStream<Uint8Array> | null): Response {
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}
