/**
 * What the ways to sign in share: `GET /sign-in`, which says which ones there are, who may use them, and
 * the answer to somebody who has signed in.
 */

import type { Identity } from "../people/identity.ts";
import type { SignedIn, SigningIn } from "../people/signing_in.ts";
import type { Context } from "./context.ts";
import { meOf } from "./me.ts";
import { checkRate, personalAnswer, sessionOf } from "./personal.ts";
import { Problem } from "./problem.ts";
import { LIMITS } from "../config/limits.ts";
import { partyOf } from "./relying_party.ts";

/** `GET /sign-in` */
export function getSignIn(context: Context): Response {
  const { people, config } = context.services;
  const { mode } = people.access;
  const isInvite = mode === "invite";
  return personalAnswer({
    access: mode,
    chat: config.name,
    passkeys: isInvite && partyOf(context) !== undefined,
    issuer: isInvite && config.oidcIssuer ? new URL(config.oidcIssuer).host : undefined,
    join: isInvite && config.oidcIssuer ? config.oidcJoin : undefined,
  });
}

/** Throws a {@linkcode Problem} unless the chat has members, who have something to sign in to. */
export function checkMembersOnly({ services: { people } }: Context): void {
  if (people.access.mode === "invite") return;
  throw new Problem(403, "nobody signs in here: that is for chats with --access invite");
}

/**
 * Checks somebody who wants to sign in.
 *
 * @throws {Problem} with 403 for a page of another origin, which would choose as whom, 429 for an address
 *   that tries too often
 */
export function checkSigningIn(context: Context): void {
  const { request, url, services: { origins, people } } = context;
  checkMembersOnly(context);
  if (origins.askerOf(request, url) === "foreign") {
    throw new Problem(403, "only the chat's own page signs people in");
  }
  checkRate(context);
  people.checkFresh();
}

/** The browser in which somebody signs in. */
export function browserOf({ request, url, services }: Context, changes?: boolean): SigningIn {
  const agent = request.headers.get("user-agent") ?? "";
  return { agent, session: services.authenticator.sessionOf(request, url, changes) };
}

/** The answer to somebody who has signed in: the body of `GET /me`, and the session. */
export function signedInAnswer(context: Context, { id, value, hash }: SignedIn): Response {
  const { members, sessions } = context.services.people;
  const identity: Identity = {
    id,
    isLasting: true,
    isFromToken: true,
    name: members.get(id)?.name,
    role: members.isAdmin(id) ? "admin" : "member",
    session: hash,
  };
  return personalAnswer(meOf(context, identity), 201, sessions.cookieHeader(value));
}

/** Until when the person may add a passkey or an account, in milliseconds since 1970. */
export function provenUntil(context: Context): number {
  const { session } = sessionOf(context);
  const { directory } = context.services.people;
  return (directory.get("session", session)?.proven ?? 0) + LIMITS.provenMs;
}

/**
 * The session of a member who has proved who they are a short time ago.
 *
 * @throws {Problem} with 403 if that is longer ago
 */
export function provenSession(context: Context): string {
  checkMembersOnly(context);
  if (provenUntil(context) >= Date.now()) return sessionOf(context).session;
  const minutes = LIMITS.provenMs / 60_000;
  throw new Problem(
    403,
    `sign in again first: this takes a sign-in of the last ${minutes} minutes`,
  );
}
