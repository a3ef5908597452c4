/**
 * One client of a drill: it says messages, believes nothing, and always comes back.
 *
 * Its connection and its outboxes are those of the client library, which a drill thereby tests too;
 * what arrives it judges by itself. Each outbox has one message in flight, so a client with several
 * talks as several senders. On each connection it expects every number after the last one that it
 * saw, once, in order; whatever else comes is written into the ledger. What it has sent again may be
 * answered once more: that is an echo, not a message.
 *
 * A drill decides when it connects: `join`, wait for `caughtUp` or `gone`, and `join` again.
 */

import type { Command } from "../sdk/commands.ts";
import { Connection } from "../sdk/connection.ts";
import { Outbox } from "../sdk/outbox.ts";
import { MemoryStore } from "../sdk/outbox_store.ts";
import type { Message, Refusal, RoomObject, Welcome } from "../sdk/protocol.ts";
import type { Status } from "../sdk/status.ts";
import type { Ledger } from "./ledger.ts";

/** How it behaves. */
export interface DrillClientOptions {
  /** Its name, a part of its ids. */
  readonly name: string;
  readonly room: string;
  readonly ledger: Ledger;
  /** How many messages it has in flight; 0: it only listens. */
  readonly window: number;
  /** How long its texts are, at the least. */
  readonly textLength?: number;
}

/** The pause before a refused message is sent again: short, since the server is measured, not this. */
const PAUSE_MS = 50;

/** One client. */
export class DrillClient {
  readonly #options: DrillClientOptions;
  readonly #connection: Connection;
  readonly #outboxes: readonly Outbox[];
  /** Ids that were sent and have neither come back nor been given up. */
  readonly #inFlight = new Set<string>();
  /** Those of them that were sent again on this connection. */
  readonly #resent = new Set<string>();
  #host = "";
  #epoch = "";
  #seq = 0;
  /** The time of that message. */
  #at: number | undefined;
  /** The newest message when it connected. */
  #target = Infinity;
  #isTalking = false;
  #caughtUp = Promise.withResolvers<void>();
  #gone = Promise.withResolvers<void>();
  #waiting: { seq: number; resolve: () => void }[] = [];

