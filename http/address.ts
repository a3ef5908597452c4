/** Where a request comes from. */

import { LIMITS } from "../config/limits.ts";
import { countedAddress, isWithin, type Network, PRIVATE_NETWORKS } from "../config/network.ts";

/** Which proxies are believed. */
export interface ProxyTrust {
  /** Those on this machine and on private networks. */
  readonly trustProxy: boolean;
  /** Those in these networks. */
  readonly proxies: readonly Network[];
}

/**
 * The client's address, as `countedAddress` gives it. Behind a proxy that is trusted it is the last
 * of `X-Forwarded-For`, which is what that proxy saw itself; anybody may have written those before.
 */
export function addressOf(
  { headers }: Request,
  { remoteAddr }: Deno.ServeHandlerInfo,
  { trustProxy, proxies }: ProxyTrust,
): string {
  const peer = "hostname" in remoteAddr ? remoteAddr.hostname : "";
  const forwarded = headers.get("x-forwarded-for");
  const isTrusted = forwarded !== null &&
    (trustProxy && (peer === "" || isWithin(peer, PRIVATE_NETWORKS)) || isWithin(peer, proxies));
  return countedAddress(isTrusted ? bareAddress(forwarded.split(",").at(-1)!.trim()) : peer);
}

/** An address without the port and the brackets that some proxies write. */
function bareAddress(word: string): string {
  const [, v6, v4] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(word) ?? [];
  return (v6 ?? v4 ?? word).slice(0, LIMITS.addressLength);
}
