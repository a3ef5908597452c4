/** `/me/sessions`, `/me/link` and `/me/sign-out`: where a person is signed in, and for how long. */

import { LIMITS } from "../config/limits.ts";
import type { Context } from "./context.ts";
import { checkRate, personalAnswer, sessionOf, shownLink } from "./personal.ts";

/** `GET /me/sessions` */
export function listSessions(context: Context): Response {
  const { id, session } = sessionOf(context);
  const { access, store } = context.services.people;
  return personalAnswer({ sessions: store.list(id, session, access.mode) });
}

/** `DELETE /me/sessions/{id}`: connections and streams of that session end with it. */
export async function endSession(context: Context): Promise<Response> {
  const { id, session } = sessionOf(context);
  checkRate(context);
  const { directory, sessions, store } = context.services.people;
  const isOwn = store.idOf(session) === context.params.session;
  await directory.change(id, () => {
    return { puts: store.end(id, context.params.session), result: undefined };
  });
  return personalAnswer(undefined, 204, isOwn ? sessions.clearingHeader : undefined);
}

/** `POST /me/sign-out`: ends the session that makes the request. */
export async function signOut(context: Context): Promise<Response> {
  const { id, session } = sessionOf(context);
  checkRate(context);
  const { directory, sessions, store } = context.services.people;
  await directory.change(id, () => {
    return { puts: store.end(id, store.idOf(session)), result: undefined };
  });
  return personalAnswer(undefined, 204, sessions.clearingHeader);
}

/** `POST /me/link`: a link that signs this person in on another device. */
export async function linkDevice(context: Context): Promise<Response> {
  const { id } = sessionOf(context);
  checkRate(context);
  const expires = Date.now() + LIMITS.deviceLinkMs;
  const link = await context.services.people.links.create({
    kind: "device",
    by: id,
    member: id,
    expires,
  });
  return personalAnswer(shownLink(context, link), 201);
}
