/** Parsers of the values of flags. Each returns undefined for a word that is not accepted. */

import { isIPv4 } from "node:net";
import { parseNetwork } from "./network.ts";

/** An address to listen on. `host` is as it was given, `""` for all interfaces. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port` or `:port`, as Go writes them. */
export function parseAddress(word: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(word);
  if (!match || Number(match[3]) > 65_535) return;
  const host = match[1] ?? match[2];
  if (/^[\d.]+$/.test(host) && !isIPv4(host)) return;
  return { host, port: Number(match[3]) };
}

/** An origin, as browsers send it, or `*`. */
export function parseOrigin(word: string): string | undefined {
  if (word === "*") return word;
  if (!URL.canParse(word)) return;
  const { origin } = new URL(word);
  return origin === "null" ? undefined : origin;
}

/** A public address: http or https, with a path at most, without a trailing slash. */
export function parsePublicUrl(word: string): string | undefined {
  if (!URL.canParse(word)) return;
  const { protocol, host, pathname, username, search, hash } = new URL(word);
  if (!/^https?:$/.test(protocol) || !host || username || search || hash) return;
  return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
}

/** The issuer of accounts: https, or http on this machine; as it names itself, so nothing is changed. */
export function parseIssuer(word: string): string | undefined {
  if (word === "") return word;
  if (!URL.canParse(word)) return;
  const { protocol, hostname, username, search, hash } = new URL(word);
  const isHere = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  const isSafe = protocol === "https:" || protocol === "http:" && isHere;
  return isSafe && !username && !search && !hash ? word : undefined;
}

/** A path, or the URL of a Redis: `redis://[user:password@]host[:port][/database]`. */
export function parseStore(word: string): string | undefined {
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/|rediss?:)/i.test(word)) return word || undefined;
  if (!/^rediss?:\/\//.test(word) || !URL.canParse(word)) return;
  const { hostname, pathname, search, hash } = new URL(word);
  return hostname && /^\/?\d{0,5}$/.test(pathname) && !search && !hash ? word : undefined;
}

/** A network such as `10.0.0.0/8` or `2001:db8::/32`; a bare address is a network of one. */
export function parseCidr(word: string): string | undefined {
  return parseNetwork(word) && word;
}
