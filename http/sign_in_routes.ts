/** The routes for signing in: with a passkey, or with an account of an issuer. */

import { finishOidc, listAccounts, startOidc, unlinkAccount } from "./oidc.ts";
import {
  addPasskey,
  deletePasskey,
  listPasskeys,
  newPasskeyOptions,
  signInOptions,
  signInWithPasskey,
} from "./passkeys.ts";
import { type Route, route } from "./route.ts";
import { getSignIn } from "./signing_in.ts";

/** A part of the table in `routes.ts`. */
export const SIGN_IN_ROUTES: readonly Route[] = [
  route("/sign-in", { GET: getSignIn, isForAll: true }),
  route("/passkeys", { GET: listPasskeys, POST: addPasskey }),
  route("/passkeys/options", { POST: newPasskeyOptions }),
  route("/passkeys/sign-in", { POST: signInWithPasskey, isForAll: true }),
  route("/passkeys/sign-in/options", { POST: signInOptions, isForAll: true }),
  route("/passkeys/:passkey", { DELETE: deletePasskey }),
  route("/oidc/start", { POST: startOidc, isForAll: true }),
  route("/oidc/callback", { GET: finishOidc, isForAll: true }),
  route("/oidc/accounts", { GET: listAccounts }),
  route("/oidc/accounts/:account", { DELETE: unlinkAccount }),
];
