/**
 * Which servers share a Redis and are alive.
 *
 * Each says so every {@linkcode LIMITS.beatMs}; one that has been silent for
 * {@linkcode LIMITS.aliveMs}, by the clock of Redis, is dead. After Redis was away nobody is thought
 * dead before everybody had the time to say that they are not.
 */

import { LIMITS } from "../../config/limits.ts";
import type { RedisLink } from "./link.ts";
import { BEAT, SERVERS } from "./scripts.ts";

/** Takes who is alive; `missed`: the others have thought this server dead. */
export type Mourner = (alive: ReadonlySet<string>, missed: boolean) => void;

/** The servers, this one among them. */
export class RedisServers {
  /** Names this server among the others. */
  readonly self: string = crypto.randomUUID().slice(0, 8);
  readonly #link: RedisLink;
  readonly #mourn: Mourner;
  #alive: ReadonlySet<string> = new Set();
  /** When Redis came back (`performance.now()`). */
  #backAt = -Infinity;
  /** The last look, which does not reject, and the next one. */
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<ReadonlySet<string>> | undefined;

  constructor(link: RedisLink, mourn: Mourner) {
    this.#link = link;
    this.#mourn = mourn;
  }

  /** Those that were alive when last looked. */
  get alive(): ReadonlySet<string> {
    return this.#alive;
  }

  /** Redis was away. */
  back(): void {
    this.#backAt = performance.now();
  }

  /** Says that this one is alive, and looks who is after now. One look answers many who ask. */
  look(): Promise<ReadonlySet<string>> {
    return this.#next ??= (async () => {
      // A look that is under way may have been taken before.
      await this.#last;
      this.#next = undefined;
      const look = this.#beat();
      this.#last = look.catch(() => {});
      return await look;
    })();
  }

  async #beat(): Promise<ReadonlySet<string>> {
    const patient = performance.now() - this.#backAt < LIMITS.aliveMs;
    const words = [this.self, String(LIMITS.aliveMs / 1000), patient ? "0" : "1"];
    const [joined, ...alive] = await this.#link.run(BEAT, [SERVERS], words) as string[];
    const first = this.#alive.size === 0;
    this.#alive = new Set(alive);
    this.#mourn(this.#alive, Number(joined) === 1 && !first);
    return this.#alive;
  }

  /** This one goes. */
  async leave(): Promise<void> {
    await this.#link.call("ZREM", SERVERS, this.self);
  }
}
