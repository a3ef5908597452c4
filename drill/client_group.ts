/**
 * The clients of a drill together: they come and go as one, and write into one ledger.
 */

import { DrillClient } from "./drill_client.ts";
import { type Account, Ledger } from "./ledger.ts";
import type { DrillServer } from "./server.ts";
import { allOf, until } from "../testing/wait.ts";

/** The room in which drills are held. */
export const ROOM = "drill";

/** Who is in it. */
export interface ClientGroupOptions {
  /** How many talk. */
  readonly talkers: number;
  /** How many messages each of them has on its way. */
  readonly window: number;
  /** How many listen only. */
  readonly listeners?: number;
  /** How long a text is, at the least. */
  readonly textLength?: number;
}

/** A number of clients, each of which sees everything. */
export class ClientGroup {
  readonly ledger: Ledger = new Ledger();
  readonly #hands: DrillClient[];
  readonly #server: DrillServer;

  constructor(server: DrillServer, crew: ClientGroupOptions) {
    const { talkers, window, listeners = 0, textLength = 0 } = crew;
    this.#server = server;
    this.#hands = Array.from({ length: talkers + listeners }, (_, i) =>
      new DrillClient({
        name: `hand${i}`,
        room: ROOM,
        ledger: this.ledger,
        window: i < talkers ? window : 0,
        textLength,
      }));
  }

  /** All connect at once. */
  join(): void {
    for (const hand of this.#hands) hand.join(this.#server.host);
  }

  /** Waits until each has seen all that there was when it came, and its own again. */
  async whole(): Promise<void> {
    await allOf(this.#hands.map(({ whole }) => whole), "all clients to be whole");
  }

  /** Waits until each has noticed that its connection has ended. */
  async gone(): Promise<void> {
    await allOf(this.#hands.map(({ gone }) => gone), "all clients to notice");
  }

  /** Waits until so many further messages have been seen. */
  async talk(messages: number): Promise<void> {
    const wanted = this.ledger.newest + messages;
    await until(() => this.ledger.newest >= wanted, `${messages} messages`);
  }

  /** Waits until somebody has been refused something. */
  async refusal(): Promise<void> {
    const { refusals } = this.ledger;
    await until(() => this.ledger.refusals > refusals, "a refusal");
  }

  /** Waits until all that has been said so far has come back. */
  async answered(): Promise<void> {
    await allOf(this.#hands.map((hand) => hand.answered()), "what was said to come back");
  }

  /** Ends the talk, and waits until all that has been said has come back. */
  async hush(): Promise<void> {
    for (const hand of this.#hands) hand.hush();
    await this.answered();
  }

  /** Ends the talk, compares the whole history with what was seen, and leaves. */
  async finish(): Promise<Account> {
    await this.hush();
    const account = this.ledger.check(await this.#server.history(ROOM));
    await Promise.all(this.#hands.map((hand) => hand.leave()));
    return account;
  }
}
