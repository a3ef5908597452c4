/** The flags for signing in with OpenID Connect accounts, and the relations between them. */

import { readSecret } from "./files.ts";
import { flag, type Flags, onOff, path, text, UsageError, type Values } from "./flags.ts";
import { parseIssuer } from "./parsers.ts";

export const OIDC_FLAGS = {
  oidcIssuer: flag(
    "URL",
    "",
    "members sign in with accounts of this OpenID Connect issuer; needs --url",
    "an https URL, or an http URL of this machine, without a query",
    parseIssuer,
  ),
  oidcClient: text("ID", "what the issuer calls this chat: its client id"),
  oidcSecretFile: path(
    "FILE",
    "the secret that the issuer gave this chat; none for public clients",
  ),
  oidcJoin: onOff("anyone with an account of this issuer may become a member"),
} satisfies Flags;

/** What the relations are about. */
type OidcConfig = Values<typeof OIDC_FLAGS> & {
  readonly url: readonly string[];
  readonly access: string;
  readonly authSecret: string;
  oidcSecret: string;
};

/** Reads the secret, and throws a {@linkcode UsageError} for flags that do not go together. */
export function relateOidc(config: OidcConfig): void {
  const { oidcIssuer, oidcClient, oidcSecretFile, oidcJoin, url, access, authSecret } = config;
  if (!oidcIssuer !== !oidcClient) {
    throw new UsageError("--oidc-issuer and --oidc-client go together: give both or neither");
  }
  if (oidcSecretFile) config.oidcSecret = readSecret("--oidc-secret-file", oidcSecretFile);
  if (!oidcIssuer) {
    if (!config.oidcSecret && !oidcJoin) return;
    throw new UsageError("--oidc-secret-file and --oidc-join need --oidc-issuer");
  }
  if (url.length === 0) {
    throw new UsageError("--oidc-issuer needs --url: the issuer sends browsers back to it");
  }
  if (authSecret || access === "open") {
    throw new UsageError("--oidc-issuer is for chats with members: give it with --access invite");
  }
}
