/**
 * A client of a drill that keeps what it has received and believes it, as the client library does.
 *
 * Other than a `DrillClient` it may be told that its history is not the server's (`reset`): what
 * counts is that in the end it holds exactly what the server has. On the way, no message may come
 * twice and none may be left out.
 */

import { Outbox } from "../sdk/outbox.ts";
import type { Command } from "../sdk/commands.ts";
import { MemoryStore } from "../sdk/outbox_store.ts";
import type { Message, RoomObject } from "../sdk/protocol.ts";
import { RoomState } from "../sdk/room_state.ts";
import { pause } from "../testing/wait.ts";
import { type Feed, type FeedOptions, openSocketFeed } from "./feed.ts";
import type { Ledger, Wrong } from "./ledger.ts";

/** How it behaves. */
export interface ReplicaOptions {
  /** Its name, a part of its ids. */
  readonly name: string;
  readonly room: string;
  readonly ledger: Ledger;
  /** How it is fed: over a WebSocket unless something else is given. */
  readonly openFeed?: (options: FeedOptions) => Feed;
  /** The pause between two messages that it says, in milliseconds; it says nothing without one. */
  readonly pauseMs?: number;
  /** Learns of each message how long it took to come back. */
  readonly onEcho?: (ms: number) => void;
}

/** More messages than a drill has. */
const HELD = 1_000_000;
const REPLAY = 50;
/** The pause before a refused message is sent again: short, since the server is measured, not this. */
const PAUSE_MS = 50;

/** One client. */
export class Replica {
  readonly name: string;
  readonly state: RoomState = new RoomState(HELD, REPLAY);
  /** How often its history was not the server's. */
  resets = 0;
  /** How often it left by itself, as no answer came in time. */
  doubts = 0;
  readonly #options: ReplicaOptions;
  readonly #feed: Feed;
  readonly #outbox: Outbox;
  /** When each id was sent first that has neither come back nor been given up. */
  readonly #inFlight = new Map<string, number>();
  /** Those that were sent more than once, so that they may be answered by an echo. */
  readonly #resent = new Set<string>();
  #isOnline = false;
  /** Aborts when it stops talking. */
  #talking: AbortController | undefined;
  #gone = Promise.withResolvers<void>();

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.name = options.name;
    this.#outbox = this.#createOutbox();
    this.#feed = (options.openFeed ?? openSocketFeed)({
      name: options.name,
      room: options.room,
      position: () => this.state.position,
      onObjects: (objects) => this.#take(objects),
      onOnline: () => this.#turn(true),
      onGone: () => this.#turn(false),
    });
  }

  #createOutbox(): Outbox {
    let count = 0;
    return new Outbox({
      store: new MemoryStore(),
      limit: 1,
      keepFailed: false,
      author: () => this.name,
      send: (command) => this.#send(command),
      doubt: () => this.#doubt(),
      onChange: () => {},
      newId: () => `${this.name}/${++count}`,
      pausesMs: [PAUSE_MS, PAUSE_MS],
    });
  }

  #doubt(): void {
    if (this.#isOnline) this.doubts++;
    void this.#feed.close();
  }

  /** Whether it is connected and has everything that there was when it connected. */
  get isCaughtUp(): boolean {
    return this.#isOnline && this.state.isCaughtUp;
  }

  /** What it believes, oldest first. */
  get held(): readonly Message[] {
    return this.state.messages;
  }

  /** Connects to this server and resumes; resolves when the connection has ended. */
  async join(host: string): Promise<void> {
    this.#gone = Promise.withResolvers();
    this.#feed.open(host);
    await this.#gone.promise;
  }

  /** Disconnects. */
  async leave(): Promise<void> {
    await this.#feed.close();
  }

  /** Says one message after the other, if it is one that talks. */
  async talk(): Promise<void> {
    const { pauseMs } = this.#options;
    if (pauseMs === undefined || this.#talking) return;
    const { signal } = this.#talking = new AbortController();
    while (!signal.aborted) {
      await this.#outbox.add({ type: "say", text: "a message" });
      if (pauseMs > 0) await pause(pauseMs, signal);
    }
  }

  /** Says nothing new any more; resolves when everything has come back. */
  async stopTalking(): Promise<void> {
    this.#fallSilent();
    await this.#outbox.idle();
  }

  /** Leaves for good. */
  async close(): Promise<void> {
    this.#fallSilent();
    this.#outbox.close();
    await this.leave();
  }

  #fallSilent(): void {
    this.#talking?.abort();
    this.#talking = undefined;
  }

  #send(command: Command & { id: string }): boolean {
    if (!this.#feed.send(command)) return false;
    if (this.#inFlight.has(command.id)) this.#resent.add(command.id);
    else this.#inFlight.set(command.id, performance.now());
    return true;
  }

  #turn(isOnline: boolean): void {
    this.#isOnline = isOnline;
    if (isOnline) return this.#outbox.online();
    this.#outbox.offline();
    this.#gone.resolve();
  }

  #take(objects: readonly RoomObject[]): void {
    const { ledger } = this.#options;
    for (const object of objects) {
      if (object.type === "message") this.#judge(object);
      const events = this.state.apply(object, 0);
      if (events.some(({ name }) => name === "reset")) this.resets++;
      if (object.type === "message") this.#echo(object);
      if (object.type !== "error") continue;
      const { id = "", code, detail } = object;
      if (code !== "overloaded" && code !== "rate_limited") this.#blame("lost", `${id}: ${code}`);
      if (this.#inFlight.has(id)) ledger.refuse(id);
      this.#outbox.refused(id, code, detail);
    }
  }

  /** Whether it comes in its place. */
  #judge({ seq, id }: Message): void {
    const had = this.state.position?.seq ?? 0;
    if (seq > had + 1) this.#blame("disordered", `${seq} after ${had}`);
    const isEcho = id !== undefined && this.#resent.has(id);
    if (seq <= had && !isEcho) this.#blame("doubled", `${seq} after ${had}`);
  }

  #echo({ id, seq }: Message): void {
    const since = id === undefined ? undefined : this.#inFlight.get(id);
    if (id === undefined || since === undefined) return;
    this.#inFlight.delete(id);
    this.#options.ledger.accept(id, seq);
    this.#options.onEcho?.(performance.now() - since);
    this.#outbox.kept(id, seq);
  }

  #blame(wrong: Wrong, words: string): void {
    this.#options.ledger.blame(wrong, `${this.name} got ${words}`);
  }
}
