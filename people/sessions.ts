/**
 * Sessions, which make somebody the same person the next time.
 *
 * A session is a random secret with a MAC, in a cookie; a client without cookies may send a key of its
 * own instead. In an open chat the person's id is computed from either with the database's secret, so it
 * is the same on every server and after every restart, and nothing is stored about visitors. Sessions
 * that are recorded are in `session_store.ts`.
 */

import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { LIMITS } from "../config/limits.ts";
import { newId, toWord } from "./ids.ts";

const SECRET_BYTES = 32;
const MAC_BYTES = 16;

/** Issues and reads the sessions of one database. */
export class Sessions {
  /** The name of the cookie. It differs between chats on one host, and over TLS binds to the host. */
  readonly cookie: string;
  readonly #secret: Uint8Array;
  readonly #isSecure: boolean;

  /**
   * @param secret the database's, as 64 hex digits
   * @param isSecure browsers reach this chat over TLS only
   */
  constructor(secret: string, isSecure: boolean) {
    this.#secret = Buffer.from(secret, "hex");
    this.#isSecure = isSecure;
    const database = toWord(this.#mac("database", ""), 8);
    this.cookie = `${isSecure ? "__Host-" : ""}hubbub-${database}`;
  }

  /** A new session, as the value of its cookie. */
  issue(): string {
    const session = randomBytes(SECRET_BYTES);
    return `${session.toString("base64url")}.${this.#sign(session).toString("base64url")}`;
  }

  /** The `Set-Cookie` header that gives a browser this session. */
  cookieHeader(value: string): string {
    const { sessionSeconds } = LIMITS;
    return `${this.cookie}=${value}; Path=/; Max-Age=${sessionSeconds}; HttpOnly; SameSite=Lax` +
      (this.#isSecure ? "; Secure" : "");
  }

  /** The header that takes the session from a browser. */
  get clearingHeader(): string {
    return `${this.cookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax` +
      (this.#isSecure ? "; Secure" : "");
  }

  /** The id of the visitor with this session; undefined for a cookie that was not issued here. */
  memberOf(value: string): string | undefined {
    const [session, mac, ...rest] = value.split(".").map((part) => Buffer.from(part, "base64url"));
    if (rest.length > 0 || session.length !== SECRET_BYTES || mac?.length !== MAC_BYTES) return;
    if (timingSafeEqual(mac, this.#sign(session))) return this.#idOf("session", session);
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

  #sign(session: Uint8Array): Buffer {
    return this.#mac("sign", session).subarray(0, MAC_BYTES);
  }

  #idOf(kind: string, secret: string | Uint8Array): string {
    return toWord(this.#mac(`member of ${kind}`, secret), LIMITS.memberId);
  }

  #mac(purpose: string, data: string | Uint8Array): Buffer {
    return createHmac("sha256", this.#secret).update(`${purpose}\0`).update(data).digest();
  }
}
