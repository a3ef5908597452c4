/**
 * Activity between nodes: notes of what has happened in rooms, published about once a second by the node
 * that kept it, so that no node has to follow every room.
 *
 * A payload is the node's id and the notes, a line each. A node that was away meanwhile misses it, and all
 * miss what a node has not published when it dies: then the listener is told so.
 */

import type { RedisLink } from "./link.ts";

/** Publishes and receives for one node. */
export class RedisActivity {
  readonly #link: RedisLink;
  readonly #node: string;
  readonly #channel: string;
  #missed: () => void = () => {};
  #alive: ReadonlySet<string> = new Set();

  /** @param prefix of channels, since they belong to all databases of a Redis */
  constructor(link: RedisLink, node: string, prefix: string) {
    this.#link = link;
    this.#node = node;
    this.#channel = `${prefix}hubbub:activity`;
  }

  /** Reports to the other nodes. */
  async publish(notes: readonly string[]): Promise<void> {
    const payload = [this.#node, ...notes].join("\n");
    await this.#link.call("PUBLISH", this.#channel, payload);
  }

  /** Calls the listener with what other nodes report, and `missed` when some of it may be lost. */
  async listen(listener: (notes: readonly string[]) => void, missed: () => void): Promise<void> {
    this.#missed = missed;
    const decoder = new TextDecoder();
    await this.#link.subscribe(this.#channel, (payload) => {
      const [node, ...notes] = decoder.decode(payload).split("\n");
      if (node !== this.#node) listener(notes);
    });
  }

  /** Redis can be reached again. */
  back(): void {
    this.#missed();
  }

  /** These nodes are alive. */
  follow(alive: ReadonlySet<string>): void {
    const isSomeoneGone = !this.#alive.isSubsetOf(alive);
    this.#alive = alive;
    if (isSomeoneGone) this.#missed();
  }
}
