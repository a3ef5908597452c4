/**
 * The clients of an act in which the server loses what it has kept: each stays with its server, and
 * comes back whenever its connection has ended. Half of them are late: they can be sent away, and
 * come back only when they are allowed to, when the server may have gone on without them.
 */

import { allOf, pause, until } from "../testing/wait.ts";
import { ROOM } from "./client_group.ts";
import { openEventFeed, openSocketFeed } from "./feed.ts";
import { type Account, Ledger } from "./ledger.ts";
import { Replica } from "./replica.ts";
import type { DrillServer } from "./server.ts";

/** Between two messages of one client: the act counts, not how many there are. */
const PAUSE_MS = 5;
const SOCKET = { openFeed: openSocketFeed, isLate: false };
const EVENTS = { openFeed: openEventFeed, isLate: false };
/** The clients of each server. */
const KINDS = [
  { ...SOCKET, pauseMs: PAUSE_MS },
  { ...SOCKET, pauseMs: PAUSE_MS },
  SOCKET,
  EVENTS,
  { ...SOCKET, isLate: true },
  { ...EVENTS, isLate: true },
];
const RETRY_MS = 50;
/** How long a client may take until it has what the server has. */
const SETTLE_MS = 20_000;

/** Clients and the servers to which they belong. */
export class ReplicaGroup implements AsyncDisposable {
  readonly ledger: Ledger = new Ledger();
  readonly servers: readonly DrillServer[];
  readonly #replicas: Replica[] = [];
  readonly #late = new Set<Replica>();
  /** Resolves when the late ones may come back. */
  #allowed = Promise.withResolvers<void>();
  readonly #joining: Promise<void>[] = [];
  readonly #closing = new AbortController();

  constructor(servers: readonly DrillServer[]) {
    this.servers = servers;
    this.#allowed.resolve();
    servers.forEach((server, s) =>
      KINDS.forEach(({ isLate, ...kind }, k) => {
        const name = `client${s}.${k}`;
        const replica = new Replica({ name, room: ROOM, ledger: this.ledger, ...kind });
        this.#replicas.push(replica);
        if (isLate) this.#late.add(replica);
        this.#joining.push(this.#keepJoined(replica, server));
      })
    );
  }

  async #keepJoined(replica: Replica, server: DrillServer): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await replica.join(server.host);
      await pause(RETRY_MS, signal);
      if (this.#late.has(replica)) await this.#allowed.promise;
    }
  }

  /** How often a client had to start again. */
  get resets(): number {
    return this.#replicas.reduce((sum, { resets }) => sum + resets, 0);
  }

  /** Waits until all are connected and have everything. */
  async caughtUp(): Promise<void> {
    await until(() => this.#replicas.every(({ isCaughtUp }) => isCaughtUp), "all to catch up");
  }

  /** Has those that talk do so until this many further messages have come back. */
  async talk(messages: number): Promise<void> {
    const wanted = this.ledger.accepted + messages;
    for (const replica of this.#replicas) replica.talk();
    await until(() => this.ledger.accepted >= wanted, `${messages} messages`);
  }

  /** The late ones leave. */
  async sendAway(): Promise<void> {
    this.#allowed = Promise.withResolvers();
    await allOf([...this.#late].map((replica) => replica.leave()), "the late to leave");
  }

  /** The late ones come back. */
  bringBack(): void {
    this.#allowed.resolve();
  }

  /** Ends the talk, and compares what each client holds with what its server has. */
  async compare(): Promise<Account> {
    await allOf(this.#replicas.map((replica) => replica.stopTalking()), "all to come back");
    const histories = await Promise.all(this.servers.map((server) => server.history(ROOM)));
    const newest = histories[0].at(-1)?.id;
    const hasNewest = ({ held }: Replica) => held.at(-1)?.id === newest;
    // If one does not, the comparison says so.
    await until(() => this.#replicas.every(hasNewest), "all", SETTLE_MS).catch(() => {});
    this.#replicas.forEach(({ name, held }, n) => {
      this.ledger.compare(name, held, histories[Math.floor(n / KINDS.length)]);
    });
    const [account] = histories.map((history) => this.ledger.check(history)).reverse();
    return account;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.bringBack();
    await Promise.all(this.#replicas.map((replica) => replica.close()));
    await Promise.all(this.#joining);
  }
}
