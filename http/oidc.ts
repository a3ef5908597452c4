/**
 * `/oidc`: signing in with an account of the issuer that the operator names, and linking one.
 *
 * Both begin with a POST of our own page, and end with the GET with which the issuer sends the browser
 * back: the one GET that changes something. What it changes was bound to this browser when it began, by a
 * cookie, and for linking to the session, too.
 */

import { flowGone } from "../people/flows.ts";
import type { Issuer } from "../people/issuer.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { flowClearing, flowHeader, flowOf } from "./flow_cookie.ts";
import { checkRate, personalAnswer, sessionOf } from "./personal.ts";
import { nothingHere, Problem } from "./problem.ts";
import {
  browserOf,
  checkMembersOnly,
  checkSigningIn,
  provenSession,
  provenUntil,
} from "./signing_in.ts";

/** Throws a {@linkcode Problem} unless accounts sign people in here. */
function issuerOf(context: Context): Issuer {
  const { issuer } = context.services;
  if (!issuer) throw nothingHere();
  checkMembersOnly(context);
  return issuer;
}

/** `POST /oidc/start`: the address of the issuer, for this browser. */
export async function startOidc(context: Context): Promise<Response> {
  const issuer = issuerOf(context);
  checkSigningIn(context);
  const { request, url, services: { authenticator, people } } = context;
  const { link = false } = await readObject(request);
  if (typeof link !== "boolean") throw new Problem(400, "link must be true or false");
  const begin = async () => {
    if (!link) return people.flows.begin("account");
    const identity = await authenticator.identify(request, url, true);
    return people.flows.begin("new account", provenSession({ ...context, identity }));
  };
  const flow = await begin();
  const location = await issuer.addressOf(flow);
  return personalAnswer({ location }, 200, flowHeader(context, "account", flow));
}

/** `GET /oidc/callback`: the issuer has sent the browser back. */
export async function finishOidc(context: Context): Promise<Response> {
  const issuer = issuerOf(context);
  const { request, url, services: { authenticator, people, config, base } } = context;
  if (request.method !== "GET") throw new Problem(405, "this takes GET alone", { allow: "GET" });
  checkSigningIn(context);
  const session = authenticator.sessionOf(request, url, false);
  const linking = session && flowOf(context, "account", "new account", session.hash);
  const headers = new Headers({ location: `${base}/`, "cache-control": "no-store" });
  headers.append("set-cookie", flowClearing(context, "account"));
  if (linking) {
    const { id } = await authenticator.identify(request, url, false);
    await people.accounts.link(id, await issuer.accountOf(url.search, linking), linking);
  } else {
    const flow = flowOf(context, "account", "account");
    if (!flow) throw flowGone();
    const account = await issuer.accountOf(url.search, flow);
    const browser = browserOf(context, false);
    const { value } = await people.accounts.signIn(account, flow, browser, config.oidcJoin);
    headers.append("set-cookie", people.sessions.cookieHeader(value));
  }
  return new Response(null, { status: 303, headers });
}

/** `GET /oidc/accounts` */
export function listAccounts(context: Context): Response {
  issuerOf(context);
  const { id } = sessionOf(context);
  const accounts = context.services.people.accounts.of(id);
  return personalAnswer({ accounts, provenUntil: provenUntil(context) });
}

/** `DELETE /oidc/accounts/{id}` */
export async function unlinkAccount(context: Context): Promise<Response> {
  issuerOf(context);
  const { id } = sessionOf(context);
  checkRate(context);
  await context.services.people.accounts.unlink(id, context.params.account);
  return personalAnswer(undefined);
}
