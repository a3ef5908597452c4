/**
 * `/me`: the person who makes the request.
 *
 * In an open chat `POST` gives a browser its session. Nothing is stored about visitors: a browser
 * remembers its name itself and sends it with each connection. A member's name is in the directory.
 */

import type { Identity } from "../people/identity.ts";
import { shownName } from "../wire/wire.ts";
import type { Context } from "./context.ts";
import { readObject } from "./body.ts";
import { askedOf, avatarOf, nameOf } from "./join_request.ts";
import { checkRate, noSession, personalAnswer } from "./personal.ts";
import { Problem } from "./problem.ts";

/** `GET /me` */
export function getMe(context: Context): Response {
  const { identity } = context;
  if (!identity.isLasting) throw noSession();
  const { name = "", email = "" } = askedOf(context);
  return personalAnswer(meOf(context, identity, { name: nameOf(name), email }));
}

/** `POST /me`: a new session for a browser without one; the one that it has lasts longer. */
export async function postMe(context: Context): Promise<Response> {
  const { request, url, identity, services: { authenticator, origins, people } } = context;
  const profile = await readProfile(request);
  if (identity.isLasting || authenticator.needsToken) {
    const credential = authenticator.credentialOf(request, url, true);
    const isSession = identity.session !== undefined && credential?.kind === "cookie";
    const cookie = isSession ? people.sessions.cookieHeader(credential.value) : undefined;
    return personalAnswer(meOf(context, identity, profile), 200, cookie);
  }
  if (origins.askerOf(request, url) === "foreign") {
    throw new Problem(403, "a page of another origin gets no session: send a key of your own");
  }
  const session = people.sessions.issue();
  const id = people.sessions.memberOf(session)!;
  const me = meOf(context, { ...identity, id, isLasting: true }, profile);
  return personalAnswer(me, 201, people.sessions.cookieHeader(session));
}

/** `PATCH /me`: another name or email. A visitor's is only checked. */
export async function patchMe(context: Context): Promise<Response> {
  const { request, identity, services: { people } } = context;
  if (!identity.isLasting) throw noSession();
  const profile = await readProfile(request);
  const { id, isFromToken, role } = identity;
  if (role === "bot" || people.access.usesTokens && identity.name !== undefined && profile.name) {
    throw new Problem(403, "your token gives your name");
  }
  if (profile.name && people.members.get(id)) {
    checkRate(context);
    await people.members.change(id, id, { name: profile.name });
    const name = isFromToken && profile.name;
    return personalAnswer(meOf(context, name ? { ...identity, name } : identity, profile));
  }
  return personalAnswer(meOf(context, identity, profile));
}

interface Profile {
  readonly name: string;
  readonly email: string;
}

async function readProfile(request: Request): Promise<Profile> {
  const { name = "", email = "" } = await readObject(request);
  if (typeof name !== "string") throw new Problem(400, "name must be a string");
  if (typeof email !== "string") throw new Problem(400, "email must be a string");
  avatarOf(email);
  return { name: nameOf(name), email };
}

/** A person as they see themselves. What their token or the directory says beats what they say. */
export function meOf(
  { services: { people } }: Pick<Context, "services">,
  { id, name, email, role, session, isFromToken }: Identity,
  profile: Profile = { name: "", email: "" },
): unknown {
  return {
    id,
    name: shownName({ id, name: name ?? profile.name }),
    avatar: avatarOf(email ?? (isFromToken && !people.access.usesTokens ? "" : profile.email)),
    role,
    session: session && people.store.idOf(session),
  };
}
