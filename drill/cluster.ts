/**
 * Three servers on one Redis, and people on each who talk all the time, remember everything, and go
 * to the next server when theirs is gone.
 */

import { ROOM } from "./client_group.ts";
import { DrillClient } from "./drill_client.ts";
import { type Account, Ledger } from "./ledger.ts";
import { DrillServer } from "./server.ts";
import { allOf, until } from "../testing/wait.ts";

const HANDS = 9;
const TALKERS = 6;
const WINDOW = 4;

/** The servers and their people. */
export class Cluster implements AsyncDisposable {
  readonly ledger: Ledger = new Ledger();
  readonly servers: readonly DrillServer[];
  /** How many connections have ended. */
  drops = 0;
  /** The longest that it took until everybody had everything. */
  worstMs = 0;
  readonly #hands: DrillClient[] = [];
  readonly #whole = new Set<DrillClient>();
  #open = true;

  private constructor(servers: readonly DrillServer[]) {
    this.servers = servers;
    for (let n = 0; n < HANDS; n++) {
      const window = n < TALKERS ? WINDOW : 0;
      const hand = new DrillClient({ name: `hand${n}`, room: ROOM, ledger: this.ledger, window });
      this.#hands.push(hand);
      this.#travel(hand, n);
    }
  }

  /** Starts a server on each of these places, and waits until everybody is there. */
  static async open(...places: string[]): Promise<Cluster> {
    const starting = places.map((place) => DrillServer.open(["--db", place]));
    const town = new Cluster(await Promise.all(starting));
    await town.whole();
    return town;
  }

  async #travel(hand: DrillClient, at: number): Promise<void> {
    for (; this.#open; at++) {
      hand.join(this.servers[at % this.servers.length].host);
      hand.whole.then(() => this.#whole.add(hand));
      await hand.gone;
      this.#whole.delete(hand);
      this.drops++;
    }
  }

  /** Waits until each has seen all that there was when it came, and its own again. */
  async whole(): Promise<void> {
    await until(() => this.#whole.size === HANDS, "everybody to be whole");
  }

  /** Waits until so many further messages have been seen. */
  async talk(messages: number): Promise<void> {
    const wanted = this.ledger.newest + messages;
    await until(() => this.ledger.newest >= wanted, `${messages} messages`);
  }

  /** Waits until somebody has been refused so often. */
  async refusals(count: number): Promise<void> {
    const wanted = this.ledger.refusals + count;
    await until(() => this.ledger.refusals >= wanted, `${count} refusals`);
  }

  /** What `/readyz` of each server says. */
  async ready(): Promise<number[]> {
    return await Promise.all(this.servers.map(async ({ host }) => {
      const response = await fetch(`http://${host}/readyz`);
      await response.body?.cancel();
      return response.status;
    }));
  }

  /** Waits until each has seen all that there is and its own again; `since` it could go on. */
  async mended(since = performance.now()): Promise<void> {
    await this.whole();
    const { newest } = this.ledger;
    await allOf(this.#hands.map((hand) => hand.answered(newest)), "everybody to catch up");
    this.worstMs = Math.max(this.worstMs, performance.now() - since);
  }

  /** Ends the talk, and holds the history of each server against what was seen. */
  async finish(): Promise<Account> {
    for (const hand of this.#hands) hand.hush();
    await allOf(this.#hands.map((hand) => hand.answered()), "what was said to come back");
    let account = this.ledger.check(await this.servers[0].history(ROOM));
    for (const server of this.servers.slice(1)) {
      account = this.ledger.check(await server.history(ROOM));
    }
    return account;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    await Promise.all(this.#hands.map((hand) => hand.leave()));
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}
