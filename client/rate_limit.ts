/**
 * Limits on rates: of a person, of an address, of a connection; and on the size of a frame.
 *
 * Messages count for the person and for the address, whichever connections they come on, so that
 * reconnecting does not reset anything. All limits are token buckets.
 */

import type { Config } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";

/** A token bucket: `burst` at once, then `rate` a second. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param now milliseconds of a clock that never goes back, as in {@linkcode TokenBucket.take} */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one token if there is one. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / 1000 * this.#rate);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** Buckets by key. The least recently used one is forgotten first. */
export class RateLimiter {
  readonly #rate: number;
  readonly #burst: number;
  readonly #byKey = new Map<string, TokenBucket>();

  /** @param rate 0 is no limit */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
  }

  /** The bucket of this key; undefined where there is no limit. */
  bucket(key: string, now: number): TokenBucket | undefined {
    if (this.#rate === 0) return;
    const bucket = this.#byKey.get(key) ?? new TokenBucket(this.#rate, this.#burst, now);
    this.#byKey.delete(key);
    this.#byKey.set(key, bucket);
    if (this.#byKey.size > LIMITS.bucketsRemembered) {
      this.#byKey.delete(this.#byKey.keys().next().value!);
    }
    return bucket;
  }

  /** Takes one token of this key if there is one. */
  take(key: string, now: number): boolean {
    return this.bucket(key, now)?.take(now) ?? true;
  }
}

/** The limits that the connections and requests of one chat share. */
export class RateLimits {
  readonly #people: RateLimiter;
  readonly #addresses: RateLimiter;
  readonly #requests: RateLimiter;
  readonly #newRooms: RateLimiter;
  readonly #hiddenRooms: RateLimiter;
  readonly #accounts: RateLimiter;

  /** Without limits if the rate is 0. */
  constructor({ rate, burst }: { rate: number; burst: number }) {
    const { perAddress, requests, newRooms, accounts } = LIMITS.rateFactors;
    this.#people = new RateLimiter(rate, burst);
    this.#addresses = new RateLimiter(perAddress * rate, perAddress * burst);
    this.#requests = new RateLimiter(requests * rate, requests * burst);
    this.#newRooms = new RateLimiter(newRooms * rate, perAddress * burst);
    const { newHiddenRooms } = LIMITS;
    this.#hiddenRooms = new RateLimiter(rate && newHiddenRooms.rate, newHiddenRooms.burst);
    this.#accounts = new RateLimiter(accounts.rate * rate, accounts.burst * burst);
  }

  /** The messages that a person may send from an address. */
  messages(person: string, address: string): MessageLimit {
    const now = performance.now();
    return new MessageLimit(
      this.#people.bucket(person, now),
      this.#addresses.bucket(address, now),
    );
  }

  /** Whether one more request or handshake may come from this address. */
  request(address: string): boolean {
    return this.#requests.take(address, performance.now());
  }

  /** Whether one more link may be used, or one more account changed, from this address. */
  account(address: string): boolean {
    return this.#accounts.take(address, performance.now());
  }

  /** Whether one more room may be created from this address. */
  newRoom(address: string): boolean {
    return this.#newRooms.take(address, performance.now());
  }

  /** Whether one more hidden room may be created from this address. */
  hiddenRoom(address: string): boolean {
    return this.#hiddenRooms.take(address, performance.now());
  }
}

/** The limits of a person and of an address, as one connection uses them. */
export class MessageLimit {
  readonly #person: TokenBucket | undefined;
  readonly #address: TokenBucket | undefined;

  constructor(person: TokenBucket | undefined, address: TokenBucket | undefined) {
    this.#person = person;
    this.#address = address;
  }

  /** Whether one more message or rename may come. */
  take(): boolean {
    if (!this.#person || !this.#address) return true;
    const now = performance.now();
    return this.#person.take(now) && this.#address.take(now);
  }
}

/** The limits of one connection: frames of any kind, and refusals. */
export class ConnectionLimits {
  readonly #frames: TokenBucket | undefined;
  /** The refusals that are answered before the connection is closed. */
  readonly #refusalBudget: TokenBucket | undefined;

  /** Without limits if the rate is 0. */
  constructor({ rate, burst }: { rate: number; burst: number }) {
    if (rate === 0) return;
    const now = performance.now();
    this.#refusalBudget = new TokenBucket(rate, Math.max(burst, LIMITS.floodRefusals), now);
    this.#frames = new TokenBucket(2 * rate + 10, 2 * burst + LIMITS.floodRefusals, now);
  }

  /** Whether one more frame may come, whatever it contains. */
  frame(): boolean {
    return this.#frames?.take(performance.now()) ?? true;
  }

  /** Whether one more refusal is answered. */
  refusal(): boolean {
    return this.#refusalBudget?.take(performance.now()) ?? true;
  }
}

/** The largest frame that a client may send, in bytes. */
export function frameBytes({ maxMessage }: Config): number {
  return Math.max(LIMITS.frameFactor * maxMessage, LIMITS.frameBytes);
}
