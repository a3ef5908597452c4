/**
 * The chat as passkeys know it: a host and an origin.
 *
 * They come from the first public address. Without one there are passkeys on `localhost` only, since a
 * request could name any other host.
 */

import { isIP } from "node:net";
import type { Config } from "../config/config.ts";
import type { RelyingParty } from "../people/passkey_check.ts";
import { Problem } from "./problem.ts";

/** What it is decided from. */
interface PartyContext {
  readonly url: URL;
  readonly services: { readonly config: Pick<Config, "url" | "name"> };
}

/** Undefined where browsers make no passkeys, or the operator has not said what the address is. */
export function partyOf(
  { url, services: { config } }: PartyContext,
): RelyingParty | undefined {
  const { hostname: id, origin, protocol } = new URL(config.url[0] ?? url);
  const isHere = id === "localhost";
  const isSafe = protocol === "https:" || isHere;
  const isHost = isIP(id.replace(/^\[|\]$/g, "")) === 0;
  const isKnown = config.url.length > 0 || isHere;
  return isSafe && isHost && isKnown ? { id, origin, name: config.name } : undefined;
}

/** The same; throws a {@linkcode Problem} with 403 where there are no passkeys. */
export function requireParty(context: PartyContext): RelyingParty {
  const party = partyOf(context);
  if (party) return party;
  throw new Problem(403, "there are no passkeys here: they need an https address in --url");
}
