/** `GET /search`: the newest messages that match a query, in the rooms that the asker may enter. */

import { LIMITS } from "../config/limits.ts";
import type { Identity } from "../people/identity.ts";
import { parseDay, parseQuery, type Query, QueryError, termOf } from "../search/query.ts";
import { QueueFullError } from "../search/queue.ts";
import type { Place } from "../search/requests.ts";
import {
  type Found,
  type FoundPage,
  type Scope,
  type Search,
  SearchUnavailableError,
} from "../search/search.ts";
import { messageLine } from "../wire/objects.ts";
import { type Context, type HttpServices, jsonAnswer } from "./context.ts";
import { allowedRoom } from "./join_request.ts";
import { Problem, tooManyRequests, unavailable } from "./problem.ts";
import { wholeNumber } from "./query.ts";

/** Answers a search. */
export async function search(context: Context): Promise<Response> {
  const { url: { searchParams }, services, request: { signal }, identity, address } = context;
  if (!services.search) throw new Problem(404, "search is off on this server");
  const query = queryOf(searchParams);
  const { page, pageDefault } = LIMITS.search;
  // The same limits are accepted as where history is read, though an answer has fewer here.
  const wanted = wholeNumber(searchParams, "limit", { least: 1, most: LIMITS.historyPage });
  const limit = Math.min(wanted ?? pageDefault, page);
  const before = placeOf(searchParams);
  const scope = await scopeOf(services, identity, query.rooms);
  const asked = { query, scope, before, limit, address, signal };
  return pageAnswer(await find(services.search, asked));
}

async function find(search: Search, asked: Parameters<Search["find"]>[0]): Promise<FoundPage> {
  try {
    return await search.find(asked);
  } catch (error) {
    if (asked.signal.aborted) throw unavailable("the asker has gone");
    if (error instanceof SearchUnavailableError) throw unavailable(error.message);
    if (!(error instanceof QueueFullError)) throw error;
    throw error.isOfAddress ? tooManyRequests() : unavailable(error.message);
  }
}

/** The query; what it says itself takes precedence over the parameters `room`, `from` and `after`. */
function queryOf(params: URLSearchParams): Query {
  const [q, room, from] = ["q", "room", "from"].map((name) => params.get(name) ?? "");
  try {
    const query = parseQuery(q, from !== "");
    const sender = from ? termOf(from, false) : undefined;
    if (from && !sender) throw new QueryError("from needs a name");
    return {
      ...query,
      rooms: query.rooms.length > 0 || !room ? query.rooms : [room],
      senders: query.senders.length > 0 || !sender ? query.senders : [sender],
      after: Math.max(query.after ?? 0, timeOf(params, "after") ?? 0),
    };
  } catch (error) {
    if (error instanceof QueryError) throw new Problem(400, error.message);
    throw error;
  }
}

/** A time of the query, in milliseconds since 1970 or as a day; undefined if it is absent. */
function timeOf(params: URLSearchParams, name: string): number | undefined {
  return parseDay(params.get(name) ?? "") ?? wholeNumber(params, name);
}

/** The value of `before`: a time, or the place that an earlier answer called `next`. */
function placeOf(params: URLSearchParams): number | Place | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})\.(.{1,64})$/u.exec(params.get("before") ?? "");
  if (!match) return timeOf(params, "before");
  const [, at, seq, room] = match;
  return { at: Number(at), seq: Number(seq), room };
}

function placeText(place: number | Place): string {
  return typeof place === "number" ? `${place}` : `${place.at}.${place.seq}.${place.room}`;
}

/**
 * The rooms that an identity may search: those that are named, as far as it may enter them, else all. A
 * room whose name is hidden is searched only where it is listed here.
 */
async function scopeOf(
  { hub, journal, people }: Pick<HttpServices, "hub" | "journal" | "people">,
  identity: Identity,
  named: readonly string[],
): Promise<Scope> {
  if (named.length > 0) {
    const rooms = named.map((room) => hub.resolve(allowedRoom(room, identity, people)));
    return { isOpen: false, rooms: await Promise.all(rooms) };
  }
  const { rooms: names } = identity;
  const hidden = people.access.hiddenRooms(identity.id);
  if (!names) return { isOpen: true, rooms: [...hidden] };
  const rooms = names.length > 0 ? await journal.rooms({ names, limit: names.length }) : [];
  return { isOpen: false, rooms: [...rooms.map(({ name }) => name), ...hidden] };
}

function pageAnswer({ found, next, isPartial }: FoundPage): Response {
  const response = jsonAnswer(
    `{"messages":[${found.map(line).join(",")}],"more":${next !== undefined}` +
      (next === undefined ? "" : `,"next":${JSON.stringify(placeText(next))}`) +
      (isPartial ? `,"partial":true}` : "}"),
  );
  response.headers.set("cache-control", "no-store");
  return response;
}

function line({ room, message, snippet }: Found): string {
  const more = JSON.stringify({ room, snippet }).slice(1);
  return `${messageLine(message).slice(0, -1)},${more}`;
}
