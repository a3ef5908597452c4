/**
 * Upgrades to WebSockets.
 *
 * A client that goes away between its request and the 101 leaves a descriptor behind for ever. So its
 * `signal` is read before anything is awaited, the event loop gets some time to notice that it has gone,
 * and then the upgrade is decided and made in one turn, without an await. After `Deno.upgradeWebSocket`
 * nothing may throw, and only its response may be returned, or the listener stops.
 */

import { setImmediate, setTimeout as pause } from "node:timers/promises";
import { Client } from "../client.ts";
import { AllRooms } from "../client/all_rooms.ts";
import type { Sink } from "../client/backpressure.ts";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import type { Connection } from "../client/connection.ts";
import { throttleIdleTimer } from "../client/idle_timer.ts";
import { LIMITS } from "../config/limits.ts";
import type { Wire } from "../wire/wire.ts";
import { gochattingAt, gochattingBatchedAt } from "../wire/gochatting.ts";
import { json } from "../wire/json.ts";
import { linesAt, singleLinesAt } from "../wire/lines.ts";
import type { Slot } from "./admission.ts";
import type { Context } from "./context.ts";
import { allowedRoom, joinRequestOf, roomOf, roomsRequestOf } from "./join_request.ts";
import { Problem, socketNeeded, tooManyRequests } from "./problem.ts";

/** Checks what is asked for, and returns what makes the connection once there is a socket. */
export type SocketRoute = (context: Context) => (sink: Sink) => Connection;

/** A connection to one room. */
function oneRoom(context: Context, room: string, wire: Wire): (sink: Sink) => Connection {
  const joinRequest = joinRequestOf(context, room, wire);
  return (sink) => new Client(sink, joinRequest, context.services);
}

/** Whether the request is an upgrade to a WebSocket. */
export function wantsUpgrade({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** `/ws`: the plain-text wire. */
export const linesSocket: SocketRoute = (context) => {
  const { plain, url: [base = ""] } = context.services.config;
  const room = askedRoom(context);
  const wireAt = plain === "single" ? singleLinesAt : linesAt;
  return oneRoom(context, room, wireAt({ room, base }));
};

/** `/chat`: the GoChatting wire. */
export const gochattingSocket: SocketRoute = (context) => {
  const { url: { searchParams }, identity, services: { config: { url: [base = ""] } } } = context;
  if (!searchParams.get("email")?.trim() && !identity.email && !identity.name) {
    throw new Problem(400, "an email is needed: ?email=");
  }
  const batched = searchParams.get("batch") === "1";
  const room = askedRoom(context);
  const wireAt = batched ? gochattingBatchedAt : gochattingAt;
  return oneRoom(context, room, wireAt({ room, base }));
};

/** `/rooms/{room}`: the JSON wire. */
export const jsonSocket: SocketRoute = (context) => oneRoom(context, roomOf(context), json);

/** `/rooms`: all rooms on one connection. */
export const roomsSocket: SocketRoute = (context) => {
  const request = roomsRequestOf(context);
  return (sink) => new AllRooms(sink, request, context.services);
};

function askedRoom({ url, identity, services }: Context): string {
  return allowedRoom(url.searchParams.get("room") ?? "lobby", identity, services.people);
}

/** Throws what an upgrade would be refused with, or 426 if it would be made. */
export async function refuseUpgrade(context: Context, route: SocketRoute): Promise<never> {
  const { request, url, address, services } = context;
  if (!services.limits.request(address)) throw tooManyRequests();
  services.origins.check(request, url);
  const identity = await services.authenticator.identify(request, url, false);
  route({ ...context, identity });
  services.admission.acquire(address).release();
  throw socketNeeded();
}

/** Makes the upgrades of one chat. */
export class Upgrades {
  /** Until then it is careful, since a client has reset its handshake. */
  #waryUntil = -Infinity;

  /** Gives the runtime time to notice that the client has gone; more if another one has lately. */
  async settle(signal: AbortSignal): Promise<void> {
    const { least, most } = LIMITS.upgradeMs;
    if (performance.now() < this.#waryUntil) await pause(least + Math.random() * (most - least));
    for (let turn = 0; turn < LIMITS.upgradeTurns; turn++) await setImmediate();
    if (!signal.aborted) return;
    this.#waryUntil = performance.now() + LIMITS.waryMs;
    throw new Problem(400, "the client went away");
  }

  /** Everything here is synchronous. */
  upgrade(context: Context, route: SocketRoute): Response {
    const { request, address, services } = context;
    const open = route(context);
    if (!isServed(request)) {
      throw new Problem(500, "an upgrade needs the request that Deno.serve gave, not a copy of it");
    }
    const slot = services.admission.acquire(address);
    let upgrade: Deno.WebSocketUpgrade;
    try {
      if (request.headers.get("sec-websocket-version") !== "13") throw new TypeError("version");
      upgrade = Deno.upgradeWebSocket(request, { idleTimeout: LIMITS.idleSeconds });
    } catch {
      slot.release();
      throw new Problem(400, "the WebSocket handshake is incomplete, or not of version 13", {
        "sec-websocket-version": "13",
      });
    }
    throttleIdleTimer(upgrade.socket, () => services.admission.sweeps);
    connect(upgrade.socket, open(upgrade.socket), context, slot);
    return upgrade.response;
  }
}

/**
 * Whether the runtime itself made this request. It upgrades only those, and leaves the connection of a
 * copy open for ever. There is no public way to find out, so this looks at the class of the inner
 * request; without one, the request is accepted.
 */
function isServed(request: Request): boolean {
  const inside = Object.getOwnPropertySymbols(request).find(({ description }) =>
    description === "request"
  );
  const inner = inside && (request as unknown as Record<symbol, unknown>)[inside];
  return !inner || inner.constructor !== Object;
}

function connect(
  socket: WebSocket,
  client: Connection,
  { services: { admission } }: Context,
  slot: Slot,
): void {
  socket.onopen = () => {
    socket.onopen = null;
    admission.add(client, slot);
    if (!admission.open) return client.end(CLOSE_REASONS.goingAway);
    client.start();
  };
  socket.onmessage = ({ data }) => client.receive(data);
  // Follows every error, too; sometimes twice, which does no harm.
  socket.onclose = ({ wasClean, code }) => {
    slot.release();
    admission.delete(client);
    const { left, silent, lost } = CLOSE_REASONS;
    client.closed(wasClean ? left : code === 1001 ? silent : lost);
  };
}
