/**
 * The good clients of a soak: some talk and all listen, by WebSockets and event streams. They come back
 * when they are disconnected, and count how often that is.
 */

import { openEventFeed } from "../../drill/feed.ts";
import { type Account, Ledger } from "../../drill/ledger.ts";
import { Replica } from "../../drill/replica.ts";
import { historyOf } from "../../drill/server.ts";
import { until } from "../../testing/wait.ts";

/** The room that they are in. */
export const ROOM = "good";
export const TALKERS = 20;
export const STREAMS = 2;
const PAUSE_MS = 1_000;

/** The good clients. */
export class GoodClients {
  readonly ledger: Ledger = new Ledger();
  /** How long each message took to come back to its sender. */
  readonly echoesMs: number[] = [];
  readonly #replicas: Replica[];
  readonly #host: string;
  #isOpen = true;
  #ends = 0;

  constructor(host: string) {
    this.#host = host;
    const { ledger } = this;
    const onEcho = (ms: number) => void this.echoesMs.push(ms);
    this.#replicas = Array.from({ length: TALKERS + STREAMS }, (_, n) => {
      const kind = n < TALKERS ? { pauseMs: PAUSE_MS, onEcho } : { openFeed: openEventFeed };
      return new Replica({ name: `good${n}`, room: ROOM, ledger, ...kind });
    });
    for (const replica of this.#replicas) this.#keepJoined(replica);
  }

  async #keepJoined(replica: Replica): Promise<void> {
    for (; this.#isOpen; this.#ends++) await replica.join(this.#host);
  }

  /** How often one left by itself, as no answer came in time. */
  get doubts(): number {
    return this.#replicas.reduce((sum, { doubts }) => sum + doubts, 0);
  }

  /** How often the server, or what lies between, has ended a connection. */
  get drops(): number {
    return this.#ends - this.doubts;
  }

  /** Waits until all are there, and has them talk. */
  async talk(): Promise<void> {
    await until(() => this.#replicas.every(({ isCaughtUp }) => isCaughtUp), "the good clients");
    for (const replica of this.#replicas) replica.talk();
  }

  /** Ends the talk, and compares what each holds with what the server has. */
  async compare(): Promise<Account & { messages: number }> {
    await Promise.all(this.#replicas.map((replica) => replica.stopTalking()));
    const history = await historyOf(this.#host, ROOM);
    const newest = history.at(-1)?.seq;
    const hasNewest = ({ held }: Replica) => held.at(-1)?.seq === newest;
    // If one does not, the comparison says so.
    await until(() => this.#replicas.every(hasNewest), "all").catch(() => {});
    for (const { name, held } of this.#replicas) this.ledger.compare(name, held, history);
    return { ...this.ledger.check(history), messages: history.length };
  }

  /** They leave for good. */
  async leave(): Promise<void> {
    this.#isOpen = false;
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }
}
