/**
 * Three servers on one Redis, and clients on each that talk all the time, remember everything, and go
 * to the next server when theirs is gone.
 */

import { fetchRoom } from "../testing/room_copy.ts";
import { allOf, until } from "../testing/wait.ts";
import { ROOM } from "./client_group.ts";
import { DrillClient } from "./drill_client.ts";
import { type Account, Ledger } from "./ledger.ts";
import { DrillServer } from "./server.ts";

const CLIENTS = 9;
const TALKERS = 6;
const WINDOW = 4;
/** The act counts, not how many messages there are. */
const PAUSE_MS = 40;

/** The servers and their clients. */
export class Cluster implements AsyncDisposable {
  readonly ledger: Ledger = new Ledger();
  readonly servers: readonly DrillServer[];
  /** How many connections have ended. */
  drops = 0;
  /** The longest that it took until every client had everything. */
  worstMs = 0;
  readonly #clients: DrillClient[] = [];
  readonly #caughtUp = new Set<DrillClient>();
  #isOpen = true;

  private constructor(servers: readonly DrillServer[]) {
    this.servers = servers;
    for (let n = 0; n < CLIENTS; n++) {
      const window = n < TALKERS ? WINDOW : 0;
      const client = new DrillClient({
        name: `client${n}`,
        room: ROOM,
        ledger: this.ledger,
        window,
        pauseMs: PAUSE_MS,
      });
      this.#clients.push(client);
      this.#keepConnected(client, n);
    }
  }

  /** Starts a server on each of these databases, and waits until every client is there. */
  static async open(...databases: string[]): Promise<Cluster> {
    await using stack = new AsyncDisposableStack();
    const starting = databases.map(async (db) => {
      const server = await DrillServer.open(["--db", db]);
      return stack.use(server);
    });
    // Waits for all of them also if one does not start, so that no process is left.
    await Promise.allSettled(starting);
    const cluster = new Cluster(await Promise.all(starting));
    stack.move();
    await cluster.caughtUp();
    return cluster;
  }

  async #keepConnected(client: DrillClient, at: number): Promise<void> {
    for (; this.#isOpen; at++) {
      client.join(this.servers[at % this.servers.length].host);
      client.caughtUp.then(() => this.#caughtUp.add(client));
      await client.gone;
      this.#caughtUp.delete(client);
      this.drops++;
    }
  }

  /** Waits until each has seen all that there was when it connected, and its own again. */
  async caughtUp(): Promise<void> {
    await until(() => this.#caughtUp.size === CLIENTS, "all clients to catch up");
  }

  /** Waits until this many further messages have been seen. */
  async talk(messages: number): Promise<void> {
    const wanted = this.ledger.newest + messages;
    await until(() => this.ledger.newest >= wanted, `${messages} messages`);
  }

  /** Waits until this many messages have been refused. */
  async refusals(count: number): Promise<void> {
    const wanted = this.ledger.refusals + count;
    await until(() => this.ledger.refusals >= wanted, `${count} refusals`);
  }

  /** The status of each server's `/readyz`. */
  async ready(): Promise<number[]> {
    return await Promise.all(this.servers.map(async ({ host }) => {
      const response = await fetch(`http://${host}/readyz`);
      await response.body?.cancel();
      return response.status;
    }));
  }

  /** Waits until each client has seen everything and its own again; `since` that was possible. */
  async recovered(since = performance.now()): Promise<void> {
    await this.caughtUp();
    const { newest } = this.ledger;
    await allOf(this.#clients.map((client) => client.answered(newest)), "all clients to catch up");
    this.worstMs = Math.max(this.worstMs, performance.now() - since);
  }

  /** Ends the talk, and compares the history of each server with what was seen and is known. */
  async finish(): Promise<Account> {
    for (const client of this.#clients) client.stopTalking();
    await allOf(this.#clients.map((client) => client.answered()), "what was said to come back");
    const copy = await fetchRoom(this.servers[0].host, ROOM);
    await allOf(this.#clients.map((client) => client.compare(copy)), "all clients to have it all");
    let account = this.ledger.check(await this.servers[0].history(ROOM));
    for (const server of this.servers.slice(1)) {
      account = this.ledger.check(await server.history(ROOM));
    }
    return account;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    await Promise.all(this.#clients.map((client) => client.leave()));
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}
