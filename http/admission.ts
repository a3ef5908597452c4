/**
 * Admission: counts connections, limits their number, and ends them when the server stops.
 *
 * A connection counts from before its upgrade until its socket is closed, not only until the server has
 * closed it: a peer that does not read keeps its descriptor as long as it likes. Two cases end earlier,
 * since the runtime reports nothing more about them: an upgrade that never opens, and a peer that does
 * not answer our close frame. They are released after a while and counted in a metric.
 */

import type { Connection } from "../client/connection.ts";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import type { Config } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import type { Person } from "../hub/person.ts";
import type { Counters } from "../telemetry/counters.ts";
import { Problem } from "./problem.ts";

/** The place of one connection. */
export class Slot {
  readonly #release: () => void;
  /** When it began to wait for something that may never happen; undefined while it is open. */
  #waitsSince: number | undefined = performance.now();
  #waitsFor: "open" | "close" = "open";
  #released = false;

  /** @param release stops counting the connection */
  constructor(release: () => void) {
    this.#release = release;
  }

  /** The socket is open. */
  opened(): void {
    this.#waitsSince = undefined;
  }

  /** The server has closed it. */
  closing(): void {
    this.#waitsSince = performance.now();
    this.#waitsFor = "close";
  }

  /** The socket is gone. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#release();
  }

  /** What it has waited for too long, if anything. */
  overdue(now: number): "open" | "close" | undefined {
    const most = this.#waitsFor === "open" ? LIMITS.openingMs : LIMITS.closingMs;
    const isOverdue = this.#waitsSince !== undefined && now - this.#waitsSince > most;
    return isOverdue ? this.#waitsFor : undefined;
  }
}

/** Counts connections and looks after their clients. */
export class Admission {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #counters: Counters;
  readonly #byAddress = new Map<string, number>();
  readonly #slots = new Set<Slot>();
  readonly #clients = new Map<Connection, Slot>();
  readonly #sweeping: ReturnType<typeof setInterval>;
  #sweeps = 0;
  #open = true;
  #empty = () => {};

  /** Starts to look after clients, until {@linkcode Admission.drain}. */
  constructor(
    { maxClients, maxClientsPerIp }: Pick<Config, "maxClients" | "maxClientsPerIp">,
    counters: Counters,
  ) {
    this.#most = maxClients;
    this.#mostPerAddress = maxClientsPerIp || Infinity;
    this.#counters = counters;
    this.#sweeping = setInterval(() => this.#sweep(), LIMITS.sweepMs);
  }

  /** Whether connections are admitted. */
  get open(): boolean {
    return this.#open;
  }

  /** How often it has looked after the clients, about once a second. */
  get sweeps(): number {
    return this.#sweeps;
  }

  /** The number of connections. */
  get count(): number {
    return this.#slots.size;
  }

  /** The clients that are connected. */
  get clients(): Iterable<Connection> {
    return this.#clients.keys();
  }

  /**
   * Counts a connection.
   *
   * @param address as `countedAddress` gives it
   * @throws {Problem} with 503 if the server is full or stopping, 429 if the address has too many
   */
  acquire(address: string): Slot {
    const here = this.#byAddress.get(address) ?? 0;
    if (!this.#open) throw new Problem(503, "the server is shutting down", { "retry-after": "5" });
    if (this.count >= this.#most) {
      throw new Problem(503, "there are too many connections", { "retry-after": "10" });
    }
    if (here >= this.#mostPerAddress) {
      throw new Problem(429, "there are too many connections from your address", {
        "retry-after": "10",
      });
    }
    const slot: Slot = new Slot(() => this.#leave(slot, address));
    this.#slots.add(slot);
    this.#byAddress.set(address, here + 1);
    return slot;
  }

  #leave(slot: Slot, address: string): void {
    this.#slots.delete(slot);
    const left = this.#byAddress.get(address)! - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
    if (this.count === 0) this.#empty();
  }

  /** Looks after a client from now on. */
  add(client: Connection, slot: Slot): void {
    slot.opened();
    this.#clients.set(client, slot);
    if (!this.#open) client.startDraining();
  }

  /** The client's socket is gone. */
  delete(client: Connection): void {
    this.#clients.get(client)?.release();
    this.#clients.delete(client);
  }

  /** Somebody who is connected, under the name of one of their connections. */
  find(id: string): Person | undefined {
    let nameless: Person | undefined;
    for (const { person } of this.#clients.keys()) {
      if (person.id !== id) continue;
      if (person.name !== "") return person;
      nameless = person;
    }
    return nameless;
  }

  /** Gives somebody another name on all of their connections. */
  rename(person: string, name: string): void {
    for (const client of this.#clients.keys()) client.rename(person, name);
  }

  /** Ends the connections of people who may not be here any more; of one room, if one is given. */
  checkAccess(room?: string): void {
    const [monotonic, wall] = [performance.now(), Date.now()];
    for (const client of this.#clients.keys()) {
      if (room === undefined || client.follows(room)) client.sweep(monotonic, wall);
    }
  }

  #sweep(): void {
    this.#sweeps++;
    const monotonic = performance.now();
    const wall = Date.now();
    for (const [client, slot] of this.#clients) {
      client.sweep(monotonic, wall);
      if (!client.ended) continue;
      // Its socket is closing; whether it ever closes is up to the peer.
      slot.closing();
      this.#clients.delete(client);
    }
    for (const slot of this.#slots) {
      const vain = slot.overdue(monotonic);
      if (!vain) continue;
      this.#counters.abandoned(vain);
      slot.release();
    }
  }

  /** Admits nobody, and refuses what clients send. */
  startDraining(): void {
    this.#open = false;
    for (const client of this.#clients.keys()) client.startDraining();
  }

  /**
   * Disconnects everybody, a group at a time. Waits a moment before, so that what clients are sending is
   * refused, and not lost.
   */
  async drain(): Promise<void> {
    clearInterval(this.#sweeping);
    const clients = [...this.#clients.keys()];
    const atOnce = Math.ceil(clients.length / LIMITS.drainGroups);
    for (let pause: number = LIMITS.drainWaitMs; clients.length > 0; pause = LIMITS.drainPauseMs) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      for (const client of clients.splice(-atOnce)) client.end(CLOSE_REASONS.goingAway);
    }
    await this.#gone();
  }

  /** Waits until all have gone, but not for long: a peer that does not read stays as it likes. */
  async #gone(): Promise<void> {
    if (this.count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LIMITS.goneMs);
    this.#empty = resolve;
    await promise;
    clearTimeout(timer);
  }
}
