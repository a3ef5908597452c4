/**
 * How much is too much from one client.
 */

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

/** What one connection may send: messages, frames of any kind, and commands that are refused. */
export class ConnectionLimits {
  readonly #messages: TokenBucket | undefined;
  readonly #frames: TokenBucket | undefined;
  /** The refusals that are answered before the connection is closed. */
  readonly #refusalBudget: TokenBucket | undefined;

  /** Without limits if the rate is 0. */
  constructor({ rate, burst }: { rate: number; burst: number }) {
    if (rate === 0) return;
    const now = performance.now();
    this.#messages = new TokenBucket(rate, burst, now);
    this.#refusalBudget = new TokenBucket(rate, Math.max(burst, LIMITS.floodRefusals), now);
    this.#frames = new TokenBucket(2 * rate + 10, 2 * burst + LIMITS.floodRefusals, now);
  }

  /** Whether one more message or rename may come. */
  message(): boolean {
    return this.#messages?.take(performance.now()) ?? true;
  }

  /** Whether one more frame may come: what says nothing costs something, too. */
  frame(): boolean {
    return this.#frames?.take(performance.now()) ?? true;
  }

  /** Whether one more refusal is answered. */
  refusal(): boolean {
    return this.#refusalBudget?.take(performance.now()) ?? true;
  }
}

/** A bucket for everybody who posts without a socket, by address. */
export class RateLimiter {
  readonly #rate: number;
  readonly #burst: number;
  readonly #byAddress = new Map<string, TokenBucket>();

  /** @param rate 0 is no limit */
  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
  }

  /** Takes one token of this address if there is one. Whoever posted longest ago is forgotten. */
  take(address: string, now: number): boolean {
    if (this.#rate === 0) return true;
    const bucket = this.#byAddress.get(address) ?? new TokenBucket(this.#rate, this.#burst, now);
    this.#byAddress.delete(address);
    this.#byAddress.set(address, bucket);
    if (this.#byAddress.size > LIMITS.postersRemembered) {
      this.#byAddress.delete(this.#byAddress.keys().next().value!);
    }
    return bucket.take(now);
  }
}
