/** Where a request comes from. */

import { LIMITS } from "../config/limits.ts";

/**
 * The client's address. Behind a proxy that is trusted it is the last of `X-Forwarded-For`, which is
 * what that proxy saw itself; anybody may have written those before it.
 */
export function addressOf(
  { headers }: Request,
  { remoteAddr }: Deno.ServeHandlerInfo,
  trustProxy: boolean,
): string {
  const forwarded = trustProxy && headers.get("x-forwarded-for");
  if (forwarded) return bareAddress(forwarded.split(",").at(-1)!.trim());
  return "hostname" in remoteAddr ? remoteAddr.hostname : "";
}

/** An address without the port and the brackets that some proxies write. */
function bareAddress(word: string): string {
  const [, v6, v4] = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(word) ?? [];
  return (v6 ?? v4 ?? word).slice(0, LIMITS.addressLength);
}
