/**
 * Authentication: from a request to an identity.
 *
 * A chat is open, with invitations, or with tokens. In an open one anyone may come in: a session or a key
 * makes somebody the same person each time, without either they are a new person. With invitations the
 * session of a member is required, with a secret for tokens a token. A bot's token counts everywhere.
 *
 * A browser sends a cookie whichever page makes the request, so it counts only if our own page makes it,
 * or if nothing is changed.
 */

import type { Awaitable } from "../journal/journal.ts";
import type { Asker, Origins } from "./origin.ts";
import { Problem, unavailable } from "./problem.ts";
import { type Credential, credentialOf } from "../people/credentials.ts";
import type { Identity } from "../people/identity.ts";
import { BOT_PREFIX } from "../people/bots.ts";
import type { People } from "../people/people.ts";
import type { FoundSession } from "../people/session_store.ts";
import { createVerifyToken, type VerifyToken } from "../people/tokens.ts";

/** The cookie that a token may come in. */
const TOKEN_COOKIE = "chat_token";

/** The parts that decide on identities. */
export interface AuthenticateOptions {
  readonly people: People;
  readonly origins: Origins;
  /** The secret that tokens are signed with; `""`: no tokens. */
  readonly secret: string;
}

/** Finds out who makes a request. */
export class Authenticator {
  readonly #people: People;
  readonly #origins: Origins;
  readonly #verify: VerifyToken | undefined;

  private constructor({ people, origins }: AuthenticateOptions, verify?: VerifyToken) {
    this.#people = people;
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
   *   here and for somebody who is banned, 503 if tokens are needed and there is no secret for them
   * @throws {UnreachableError} if members come by invitation, and the directory may be out of date
   */
  async identify(request: Request, url: URL, changes: boolean): Promise<Identity> {
    const credential = this.credentialOf(request, url, changes);
    const identity = await this.#find(credential);
    if (!identity) {
      throw unauthorized(credential ? this.#whatIsWrong(credential) : this.#whatIsNeeded);
    }
    if (this.#people.access.isBanned(identity.id)) throw new Problem(403, "you are banned");
    return identity;
  }

  #find(credential: Credential | undefined): Awaitable<Identity | undefined> {
    this.#people.checkFresh();
    if (this.#people.access.isLocked) throw unavailable("this server has no secret for tokens");
    if (credential && isBotToken(credential)) return this.#people.bots.identify(credential.value);
    if (!this.#verify) return this.#bySession(credential);
    return credential && this.#verify(credential.value);
  }

  #whatIsWrong({ kind }: Credential): string {
    const isSession = kind === "cookie" && !this.#verify;
    return isSession ? "this session has ended: sign in" : "this token is not valid, or no longer";
  }

  get #whatIsNeeded(): string {
    return this.#verify ? "a token is needed" : "only members may come in: sign in first";
  }

  /**
   * The session that a request has, as it would count in an open chat: it says which id somebody who
   * joins may keep.
   *
   * @param changes false only where a flow of this browser ends, which no other page can bring about
   * @throws {Problem} with 403 for a cookie that does not count here
   */
  sessionOf(request: Request, url: URL, changes = true): FoundSession | undefined {
    const credential = this.credentialOf(request, url, changes);
    if (credential?.kind !== "cookie") return;
    return this.#people.store.find(credential.value, "open");
  }

  /**
   * The credential of a request, if it counts here.
   *
   * @throws {Problem} with 403 for a cookie that does not
   */
  credentialOf(request: Request, url: URL, changes: boolean): Credential | undefined {
    const { sessions } = this.#people;
    const credential = this.#verify
      ? credentialOf(request, url, TOKEN_COOKIE)
      : credentialOf(request, url, sessions.cookie, (value) => sessions.isOurs(value));
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

  #bySession(credential: Credential | undefined): Identity | undefined {
    const { access: { mode }, members, sessions, store } = this.#people;
    const found = credential?.kind === "cookie" ? store.find(credential.value, mode) : undefined;
    if (found) store.touch(found);
    if (mode === "invite") return found && this.#memberOf(found);
    const id = found?.member ?? this.#openId(credential);
    const role = id !== undefined && members.isAdmin(id) ? "admin" : "member";
    const isLasting = id !== undefined;
    return { id: id ?? sessions.newMember(), isLasting, role, session: found?.hash };
  }

  #memberOf({ member: id, hash }: FoundSession): Identity | undefined {
    const member = this.#people.members.get(id);
    if (!member) return;
    const { name, role } = member;
    return { id, isLasting: true, isFromToken: true, name, role, session: hash };
  }

  /** Undefined for a cookie that does not count: a new person. */
  #openId(credential: Credential | undefined): string | undefined {
    if (!credential || credential.kind === "cookie") return;
    const { sessions, store } = this.#people;
    const id = sessions.memberOfKey(credential.value);
    if (id === undefined) throw unauthorized("a key of your own has 32 to 512 characters");
    if (store.hasEnded(id)) throw unauthorized("this key was signed out");
    return id;
  }
}

/** Whether it is a bot's, whose tokens say so. */
function isBotToken({ kind, value }: Credential): boolean {
  return kind !== "cookie" && value.startsWith(BOT_PREFIX);
}

function unauthorized(detail: string): Problem {
  return new Problem(401, detail, { "www-authenticate": "Bearer" });
}
