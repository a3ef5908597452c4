/**
 * The clients of a drill together: they come and go as one, and write into one ledger.
 */

import type { Random } from "../testing/random.ts";
import { fetchRoom } from "../testing/room_copy.ts";
import { allOf, until } from "../testing/wait.ts";
import { DrillClient } from "./drill_client.ts";
import { type Account, Ledger } from "./ledger.ts";
import type { DrillServer } from "./server.ts";

/** The room in which drills are run. */
export const ROOM = "drill";

/** The clients of a group. */
export interface ClientGroupOptions {
  /** How many talk. */
  readonly talkers: number;
  /** How many messages each of them has in flight. */
  readonly window: number;
  /** How many only listen. */
  readonly listeners?: number;
  /** How long a text is, at the least. */
  readonly textLength?: number;
  /** Chooses what they edit, delete and react to; without it they only talk. */
  readonly random?: Random;
}

/** A number of clients, each of which sees everything. */
export class ClientGroup {
  readonly ledger: Ledger = new Ledger();
  readonly #clients: DrillClient[];
  readonly #server: DrillServer;

  constructor(server: DrillServer, options: ClientGroupOptions) {
    const { talkers, window, listeners = 0, textLength = 0, random } = options;
    this.#server = server;
    this.#clients = Array.from({ length: talkers + listeners }, (_, i) =>
      new DrillClient({
        name: `client${i}`,
        room: ROOM,
        ledger: this.ledger,
        window: i < talkers ? window : 0,
        textLength,
        random,
      }));
  }

  /** All connect at once. */
  join(): void {
    for (const client of this.#clients) client.join(this.#server.host);
  }

  /** Waits until each has seen all that there was when it connected, and its own again. */
  async caughtUp(): Promise<void> {
    await allOf(this.#clients.map(({ caughtUp }) => caughtUp), "all clients to catch up");
  }

  /** Waits until each has noticed that its connection has ended. */
  async gone(): Promise<void> {
    await allOf(this.#clients.map(({ gone }) => gone), "all clients to notice");
  }

  /** Waits until this many further messages have been seen. */
  async talk(messages: number): Promise<void> {
    const wanted = this.ledger.newest + messages;
    await until(() => this.ledger.newest >= wanted, `${messages} messages`);
  }

  /** Waits until a message has been refused. */
  async refusal(): Promise<void> {
    const { refusals } = this.ledger;
    await until(() => this.ledger.refusals > refusals, "a refusal");
  }

  /** Waits until all that is in flight has come back. */
  async answered(): Promise<void> {
    await allOf(this.#clients.map((client) => client.answered()), "what was said to come back");
  }

  /** Ends the talk, and waits until all that has been said has come back. */
  async stopTalking(): Promise<void> {
    for (const client of this.#clients) client.stopTalking();
    await this.answered();
  }

  /**
   * Ends the talk, compares the whole history with what was seen, and what each client knows with what
   * the server has, and leaves.
   */
  async finish(): Promise<Account> {
    await this.stopTalking();
    const copy = await fetchRoom(this.#server.host, ROOM);
    await allOf(this.#clients.map((client) => client.compare(copy)), "all clients to have it all");
    const account = this.ledger.check(await this.#server.history(ROOM));
    await Promise.all(this.#clients.map((client) => client.leave()));
    return account;
  }
}
