/** What the routes about people share: who may use them, links, and answers that nobody may store. */

import type { Config } from "../config/config.ts";
import type { Identity } from "../people/identity.ts";
import type { NewLink } from "../people/links.ts";
import { adminOf } from "./admins.ts";
import type { Context } from "./context.ts";
import { Problem, tooManyRequests } from "./problem.ts";

/**
 * An answer that is for this person alone.
 *
 * @param cookie a `Set-Cookie` header
 */
export function personalAnswer(value: unknown, status = 200, cookie?: string): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  if (cookie) headers.set("set-cookie", cookie);
  return value === undefined
    ? new Response(null, { status: 204, headers })
    : Response.json(value, { status, headers });
}

/** Throws a {@linkcode Problem} unless an admin makes the request, and people come with sessions. */
export function checkAdmin(context: Context): void {
  checkSessions(context.services.people.access.mode);
  adminOf(context);
}

/** Throws a {@linkcode Problem} where tokens are required, since nobody has a session there. */
export function checkSessions(mode: string): void {
  if (mode !== "token") return;
  throw new Problem(403, "people come with tokens here, which the operator's own program signs");
}

/**
 * The identity of somebody with a session, and the session's hash.
 *
 * @throws {Problem} with 401 without one
 */
export function sessionOf({ identity, services }: Context): Identity & { session: string } {
  checkSessions(services.people.access.mode);
  const { session } = identity;
  if (session !== undefined) return { ...identity, session };
  throw noSession();
}

/** 401: the request has no session. */
export function noSession(): Problem {
  const detail = "there is no session here: in an open chat POST /me gives one";
  return new Problem(401, detail, { "www-authenticate": "Bearer" });
}

/** Throws a {@linkcode Problem} if an address guesses links, or changes accounts, too often. */
export function checkRate({ address, services: { limits } }: Context): void {
  if (!limits.account(address)) throw tooManyRequests();
}

/**
 * The address of a link: at the public address, if there is one.
 *
 * @param address where people reach the chat otherwise
 */
export function linkOf(
  { token }: NewLink,
  { url: [url] }: Pick<Config, "url">,
  address: string | URL,
): string {
  const { origin, pathname } = new URL(url ?? new URL("/", address));
  return `${origin}${pathname.replace(/\/$/, "")}/join#${token}`;
}

/** The address of a hook, at the same place as {@linkcode linkOf}. */
export function hookAddress(
  token: string,
  { url: [url] }: Pick<Config, "url">,
  address: string | URL,
): string {
  const { origin, pathname } = new URL(url ?? new URL("/", address));
  return `${origin}${pathname.replace(/\/$/, "")}/hooks/${token}`;
}

/** A link as it is shown to its maker, this once. The request's host is one that may be named here. */
export function shownLink({ url, services: { config } }: Context, link: NewLink) {
  return { link: linkOf(link, config, url), expires: link.record.expires };
}
