/**
 * The cryptography of passkeys (WebAuthn): what a browser is asked for, and whether its answer is right.
 *
 * The library that does it is loaded on first use. A user must be verified, by a finger, a face or a PIN,
 * and the page must have exactly the origin of the relying party. What devices say about their makers is
 * not asked for, and proves nothing here.
 */

import { Buffer } from "node:buffer";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { LIMITS } from "../config/limits.ts";
import type { Flow } from "./flows.ts";
import { type NewPasskey, unknownPasskey } from "./passkeys.ts";
import type { PasskeyRecord } from "./records.ts";
import { Refused } from "./refused.ts";

/** The chat as passkeys know it. */
export interface RelyingParty {
  /** The host, for which passkeys are made. */
  readonly id: string;
  readonly origin: string;
  readonly name: string;
}

/** Somebody who adds a passkey. */
export interface PasskeyOwner {
  readonly id: string;
  readonly name: string;
  /** What they have, and cannot add once more. */
  readonly passkeys: readonly PasskeyRecord[];
}

const library = () => import("@simplewebauthn/server");
const challengeOf = (flow: Flow) => flow.derive("challenge");
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));

/** What `navigator.credentials.create` makes a passkey from. */
export async function creationOptions(
  party: RelyingParty,
  { id, name, passkeys }: PasskeyOwner,
  flow: Flow,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library();
  return await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: new TextEncoder().encode(id),
    userName: name,
    userDisplayName: name,
    challenge: bytesOf(challengeOf(flow)),
    timeout: LIMITS.passkeyMs,
    excludeCredentials: passkeys.map(({ credential }) => ({ id: credential })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/** What `navigator.credentials.get` is asked with: any passkey of this chat. */
export async function requestOptions(
  party: RelyingParty,
  flow: Flow,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library();
  return await generateAuthenticationOptions({
    rpID: party.id,
    challenge: bytesOf(challengeOf(flow)),
    timeout: LIMITS.passkeyMs,
    userVerification: "required",
  });
}

const expectations = (party: RelyingParty, flow: Flow) => ({
  expectedChallenge: challengeOf(flow),
  expectedOrigin: party.origin,
  expectedRPID: party.id,
  requireUserVerification: true,
});

/**
 * The passkey that a browser has made.
 *
 * @param answer what came, of whatever form
 * @throws {Refused} `bad` unless it is as it was asked for
 */
export async function checkCreation(
  party: RelyingParty,
  answer: unknown,
  flow: Flow,
): Promise<NewPasskey> {
  const { verifyRegistrationResponse } = await library();
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      ...expectations(party, flow),
      response: answer as RegistrationResponseJSON,
    });
    const { id: credential, publicKey, counter } = registrationInfo!.credential;
    const key = Buffer.from(publicKey).toString("base64url");
    if (credential.length > LIMITS.passkeyId || key.length > LIMITS.passkeyKey) throw new Error();
    return { credential, key, counter };
  } catch {
    throw new Refused("bad", "this passkey was not made as this chat asked for it");
  }
}

/** The member and the passkey that an answer names, as it says itself. */
export function namedIn(answer: unknown): { member: string; credential: string } {
  const { id, response } = (answer ?? {}) as Partial<AuthenticationResponseJSON>;
  const handle = (response as { userHandle?: unknown } | null | undefined)?.userHandle;
  if (typeof id !== "string" || typeof handle !== "string") throw unknownPasskey();
  return { credential: id, member: Buffer.from(handle, "base64url").toString() };
}

/**
 * How often the device says that the passkey was used, if its signature is right. Whether the number may
 * be so is left to the caller.
 *
 * @throws {Refused} if it is not
 */
export async function checkRequest(
  party: RelyingParty,
  answer: unknown,
  { credential: id, key }: PasskeyRecord,
  flow: Flow,
): Promise<number> {
  const { verifyAuthenticationResponse } = await library();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...expectations(party, flow),
      response: answer as AuthenticationResponseJSON,
      credential: { id, publicKey: bytesOf(key), counter: 0 },
    });
    if (verified) return authenticationInfo.newCounter;
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw unknownPasskey();
}
