/**
 * Authentication: from a request to an identity.
 *
 * Without a secret for tokens anyone may come in. A session or a key makes somebody the same person each
 * time; without either they are a new person. With a secret, a token is required.
 *
 * A browser sends a cookie whichever page makes the request, so it counts only if our own page makes it,
 * or if nothing is changed.
 */

import type { Asker, Origins } from "./origin.ts";
import { Problem } from "./problem.ts";
import { type Credential, credentialOf } from "../people/credentials.ts";
import type { Identity } from "../people/identity.ts";
import type { Sessions } from "../people/sessions.ts";
import { createVerifyToken, type VerifyToken } from "../people/tokens.ts";

/** The cookie that a token may come in. */
const TOKEN_COOKIE = "chat_token";

/** The parts that decide on identities. */
export interface AuthenticateOptions {
  readonly sessions: Sessions;
  readonly origins: Origins;
  /** The secret that tokens are signed with; `""`: no tokens. */
  readonly secret: string;
}

/** Finds out who makes a request. */
export class Authenticator {
  readonly #sessions: Sessions;
  readonly #origins: Origins;
  readonly #verify: VerifyToken | undefined;

  private constructor({ sessions, origins }: AuthenticateOptions, verify?: VerifyToken) {
    this.#sessions = sessions;
    this.#origins = origins;
    this.#verify = verify;
  }

  static async create(options: AuthenticateOptions): Promise<Authenticator> {
    const { secret } = options;
    return new Authenticator(options, secret ? await createVerifyToken(secret) : undefined);
  }

  /** Whether a token is required. */
  get needsToken(): boolean {
    return this.#verify !== undefined;
  }

  /**
   * The identity of a request.
   *
   * @param changes whether the request is an upgrade, or may change something
   * @throws {Problem} with 401 for a credential that is not valid, 403 for a cookie that does not count
   *   here
   */
  async identify(request: Request, url: URL, changes: boolean): Promise<Identity> {
    const cookie = this.#verify ? TOKEN_COOKIE : this.#sessions.cookie;
    const credential = this.#admit(credentialOf(request, url, cookie), request, url, changes);
    return this.#verify ? await byToken(this.#verify, credential) : this.#bySession(credential);
  }

  /** Ignores or refuses a cookie that must not count. */
  #admit(
    credential: Credential | undefined,
    request: Request,
    url: URL,
    changes: boolean,
  ): Credential | undefined {
    if (credential?.kind !== "cookie") return credential;
    const asker = this.#origins.askerOf(request, url);
    if (asker === "own" || this.#isTokenOfNamed(request, asker)) return credential;
    if (asker === "foreign") return undefined;
    if (!changes) return credential;
    throw new Problem(403, "a cookie counts here only with the Origin of our own page");
  }

  #isTokenOfNamed(request: Request, asker: Asker): boolean {
    return this.#verify !== undefined && asker === "foreign" && this.#origins.isNamed(request);
  }

  #bySession(credential: Credential | undefined): Identity {
    const id = credential && this.#lastingId(credential);
    const isLasting = id !== undefined;
    return { id: id ?? this.#sessions.newMember(), isLasting, role: "member" };
  }

  /** Undefined for a cookie that was not issued here: a new person. */
  #lastingId({ kind, value }: Credential): string | undefined {
    if (kind === "cookie") return this.#sessions.memberOf(value);
    const id = this.#sessions.memberOfKey(value);
    if (id === undefined) throw unauthorized("a key of your own has 32 to 512 characters");
    return id;
  }
}

async function byToken(verify: VerifyToken, credential?: Credential): Promise<Identity> {
  if (!credential) throw unauthorized("a token is needed");
  const identity = await verify(credential.value);
  if (!identity) throw unauthorized("this token is not valid, or no longer");
  return identity;
}

function unauthorized(detail: string): Problem {
  return new Problem(401, detail, { "www-authenticate": "Bearer" });
}
