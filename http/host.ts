/**
 * The host that a request names.
 *
 * A web page can give its own name the address of a chat on a private network (DNS rebinding). The
 * browser then takes both for one origin. So without our own TLS a request must name an IP address,
 * `localhost`, this machine, or the host of a `--url`.
 */

import { isIP } from "node:net";
import { Problem } from "./problem.ts";

/** A host and a port, normalised. */
export interface Authority {
  /** In lower case, without brackets and trailing dot. */
  readonly hostname: string;
  /** `""` if none is given. */
  readonly port: string;
}

const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]\\]+?)\.?)(?::(\d{0,5}))?$/i;

/** Parses a `Host` header; undefined for anything other than a host and a port. */
export function parseAuthority(text: string): Authority | undefined {
  const [, v6, name, port = ""] = AUTHORITY.exec(text) ?? [];
  const host = v6 ? `[${v6}]` : name;
  // An IPv6 address, for one, may be written in several ways.
  const url = host ? URL.parse(`http://${host}`) : null;
  return url ? { hostname: url.hostname.replace(/^\[|\]$/g, ""), port } : undefined;
}

/** Checks the hosts of requests. */
export class HostRule {
  readonly #names: ReadonlySet<string>;
  readonly #isFree: boolean;

  /**
   * @param urls the public addresses
   * @param isFree any host may be named, since the server has its own TLS
   */
  constructor(urls: readonly string[], isFree: boolean) {
    const own = ownName();
    const hosts = urls.map((url) => parseAuthority(new URL(url).host)!.hostname);
    this.#names = new Set(["localhost", ...hosts, ...own ? [own, `${own}.local`] : []]);
    this.#isFree = isFree;
  }

  /**
   * The authority that a request names.
   *
   * @throws {Problem} with 400 if it is malformed or if target and header differ, 421 if it is not ours
   */
  check({ headers }: Request, url: URL): Authority {
    const target = parseAuthority(url.host);
    const header = headers.get("host");
    const named = header === null ? target : parseAuthority(header);
    if (!target || !named || url.username || url.password) {
      throw new Problem(400, "the Host header is not a host and a port");
    }
    if (target.hostname !== named.hostname || portOf(url, target) !== portOf(url, named)) {
      throw new Problem(400, "the request's target and its Host header disagree");
    }
    if (this.#isFree || isIP(named.hostname) || this.#names.has(named.hostname)) return named;
    throw new Problem(
      421,
      `this chat is not known as "${named.hostname}": the operator allows it with --url`,
    );
  }
}

function portOf({ protocol }: URL, { port }: Authority): string {
  return port || (protocol === "https:" ? "443" : "80");
}

/** The name of this machine; undefined without the permission to know it. */
function ownName(): string | undefined {
  try {
    return Deno.hostname().toLowerCase();
  } catch {
    return undefined;
  }
}
