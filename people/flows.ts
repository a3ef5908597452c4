/**
 * Flows: what begins with a request here, goes on elsewhere, and ends with another request. A passkey
 * signs a challenge, or the issuer of an account sends its owner back.
 *
 * Nothing is stored when one begins. The browser gets a random secret with a MAC, in a cookie, and what
 * others see of the flow (challenge, state, nonce, PKCE verifier) is computed from it: it is worth nothing
 * in another browser. A flow that has reached its end is recorded until it would have expired, together
 * with what it changed; so it does so once, with however many servers.
 */

import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { LIMITS } from "../config/limits.ts";
import type { Directory, Put } from "./directory.ts";
import { hashOf } from "./ids.ts";
import { Refused } from "./refused.ts";

/** What a flow is for: signing in, or adding something to a member. */
export type FlowKind = "passkey" | "new passkey" | "account" | "new account";

/** A flow that has begun, and not expired. */
export interface Flow {
  /** What its browser keeps. */
  readonly value: string;
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly expires: number;
  /** 43 letters and digits (base64url) that only this server and its fellows can compute. */
  derive(purpose: "challenge" | "state" | "nonce" | "verifier"): string;
}

/** A secret, when it expires, and a MAC. */
const VALUE = /^([\w-]{43})\.(\d{1,15})\.([\w-]{43})$/;

/** Begins and ends the flows of one database. */
export class Flows {
  readonly #directory: Directory;
  readonly #secretOf: () => string;

  /** @param secretOf returns the database's secret, as 64 hex digits: it changes if a Redis is emptied */
  constructor(directory: Directory, secretOf: () => string) {
    this.#directory = directory;
    this.#secretOf = secretOf;
  }

  /**
   * Begins a flow.
   *
   * @param session the hash of the session that alone may end it; `""`: any browser with the value
   */
  begin(kind: FlowKind, session = ""): Flow {
    const secret = randomBytes(32).toString("base64url");
    const expires = Date.now() + lifeOf(kind);
    return this.#flow(secret, expires, this.#sign(kind, session, secret, expires));
  }

  /** The flow of a value; undefined if it was not begun like this, or has expired. */
  find(value: string, kind: FlowKind, session = ""): Flow | undefined {
    const [, secret, time, mac] = VALUE.exec(value) ?? [];
    const expires = Number(time);
    if (secret === undefined || expires <= Date.now()) return;
    const expected = this.#sign(kind, session, secret, expires);
    const isOurs = timingSafeEqual(Buffer.from(mac), Buffer.from(expected));
    return isOurs ? this.#flow(secret, expires, mac) : undefined;
  }

  #flow(secret: string, expires: number, mac: string): Flow {
    return {
      value: `${secret}.${expires}.${mac}`,
      id: hashOf(secret).slice(0, 32),
      expires,
      derive: (purpose) => this.#mac(`flow ${purpose}`, secret),
    };
  }

  /**
   * The record that ends a flow.
   *
   * @throws {Refused} if it has ended before
   */
  spend({ id, expires }: Flow): Put {
    const now = Date.now();
    const record = String(parseInt(id.slice(0, 8), 16) % LIMITS.spentRecords);
    const spent = Object.entries(this.#directory.get("spent", record) ?? {});
    if (spent.some(([other]) => other === id)) throw flowGone();
    // Longer than it lives, since the clock of another server may be behind.
    const kept = spent.filter(([, until]) => until + LIMITS.accountMs > now);
    if (kept.length >= LIMITS.spentFlows) {
      throw new Refused("away", "too many people sign in now: try again in some minutes");
    }
    return ["spent", record, Object.fromEntries([...kept, [id, expires]])];
  }

  #sign(kind: FlowKind, session: string, secret: string, expires: number): string {
    return this.#mac("flow", `${kind}\0${session}\0${secret}\0${expires}`);
  }

  #mac(purpose: string, data: string): string {
    const secret = Buffer.from(this.#secretOf(), "hex");
    return createHmac("sha256", secret).update(`${purpose}\0${data}`).digest("base64url");
  }
}

/** For how long a flow can be ended. */
export function lifeOf(kind: FlowKind): number {
  return kind.endsWith("passkey") ? LIMITS.passkeyMs : LIMITS.accountMs;
}

/** There is no such flow, or no longer. */
export function flowGone(): Refused {
  return new Refused(
    "gone",
    "this has expired, was used already, or was begun in another browser: start again",
  );
}
