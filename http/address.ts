/** The address that a request comes from. */

import { LIMITS } from "../config/limits.ts";
import { countedAddress, isWithin, type Network, PRIVATE_NETWORKS } from "../config/network.ts";

/** The proxies that are believed. */
export interface ProxyTrust {
  /** Believe proxies on this machine and on private networks. */
  readonly trustProxy: boolean;
  /** Believe proxies in these networks. */
  readonly proxies: readonly Network[];
}

/**
 * The client's address, as `countedAddress` gives it. Behind a trusted proxy it is the last entry of
 * `X-Forwarded-For`, which that proxy added itself; anybody may have written the others.
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