  constructor(options: DrillClientOptions) {
    this.#options = options;
    this.#gone.resolve();
    this.#connection = new Connection({
      url: () => this.#address(),
      onObjects: (objects) => this.#take(objects),
      onStatus: (status) => this.#turn(status),
    });
    this.#outboxes = Array.from({ length: options.window }, (_, n) => this.#outbox(n));
  }

  #outbox(n: number): Outbox {
    let count = 0;
    return new Outbox({
      store: new MemoryStore(),
      limit: 1,
      keepFailed: false,
      author: () => this.#options.name,
      send: (command) => this.#send(command),
      doubt: () => this.#connection.wake(),
      onChange: () => {},
      newId: () => `${this.#options.name}.${n}/${++count}`,
      pausesMs: [PAUSE_MS, PAUSE_MS],
    });
  }

  /** Resolves when it has seen all that there was when it connected, and its own from before. */
  get caughtUp(): Promise<void> {
    return this.#caughtUp.promise;
  }

  /** Resolves when the connection has ended. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Connects to this server, resumes, and talks. */
  join(host: string): void {
    this.#host = host;
    this.#target = Infinity;
    this.#caughtUp = Promise.withResolvers();
    this.#gone = Promise.withResolvers();
    this.#resent.clear();
    this.#connection.open();
    if (this.#isTalking) return;
    this.#isTalking = true;
    for (const outbox of this.#outboxes) this.#talk(outbox);
  }

  /** Waits until each message in flight has come back, and it has seen the message `seq`. */
  async answered(seq = 0): Promise<void> {
    await Promise.all(this.#outboxes.map((outbox) => outbox.idle()));
    if (this.#seq >= seq) return;
    await new Promise<void>((resolve) => this.#waiting.push({ seq, resolve }));
  }

  /** Says nothing new any more. */
  stopTalking(): void {
    this.#isTalking = false;
  }

  /** Leaves. */
  async leave(): Promise<void> {
    this.stopTalking();
    for (const outbox of this.#outboxes) outbox.close();
    await this.#connection.close();
  }

  async #talk(outbox: Outbox): Promise<void> {
    const { textLength = 0 } = this.#options;
    while (this.#isTalking) {
      await outbox.add({ type: "say", text: "a message".padEnd(textLength, " and so on") });
    }
  }

  #address(): URL {
    const { name, room } = this.#options;
    const query = new URLSearchParams({ name, since: String(this.#seq) });
    if (this.#epoch) query.set("epoch", this.#epoch);
    if (this.#at !== undefined) query.set("at", String(this.#at));
    return new URL(`http://${this.#host}/rooms/${room}?${query}`);
  }

  #send(command: Command & { id: string }): boolean {
    if (!this.#connection.send(command)) return false;
    const { id } = command;
    if (this.#inFlight.has(id)) this.#resent.add(id);
    else this.#inFlight.add(id);
    return true;
  }

  #turn({ is }: Status): void {
    if (is === "connecting") return;
    if (is === "online") {
      for (const outbox of this.#outboxes) outbox.online();
      return this.#check();
    }
    for (const outbox of this.#outboxes) outbox.offline();
    // The drill says when to come back, not the connection.
    if (is === "waiting") this.#connection.close();
    this.#gone.resolve();
  }

  #take(objects: readonly RoomObject[]): void {
    for (const object of objects) {
      if (object.type === "message") this.#message(object);
      else if (object.type === "welcome") this.#welcome(object);
      else if (object.type === "gap") this.#blame("lost", `a gap from ${object.from}`);
      else if (object.type === "error") this.#refused(object);
    }
    this.#check();
  }

  /** Looks whether somebody has been waiting for this. */
  #check(): void {
    const isOwed = !this.#inFlight.isDisjointFrom(this.#resent);
    if (this.#connection.isOnline && this.#seq >= this.#target && !isOwed) this.#caughtUp.resolve();
    this.#waiting = this.#waiting.filter(({ seq, resolve }) => {
      if (this.#seq >= seq) resolve();
      return this.#seq < seq;
    });
  }

  #welcome({ epoch, seq, after = this.#seq, reset }: Welcome): void {
    if (reset || (this.#epoch && this.#epoch !== epoch)) this.#blame("lost", "all, by a reset");
    else if (after !== this.#seq) this.#blame("lost", `what is after ${after}, not ${this.#seq}`);
    this.#epoch = epoch;
    this.#target = seq;
  }

  #message(message: Message): void {
    const { seq, id } = message;
    const { ledger } = this.#options;
    if (seq <= this.#seq) {
      const isEcho = id !== undefined && this.#resent.has(id) && ledger.knows(message);
      if (!isEcho) this.#blame("doubled", `${seq} after ${this.#seq}`);
    } else {
      if (seq > this.#seq + 1) this.#blame("disordered", `${seq} after ${this.#seq}`);
      this.#seq = seq;
      this.#at = message.at;
      ledger.saw(message);
    }
    if (id === undefined || !this.#inFlight.delete(id)) return;
    ledger.accept(id, seq);
    for (const outbox of this.#outboxes) outbox.kept(id, seq);
  }

  #refused({ code, detail, id }: Refusal): void {
    const { ledger } = this.#options;
    if (code !== "overloaded") return this.#blame("lost", `${id}, refused as ${code}`);
    // It was said twice, and the first has come back.
    if (id === undefined || !this.#inFlight.has(id)) return;
    ledger.refuse(id);
    for (const outbox of this.#outboxes) outbox.refused(id, code, detail);
  }

  #blame(wrong: "lost" | "doubled" | "disordered", words: string): void {
    const { ledger, name } = this.#options;
    ledger.blame(wrong, `${name} got ${words}`);
  }
}
