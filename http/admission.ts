/**
 * The gate: who is connected, how many may be, and how they are told to go.
 *
 * A connection counts from before its upgrade until its socket is really gone, not until it was
 * told to go: a peer that does not read keeps its descriptor as long as it likes.
 */

import type { Client } from "../client.ts";
import type { Config } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import { Problem } from "./problem.ts";

/** Counts connections, looks after clients, closes once. */
export class Admission {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #byAddress = new Map<string, number>();
  readonly #clients = new Set<Client>();
  readonly #sweeping: ReturnType<typeof setInterval>;
  #count = 0;
  #open = true;
  #empty = () => {};

  /** Starts looking after clients; {@linkcode Admission.drain} ends it. */
  constructor({ maxClients, maxClientsPerIp }: Pick<Config, "maxClients" | "maxClientsPerIp">) {
    this.#most = maxClients;
    this.#mostPerAddress = maxClientsPerIp || Infinity;
    this.#sweeping = setInterval(() => this.#sweep(), LIMITS.sweepMs);
  }

  /** Whether somebody may come in. */
  get open(): boolean {
    return this.#open;
  }

  /** How many connections there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * Counts a connection in; the function it answers with counts it out, once.
   *
   * @throws {Problem} with 503 when it is full or closed, 429 when it is for this address
   */
  acquire(address: string): () => void {
    const here = this.#byAddress.get(address) ?? 0;
    if (!this.#open) throw new Problem(503, "the server is shutting down", { "retry-after": "5" });
    if (this.#count >= this.#most) {
      throw new Problem(503, "there are too many connections", { "retry-after": "10" });
    }
    if (here >= this.#mostPerAddress) {
      throw new Problem(429, "there are too many connections from your address", {
        "retry-after": "10",
      });
    }
    this.#count++;
    this.#byAddress.set(address, here + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#leave(address);
    };
  }

  #leave(address: string): void {
    if (--this.#count === 0) this.#empty();
    const left = this.#byAddress.get(address)! - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  /** Those that it looks after. */
  get clients(): Iterable<Client> {
    return this.#clients;
  }

  /** Looks after a client from now on. */
  add(client: Client): void {
    this.#clients.add(client);
  }

  /** Does so no longer. */
  delete(client: Client): void {
    this.#clients.delete(client);
  }

  #sweep(): void {
    const monotonic = performance.now();
    const wall = Date.now();
    for (const client of this.#clients) client.sweep(monotonic, wall);
  }

  /** Lets nobody in and listens to nobody any more. */
  startDraining(): void {
    this.#open = false;
    for (const client of this.#clients) client.startDraining();
  }

  /**
   * Tells everybody to go, not all at once. Waits a moment before, so that what they are sending is
   * refused and not lost.
   */
  async drain(): Promise<void> {
    clearInterval(this.#sweeping);
    const clients = [...this.#clients];
    const atOnce = Math.ceil(clients.length / LIMITS.farewells);
    for (let pause: number = LIMITS.hushMs; clients.length > 0; pause = LIMITS.farewellMs) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      for (const client of clients.splice(-atOnce)) client.end(CLOSE_REASONS.goingAway);
    }
    await this.#gone();
  }

  /** Waits until all have gone, but not long: a peer that does not read goes when it likes. */
  async #gone(): Promise<void> {
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LIMITS.goneMs);
    this.#empty = resolve;
    await promise;
    clearTimeout(timer);
  }
}
