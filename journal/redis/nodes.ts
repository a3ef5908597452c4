/**
 * The nodes: which servers share a Redis, and are alive.
 *
 * Each reports itself every {@linkcode LIMITS.beatMs}; one that has been silent for
 * {@linkcode LIMITS.aliveMs}, by the clock of Redis, is dead. When this one could not report in time
 * (Redis was away, or it stood still itself), it takes none for dead before all had the time to.
 */

import { LIMITS } from "../../config/limits.ts";
import type { RedisLink } from "./link.ts";
import { BEAT, NODES } from "./scripts.ts";

/** Takes the nodes that are alive; `missed`: the others have taken this one for dead. */
export type OnMembershipChange = (alive: ReadonlySet<string>, missed: boolean) => void;

/** The nodes, this one among them. */
export class RedisNodes {
  /** Names this node among the others. */
  readonly self: string = crypto.randomUUID().slice(0, 8);
  readonly #link: RedisLink;
  readonly #onMembershipChange: OnMembershipChange;
  #alive: ReadonlySet<string> = new Set();
  /** The last report, and the first one after a pause (`performance.now()`). */
  #reportedAt = -Infinity;
  #resumedAt = -Infinity;
  /** The last beat, which does not reject, and the next one. */
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<ReadonlySet<string>> | undefined;

  /** @param onMembershipChange is called after every beat */
  constructor(link: RedisLink, onMembershipChange: OnMembershipChange) {
    this.#link = link;
    this.#onMembershipChange = onMembershipChange;
  }

  /** Those that were alive at the last beat. */
  get alive(): ReadonlySet<string> {
    return this.#alive;
  }

  /**
   * Those of these nodes that are alive. Asks only if one is not known to be; where Redis does not
   * answer, that one counts as alive.
   */
  async aliveAmong(nodes: Iterable<string>): Promise<ReadonlySet<string>> {
    const all = new Set(nodes);
    if (!all.isSubsetOf(this.#alive)) {
      await this.beat().catch(() => this.#alive = this.#alive.union(all));
    }
    return this.#alive;
  }

  /** Reports this node, and finds which are alive after now. One beat answers all that ask. */
  beat(): Promise<ReadonlySet<string>> {
    return this.#next ??= (async () => {
      // A beat that is under way may have been executed before.
      await this.#last;
      this.#next = undefined;
      const beat = this.#beat();
      this.#last = beat.catch(() => {});
      return await beat;
    })();
  }

  async #beat(): Promise<ReadonlySet<string>> {
    const now = performance.now();
    if (now - this.#reportedAt > 2 * LIMITS.beatMs) this.#resumedAt = now;
    const patient = now - this.#resumedAt < LIMITS.aliveMs;
    const words = [this.self, String(LIMITS.aliveMs / 1000), patient ? "0" : "1"];
    const [joined, ...alive] = await this.#link.run(BEAT, [NODES], words) as string[];
    const first = this.#reportedAt === -Infinity;
    this.#reportedAt = now;
    this.#alive = new Set(alive);
    this.#onMembershipChange(this.#alive, Number(joined) === 1 && !first);
    return this.#alive;
  }

  /** This node goes. */
  async leave(): Promise<void> {
    await this.#link.call("ZREM", NODES, this.self);
  }
}
