/** What the browser does with passkeys. */

import { type Ceremony, HttpError } from "../../sdk/mod.ts";
import { rare } from "./words.ts";

/** Whether this browser can use passkeys here; over plain http it cannot. */
export const hasPasskeys = (): boolean =>
  "PublicKeyCredential" in globalThis &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** Makes a passkey. */
export const create: Ceremony = (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  return answerOf(navigator.credentials.create({ publicKey }));
};

/** Has a passkey sign. */
export const get: Ceremony = (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return answerOf(navigator.credentials.get({ publicKey }));
};

/** The reader may not want to, after all, or has no such device: which of them, no page learns. */
async function answerOf(asking: Promise<Credential | null>): Promise<unknown> {
  try {
    return (await asking as PublicKeyCredential).toJSON();
  } catch {
    throw new HttpError(0, rare.noPasskey, false);
  }
}
