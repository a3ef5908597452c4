/**
 * `/me`: the person who makes the request.
 *
 * Without tokens `POST` gives a browser its session. Nothing is stored about visitors: a browser
 * remembers its name itself and sends it with each connection.
 */

import type { Identity } from "../people/identity.ts";
import { shownName } from "../wire/wire.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { readObject } from "./body.ts";
import { avatarOf, nameOf } from "./join_request.ts";
import { Problem } from "./problem.ts";

/** `GET /me` */
export function getMe({ identity }: Context): Response {
  if (!identity.isLasting) throw noSession();
  return answer(identity, identity.name ?? "", identity.email ?? "");
}

/** `POST /me`: a new session for a browser without one. */
export async function postMe(context: Context): Promise<Response> {
  const { request, services: { authenticator, people } } = context;
  const { name, email } = await readProfile(request);
  let { identity } = context;
  const headers = new Headers();
  const isNew = !identity.isLasting;
  if (isNew && !authenticator.needsToken) {
    const session = people.sessions.issue();
    headers.set("set-cookie", people.sessions.cookieHeader(session));
    identity = { ...identity, id: people.sessions.memberOf(session)!, isLasting: true };
  }
  return answer(
    identity,
    identity.name ?? name,
    identity.email ?? email,
    isNew ? 201 : 200,
    headers,
  );
}

/** `PATCH /me`: checks another name or email. */
export async function patchMe({ request, identity }: Context): Promise<Response> {
  if (!identity.isLasting) throw noSession();
  const { name, email } = await readProfile(request);
  if (identity.name !== undefined && name !== "") {
    throw new Problem(403, "your token gives your name");
  }
  return answer(identity, identity.name ?? name, identity.email ?? email);
}

function noSession(): Problem {
  return new Problem(401, "there is no session: POST /me gives one", {
    "www-authenticate": "Bearer",
  });
}

async function readProfile(request: Request): Promise<{ name: string; email: string }> {
  const { name = "", email = "" } = await readObject(request);
  if (typeof name !== "string") throw new Problem(400, "name must be a string");
  if (typeof email !== "string") throw new Problem(400, "email must be a string");
  return { name: nameOf(name), email };
}

function answer(
  { id, role }: Identity,
  name: string,
  email: string,
  status = 200,
  headers = new Headers(),
): Response {
  const me = { id, name: shownName({ id, name }), avatar: avatarOf(email), role };
  const response = jsonAnswer(JSON.stringify(me), status);
  for (const [key, value] of headers) response.headers.append(key, value);
  response.headers.set("cache-control", "no-store");
  return response;
}
