/**
 * Sessions, which make somebody the same person the next time.
 *
 * A session is a random secret with a MAC, in a cookie; a client without cookies may send a key of its
 * own instead. In an open chat the person's id is computed from either with the database's secret, so it
 * is the same on every server and after every restart, and nothing is stored about visitors. All other
 * sessions are recorded, see `session_store.ts`, and worth nothing without their record.
 */

import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { LIMITS } from "../config/limits.ts";
import { newId, toWord } from "./ids.ts";

const SECRET_BYTES = 32;
const MAC_BYTES = 16;
/** A secret and a MAC in base64url, and before the MAC of a recorded session its mark. */
const VALUE = /^([\w-]{43})\.(r\.)?([\w-]{22})$/;
/** What a MAC says of its session. A session of one kind is never taken for one of the other. */
const FIRST = "sign";
const RECORDED = "sign recorded";

/** Issues and reads the sessions of one database. */
export class Sessions {
  readonly #secretOf: () => string;
  readonly #isSecure: boolean;
  /** The secret and the cookie's name, as they were computed last. */
  #known: { readonly hex: string; readonly secret: Uint8Array; cookie?: string } | undefined;

  /**
   * @param secretOf returns the database's secret, as 64 hex digits: it changes if a Redis is emptied
   * @param isSecure browsers reach this chat over TLS only
   */
  constructor(secretOf: () => string, isSecure: boolean) {
    this.#secretOf = secretOf;
    this.#isSecure = isSecure;
  }

  /** The name of the cookie. It differs between chats on one host, and over TLS binds to the host. */
  get cookie(): string {
    const known = this.#current();
    return known.cookie ??= `${this.#isSecure ? "__Host-" : ""}hubbub-${
      toWord(this.#mac("database", ""), 8)
    }`;
  }

  #current() {
    const hex = this.#secretOf();
    if (this.#known?.hex !== hex) this.#known = { hex, secret: Buffer.from(hex, "hex") };
    return this.#known!;
  }

  /** A new first session of a visitor, as the value of its cookie. */
  issue(): string {
    return this.#issue(FIRST);
  }

  /** A new session that counts only while it is recorded. */
  issueRecorded(): string {
    return this.#issue(RECORDED);
  }

  #issue(purpose: string): string {
    const session = randomBytes(SECRET_BYTES);
    const mark = purpose === RECORDED ? "r." : "";
    const mac = this.#sign(purpose, session).toString("base64url");
    return `${session.toString("base64url")}.${mark}${mac}`;
  }

  /** The `Set-Cookie` header that gives a browser this session. */
  cookieHeader(value: string): string {
    return this.headerOf(this.cookie, value, LIMITS.sessionSeconds);
  }

  /** The header that takes the session from a browser. */
  get clearingHeader(): string {
    return this.headerOf(this.cookie, "", 0);
  }

  /** The `Set-Cookie` header of any cookie of this chat, for so many seconds. */
  headerOf(name: string, value: string, seconds: number): string {
    return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax` +
      (this.#isSecure ? "; Secure" : "");
  }

  /** Whether this is the value of a cookie that was issued here. */
  isOurs(value: string): boolean {
    return this.memberOf(value) !== undefined || this.isRecorded(value);
  }

  /** The id of the visitor whose first session this is; undefined for any other cookie. */
  memberOf(value: string): string | undefined {
    const session = this.#read(FIRST, value);
    return session && this.#idOf("session", session);
  }

  /** Whether this is a session that counts only while it is recorded. */
  isRecorded(value: string): boolean {
    return this.#read(RECORDED, value) !== undefined;
  }

  #read(purpose: string, value: string): Buffer | undefined {
    const [, secret, mark, mac] = VALUE.exec(value) ?? [];
    if (secret === undefined || (mark === undefined) !== (purpose === FIRST)) return;
    const session = Buffer.from(secret, "base64url");
    const expected = this.#sign(purpose, session);
    return timingSafeEqual(Buffer.from(mac, "base64url"), expected) ? session : undefined;
  }

  /** The id of the person with this key; undefined if the key is too short to be a secret. */
  memberOfKey(key: string): string | undefined {
    if (key.length >= LIMITS.keyLeast && key.length <= LIMITS.keyMost) {
      return this.#idOf("key", key);
    }
  }

  /** An id for a connection with neither: a new person each time. */
  newMember(): string {
    return newId();
  }

  /** The address of the direct room of these members, in whatever order. */
  directRoom(members: readonly string[]): string {
    return `~${toWord(this.#mac("direct room", [...members].sort().join("\0")), LIMITS.address)}`;
  }

  /** The address of the private room that a person creates with a command of this id. */
  privateRoom(member: string, id: string): string {
    return `~${toWord(this.#mac("private room", `${member}\0${id}`), LIMITS.address)}`;
  }

  #sign(purpose: string, session: Uint8Array): Buffer {
    return this.#mac(purpose, session).subarray(0, MAC_BYTES);
  }

  #idOf(kind: string, secret: string | Uint8Array): string {
    return toWord(this.#mac(`member of ${kind}`, secret), LIMITS.memberId);
  }

  #mac(purpose: string, data: string | Uint8Array): Buffer {
    return createHmac("sha256", this.#current().secret).update(`${purpose}\0`).update(data)
      .digest();
  }
}
