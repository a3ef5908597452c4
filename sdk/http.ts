/**
 * The calls over HTTP: rooms, history, and messages without a socket.
 *
 * Each call takes the server's address, which may have a path in front of it, and a token if the
 * server wants one. A call that is refused throws an {@linkcode HttpError}; what the network or the
 * signal does throws what `fetch` throws.
 */

import { type Check, object, optional, text as textCheck } from "./check.ts";
import { checkHistory, checkMessage, checkRooms } from "./decode.ts";
import type { History, Message, RoomSummary } from "./protocol.ts";

/** A token, or a function that returns the current one. */
export type Token = string | (() => string | undefined);

/** A server, and how to get in. */
export interface Server {
  /** `https://chat.example`, or with a path prefix `https://example.org/chat`. */
  readonly url: string | URL;
  readonly token?: Token;
  /** Ends the call. Without one it ends after ten seconds. */
  readonly signal?: AbortSignal;
}

const CALL_MS = 10_000;

/** The server's answer was not the one that was asked for. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** The HTTP status. */
  readonly status: number;
  /** Whether the server itself says so, as problem+json, and not something in between. */
  readonly isProblem: boolean;
  /** What an error of the socket would have as its `code`: `not_allowed`, `gone`, `changed`. */
  readonly code: string | undefined;

  constructor(status: number, detail: string, isProblem: boolean, code?: string) {
    super(detail);
    this.status = status;
    this.isProblem = isProblem;
    this.code = code;
  }
}

/** The token as it is now. */
export function currentToken(token: Token | undefined): string | undefined {
  return (typeof token === "function" ? token() : token) || undefined;
}

/** The address of a room, over HTTP. */
export function roomUrl(server: string | URL, room: string): URL {
  return under(server, `rooms/${encodeURIComponent(room)}`);
}

/** An address below the server's. */
export function under(server: string | URL, path: string): URL {
  const url = new URL(server);
  url.protocol = url.protocol.replace(/^ws/, "http");
  url.pathname = url.pathname.replace(/\/*$/, `/${path}`);
  url.search = url.hash = "";
  return url;
}

const problem = object({
  title: optional(textCheck),
  detail: optional(textCheck),
  code: optional(textCheck),
});

/** Asks, with the token; throws an {@linkcode HttpError} unless the answer is a success. */
export async function request(
  url: URL,
  { token, signal }: Omit<Server, "url">,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  const word = currentToken(token);
  if (word) headers.set("authorization", `Bearer ${word}`);
  signal ??= AbortSignal.timeout(CALL_MS);
  const response = await fetch(url, { ...init, headers, signal });
  if (response.ok) return response;
  const type = response.headers.get("content-type") ?? "";
  throw toError(response.status, type, await response.text().catch(() => ""));
}

/** The error that an answer means which is no success. */
export function toError(status: number, contentType: string, body: string): HttpError {
  const isProblem = contentType.startsWith("application/problem+json");
  const { detail, title, code } = isProblem ? parse(problem, body) ?? {} : {};
  return new HttpError(status, detail ?? title ?? `the server answered ${status}`, isProblem, code);
}

function parse<T>(check: Check<T>, body: string): T | undefined {
  try {
    return check(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** Asks; returns the answer, which must pass the check. */
export async function ask<T>(check: Check<T>, ...call: Parameters<typeof request>): Promise<T> {
  const response = await request(...call);
  return read(check, response.status, await response.text());
}

/** An answer, which must pass the check. */
export function read<T>(check: Check<T>, status: number, body: string): T {
  const found = parse(check, body);
  if (found !== undefined) return found;
  throw new HttpError(status, "the answer is not one of a Hubbub server", false);
}

/** Asks for something whose answer has nothing to read. */
export async function perform(...call: Parameters<typeof request>): Promise<void> {
  const response = await request(...call);
  await response.body?.cancel();
}

/** Which part of a history. */
export interface HistoryQuery {
  /** Messages before, after, or around this one; the newest if none of the three is given. */
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  /** 1 to 200. */
  readonly limit?: number;
}

/**
 * A page of a room's messages.
 *
 * @example
 * ```ts
 * const newest = await history({ url: "https://chat.example", room: "tea", limit: 20 });
 * const older = await history({ url, room: "tea", before: newest.messages[0].seq });
 * ```
 */
export async function history(
  { url, room, before, after, around, limit, ...server }: Server & HistoryQuery & { room: string },
): Promise<History> {
  const address = roomUrl(url, room);
  address.pathname += "/messages";
  address.search = query({ before, after, around, limit });
  return await ask(checkHistory, address, server);
}

/** A message in its current state; undefined if there is none with this number. */
export async function getMessage(
  { url, room, seq, ...server }: Server & { room: string; seq: number },
): Promise<Message | undefined> {
  const address = roomUrl(url, room);
  address.pathname += `/messages/${seq}`;
  try {
    return await ask(checkMessage, address, server);
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return;
    throw error;
  }
}

/** The rooms that may be entered: a page of them, by newest activity, or by name after `after`. */
export async function listRooms(
  { url, after, limit, q, ...server }: Server & { after?: string; limit?: number; q?: string },
): Promise<{ rooms: RoomSummary[]; more: boolean }> {
  const address = under(url, "rooms");
  address.search = query({ after, limit, q });
  const { rooms, more = false } = await ask(checkRooms, address, server);
  return { rooms, more };
}

/** What is said over HTTP. */
export interface Post {
  /** May be empty beside files. */
  readonly text: string;
  readonly name?: string;
  readonly id?: string;
  /** The message that it answers. */
  readonly reply?: number;
  /** The ids of those whom it mentions; without it the server looks for names in the text. */
  readonly to?: readonly string[];
  /** Files that this person has uploaded to the room, with `uploadFile`. */
  readonly files?: readonly { readonly id: string; readonly alt?: string }[];
}

/** Says something without a socket; the same `id` again is kept once. Returns it as it is kept. */
export async function postMessage(
  { url, room, text, name, id, reply, to, files, ...server }: Server & Post & { room: string },
): Promise<Message> {
  const address = roomUrl(url, room);
  address.pathname += "/messages";
  return await ask(
    checkMessage,
    address,
    server,
    jsonBody("POST", { text, name, id, reply, to, files }),
  );
}

/** A request with these fields as its body. */
export function jsonBody(method: string, fields: object): RequestInit {
  const headers = { "content-type": "application/json" };
  return { method, headers, body: JSON.stringify(fields) };
}

/** The fields that are given, as the query of an address. */
export function query(fields: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) params.set(name, String(value));
  }
  return String(params);
}
