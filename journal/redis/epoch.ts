/**
 * The epoch: names the numbering of all rooms on all nodes. It is one key in Redis.
 *
 * A node that finds that Redis has lost messages replaces it; the others find it replaced within
 * {@linkcode LIMITS.beatMs}, or when they connect.
 */

import type { Call, RedisLink } from "./link.ts";
import { EPOCH, RENEW } from "./scripts.ts";

/** What this node knows of the epoch. */
export class RedisEpoch {
  readonly #link: RedisLink;
  readonly #onChange: () => void;
  #value = "";

  /** @param onChange is called when the epoch is another than before */
  constructor(link: RedisLink, onChange: () => void) {
    this.#link = link;
    this.#onChange = onChange;
  }

  /** The epoch, `""` until it is known. */
  get value(): string {
    return this.#value;
  }

  /** Reads it, and makes the first one. */
  async learn(call: Call): Promise<void> {
    let epoch = await call("GET", EPOCH);
    if (epoch === null) {
      await call("SET", EPOCH, crypto.randomUUID(), "NX");
      epoch = await call("GET", EPOCH);
    }
    this.#take(String(epoch));
  }

  /** Replaces it, unless another node has done so. */
  async renew(): Promise<void> {
    const words = [this.#value, crypto.randomUUID()];
    this.#take(String(await this.#link.run(RENEW, [EPOCH], words)));
  }

  /** Makes this the epoch. */
  async set(epoch: string): Promise<void> {
    await this.#link.call("SET", EPOCH, epoch);
    this.#value = epoch;
  }

  #take(epoch: string): void {
    const known = this.#value;
    this.#value = epoch;
    if (known && known !== epoch) this.#onChange();
  }
}
