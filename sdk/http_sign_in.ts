/**
 * The calls over HTTP for signing in where people come by invitation: with a passkey, or with an account
 * of the issuer that the operator names; and for adding either.
 *
 * What a device does with a passkey is up to the caller: these calls pass on what the server asks for, and
 * send what the device has answered. They need a browser's cookies, and are refused with an
 * {@linkcode HttpError}.
 */

import { type Check, flag, list, object, optional, text, time } from "./check.ts";
import { ask, jsonBody, perform, type Server, under } from "./http.ts";
import { checkMe, type Me } from "./http_me.ts";

/** More than any server sends. */
const MOST = 1_000;

/** The ways to sign in. */
export interface SignInWays {
  /** `open`, `invite` or `token`. */
  readonly access: string;
  readonly passkeys: boolean;
  /** The host of the issuer of accounts, if there is one. */
  readonly issuer?: string;
  /** Whether its accounts make members. */
  readonly join?: boolean;
}

/** A passkey; times are in milliseconds since 1970. */
export interface PasskeySummary {
  readonly id: string;
  readonly created: number;
  readonly used: number;
  /** The program that added it, as it calls itself. */
  readonly agent?: string;
}

/** An account that signs this person in. */
export interface AccountSummary {
  readonly id: string;
  readonly created: number;
}

/** Does something with a passkey, from the options that the server sends: gives what a browser's `toJSON()` does. */
export type Ceremony = (options: unknown) => Promise<unknown>;

/** Until when something can be added without signing in again. */
interface Proven {
  readonly provenUntil: number;
}

const checkWays = object<SignInWays>({
  access: text,
  passkeys: flag,
  issuer: optional(text),
  join: optional(flag),
});
const checkPasskey = object<PasskeySummary>({
  id: text,
  created: time,
  used: time,
  agent: optional(text),
});
const checkPasskeys = object({ passkeys: list(checkPasskey, MOST), provenUntil: time });
const checkAccounts = object({
  accounts: list(object<AccountSummary>({ id: text, created: time }), MOST),
  provenUntil: time,
});
const checkLocation = object({ location: text });
/** Nothing is read of it here: the browser knows what it means. */
const unread: Check<unknown> = (value) => value;

/** The ways to sign in; nobody has to be signed in to ask. */
export async function signInWays({ url, ...server }: Server): Promise<SignInWays> {
  return await ask(checkWays, under(url, "sign-in"), server);
}

/** The passkeys of this person. */
export async function listPasskeys(
  { url, ...server }: Server,
): Promise<{ passkeys: PasskeySummary[] } & Proven> {
  return await ask(checkPasskeys, under(url, "passkeys"), server);
}

/**
 * Adds a passkey.
 *
 * @param server `create` makes it, as `navigator.credentials.create` does
 * @throws {HttpError} 403 more than ten minutes after signing in
 */
export async function addPasskey(
  { url, create, ...server }: Server & { create: Ceremony },
): Promise<PasskeySummary> {
  const options = await ask(unread, under(url, "passkeys/options"), server, { method: "POST" });
  const made = await create(options);
  return await ask(checkPasskey, under(url, "passkeys"), server, jsonBody("POST", Object(made)));
}

/** Deletes a passkey. */
export async function deletePasskey(
  { url, id, ...server }: Server & { id: string },
): Promise<void> {
  const address = under(url, `passkeys/${encodeURIComponent(id)}`);
  await perform(address, server, { method: "DELETE" });
}

/**
 * Signs this browser in with a passkey.
 *
 * @param server `get` has a device sign, as `navigator.credentials.get` does
 * @throws {HttpError} 403 if the passkey signs nobody in
 */
export async function signInWithPasskey(
  { url, get, ...server }: Server & { get: Ceremony },
): Promise<Me> {
  const address = under(url, "passkeys/sign-in/options");
  const signed = await get(await ask(unread, address, server, { method: "POST" }));
  return await ask(
    checkMe,
    under(url, "passkeys/sign-in"),
    server,
    jsonBody("POST", Object(signed)),
  );
}

/**
 * Begins to sign in with an account, or to link one; returns the address at which a browser goes on.
 *
 * @throws {HttpError} 503 if the issuer cannot be reached; 403 if the account shall be linked more than ten
 *   minutes after signing in
 */
export async function startAccount(
  { url, link, ...server }: Server & { link?: boolean },
): Promise<string> {
  const body = jsonBody("POST", { link });
  return (await ask(checkLocation, under(url, "oidc/start"), server, body)).location;
}

/** The accounts that sign this person in. */
export async function listAccounts(
  { url, ...server }: Server,
): Promise<{ accounts: AccountSummary[] } & Proven> {
  return await ask(checkAccounts, under(url, "oidc/accounts"), server);
}

/** Unlinks an account. */
export async function unlinkAccount(
  { url, id, ...server }: Server & { id: string },
): Promise<void> {
  const address = under(url, `oidc/accounts/${encodeURIComponent(id)}`);
  await perform(address, server, { method: "DELETE" });
}
