/**
 * `/passkeys`: the passkeys of a member, and signing in with one.
 *
 * Each takes two steps: the browser asks for options, which contain a challenge, and sends what the device
 * has made of them. The flow between them is in a cookie. A passkey is added only shortly after signing in.
 */

import { LIMITS } from "../config/limits.ts";
import { flowGone } from "../people/flows.ts";
import {
  checkCreation,
  checkRequest,
  creationOptions,
  namedIn,
  requestOptions,
} from "../people/passkey_check.ts";
import { unknownPasskey } from "../people/passkeys.ts";
import type { PasskeyRecord } from "../people/records.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { flowClearing, flowHeader, flowOf } from "./flow_cookie.ts";
import { checkRate, personalAnswer, sessionOf } from "./personal.ts";
import { requireParty } from "./relying_party.ts";
import {
  browserOf,
  checkMembersOnly,
  checkSigningIn,
  provenSession,
  provenUntil,
  signedInAnswer,
} from "./signing_in.ts";

/** `GET /passkeys` */
export function listPasskeys(context: Context): Response {
  checkMembersOnly(context);
  const { id } = sessionOf(context);
  const passkeys = context.services.people.passkeys.of(id).map(shown);
  return personalAnswer({ passkeys, provenUntil: provenUntil(context) });
}

const shown = ({ id, created, used, agent }: PasskeyRecord) => ({ id, created, used, agent });

/** `POST /passkeys/options`: what a new passkey is made from. */
export async function newPasskeyOptions(context: Context): Promise<Response> {
  const party = requireParty(context);
  const session = provenSession(context);
  const { id, name = "" } = context.identity;
  const { flows, passkeys } = context.services.people;
  const flow = flows.begin("new passkey", session);
  const owner = { id, name, passkeys: passkeys.of(id) };
  const options = await creationOptions(party, owner, flow);
  return personalAnswer(options, 200, flowHeader(context, "passkey", flow));
}

/** `POST /passkeys`: adds the one that was made. */
export async function addPasskey(context: Context): Promise<Response> {
  const party = requireParty(context);
  const session = provenSession(context);
  checkRate(context);
  const flow = flowOf(context, "passkey", "new passkey", session);
  if (!flow) throw flowGone();
  const { request, identity: { id }, services: { people } } = context;
  const made = await checkCreation(party, await readObject(request, LIMITS.passkeyBytes), flow);
  const agent = request.headers.get("user-agent") ?? "";
  const passkey = await people.passkeys.add(id, made, agent, flow);
  return personalAnswer(shown(passkey), 201, flowClearing(context, "passkey"));
}

/** `DELETE /passkeys/{id}` */
export async function deletePasskey(context: Context): Promise<Response> {
  checkMembersOnly(context);
  const { id } = sessionOf(context);
  checkRate(context);
  await context.services.people.passkeys.remove(id, context.params.passkey);
  return personalAnswer(undefined);
}

/** `POST /passkeys/sign-in/options`: a challenge for any passkey of this chat. */
export async function signInOptions(context: Context): Promise<Response> {
  const party = requireParty(context);
  checkSigningIn(context);
  const flow = context.services.people.flows.begin("passkey");
  const options = await requestOptions(party, flow);
  return personalAnswer(options, 200, flowHeader(context, "passkey", flow));
}

/** `POST /passkeys/sign-in`: signs in the member whose device has signed. */
export async function signInWithPasskey(context: Context): Promise<Response> {
  const party = requireParty(context);
  checkSigningIn(context);
  const flow = flowOf(context, "passkey", "passkey");
  if (!flow) throw flowGone();
  const { passkeys } = context.services.people;
  const answer = await readObject(context.request, LIMITS.passkeyBytes);
  const { member, credential } = namedIn(answer);
  const found = passkeys.find(member, credential);
  if (!found) throw unknownPasskey();
  const counter = await checkRequest(party, answer, found, flow);
  const response = signedInAnswer(
    context,
    await passkeys.signIn(found, counter, flow, browserOf(context)),
  );
  response.headers.append("set-cookie", flowClearing(context, "passkey"));
  return response;
}
