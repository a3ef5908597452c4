/**
 * One client of a drill: it says messages, may change them, believes nothing, and always comes back.
 *
 * Its connection and its outboxes are those of the client library, which a drill thereby tests too;
 * what arrives is judged by its witness. Each outbox has one command in flight, so a client with
 * several talks as several senders. What it has sent again may be answered once more: that is an echo,
 * not a message. A change that had nothing to do is answered with the one that did it.
 *
 * A drill decides when it connects: `join`, wait for `caughtUp` or `gone`, and `join` again.
 */

import type { Command } from "../sdk/commands.ts";
import { Connection } from "../sdk/connection.ts";
import { parseFrame } from "../sdk/decode.ts";
import { Outbox } from "../sdk/outbox.ts";
import { MemoryStore } from "../sdk/outbox_store.ts";
import type { Change, Message, Refusal, RoomObject, Skip, Welcome } from "../sdk/protocol.ts";
import type { Status } from "../sdk/status.ts";
import type { Random } from "../testing/random.ts";
import type { RoomCopy } from "../testing/room_copy.ts";
import { pause } from "../testing/wait.ts";
import { chooseCommand } from "./commands.ts";
import type { Ledger } from "./ledger.ts";
import { Witness } from "./witness.ts";

/** How it behaves. */
export interface DrillClientOptions {
  /** Its name, a part of its ids. */
  readonly name: string;
  readonly room: string;
  readonly ledger: Ledger;
  /** How many messages it has in flight; 0: it only listens. */
  readonly window: number;
  /** The pause between an answer and the next message in its place, in milliseconds; none by itself. */
  readonly pauseMs?: number;
  /** How long its texts are, at the least. */
  readonly textLength?: number;
  /** Chooses what it edits, deletes and reacts to; without it, it only talks. */
  readonly random?: Random;
}

/** A key of this length makes the same person of all of a client's connections. */
const KEY_LENGTH = 40;
/** The pause before a refused message is sent again: short, since the server is measured, not this. */
const PAUSE_MS = 50;

/** One client. */
export class DrillClient {
  readonly #options: DrillClientOptions;
  readonly #connection: Connection<RoomObject>;
  readonly #outboxes: readonly Outbox[];
  readonly #witness: Witness;
  /** Ids that were sent and have neither come back nor been given up. */
  readonly #inFlight = new Set<string>();
  /** Those of them that were sent again on this connection. */
  readonly #resent = new Set<string>();
  /** Ids of its changes. */
  readonly #changes = new Set<string>();
  #host = "";
  /** The newest message when it connected. */
  #target = Infinity;
  /** Aborts when it stops talking. */
  #talking: AbortController | undefined;
  #caughtUp = Promise.withResolvers<void>();
  #gone = Promise.withResolvers<void>();
  #waiting: { seq: number; resolve: () => void }[] = [];

  constructor(options: DrillClientOptions) {
    this.#options = options;
    this.#witness = new Witness(options.name, options.ledger);
    this.#gone.resolve();
    this.#connection = new Connection({
      url: () => this.#address(),
      token: options.random && options.name.padEnd(KEY_LENGTH, "-"),
      parse: parseFrame,
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
    if (this.#talking) return;
    const { signal } = this.#talking = new AbortController();
    for (const outbox of this.#outboxes) this.#talk(outbox, signal);
  }

  /** Waits until each message in flight has come back, and it has seen the message `seq`. */
  async answered(seq = 0): Promise<void> {
    await Promise.all(this.#outboxes.map((outbox) => outbox.idle()));
    if (this.#witness.seq >= seq) return;
    await new Promise<void>((resolve) => this.#waiting.push({ seq, resolve }));
  }

  /** Says nothing new any more. */
  stopTalking(): void {
    this.#talking?.abort();
    this.#talking = undefined;
  }

  /** Leaves. */
  async leave(): Promise<void> {
    this.stopTalking();
    for (const outbox of this.#outboxes) outbox.close();
    await this.#connection.close();
  }

  /** Waits until it has come as far as the copy, and records what it knows otherwise. */
  async compare(copy: RoomCopy): Promise<void> {
    await this.answered(copy.head);
    this.#witness.compare(copy);
  }

  async #talk(outbox: Outbox, signal: AbortSignal): Promise<void> {
    const { textLength = 0, pauseMs = 0, random } = this.#options;
    while (!signal.aborted) {
      const change = random && chooseCommand(this.#witness.state, random);
      const say = { type: "say", text: "a message".padEnd(textLength, " and so on") } as const;
      await outbox.add(change ?? say);
      if (pauseMs > 0) await pause(pauseMs, signal);
    }
  }

  #address(): URL {
    const { name, room } = this.#options;
    const query = new URLSearchParams({ name, ...this.#witness.place });
    return new URL(`http://${this.#host}/rooms/${room}?${query}`);
  }

  #send(command: Command & { id: string }): boolean {
    if (!this.#connection.send(command)) return false;
    const { id, type } = command;
    if (type !== "say") this.#changes.add(id);
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
    for (const object of objects) this.#read(object);
    this.#check();
  }

  #read(object: RoomObject): void {
    switch (object.type) {
      case "welcome":
        return this.#welcome(object);
      case "message":
        return this.#message(object);
      case "edit":
      case "delete":
      case "react":
      case "pin":
      case "room":
      case "skip":
        return this.#change(object);
      case "gap":
        return this.#witness.blame("lost", `a gap from ${object.from}`);
      case "error":
        return this.#refused(object);
    }
  }

  /** Looks whether somebody has been waiting for this. */
  #check(): void {
    const isOwed = !this.#inFlight.isDisjointFrom(this.#resent);
    if (this.#connection.isOnline && this.#witness.seq >= this.#target && !isOwed) {
      this.#caughtUp.resolve();
    }
    this.#waiting = this.#waiting.filter(({ seq, resolve }) => {
      if (this.#witness.seq >= seq) resolve();
      return this.#witness.seq < seq;
    });
  }

  #welcome(welcome: Welcome): void {
    this.#witness.welcome(welcome);
    this.#target = welcome.seq;
  }

  #message(message: Message): void {
    const { seq, id } = message;
    const isEcho = id !== undefined && this.#resent.has(id);
    // A change that had nothing to do, of a message that nobody has changed, is answered with that.
    if (id !== undefined && this.#changes.has(id)) return this.#changed(id, seq);
    this.#witness.message(message, isEcho);
    if (id === undefined || !this.#inFlight.delete(id)) return;
    this.#options.ledger.accept(id, seq);
    for (const outbox of this.#outboxes) outbox.kept(id, seq);
  }

  #change(change: Change | Skip): void {
    const { id } = change;
    this.#witness.change(change, id !== undefined && this.#changes.has(id));
    if (id !== undefined) this.#changed(id, "to" in change ? change.to : change.seq);
  }

  /** A change of this client is kept. */
  #changed(id: string, seq: number): void {
    if (!this.#inFlight.delete(id)) return;
    this.#options.ledger.acceptChange(id);
    for (const outbox of this.#outboxes) outbox.kept(id, seq);
  }

  #refused({ code, detail, id }: Refusal): void {
    const { ledger } = this.#options;
    // Somebody has deleted or edited the message meanwhile.
    const isLate = code === "gone" || code === "changed";
    if (isLate && id !== undefined && this.#inFlight.delete(id)) {
      for (const outbox of this.#outboxes) outbox.refused(id, code, detail);
      return;
    }
    if (code !== "overloaded") return this.#witness.blame("lost", `${id}, refused as ${code}`);
    // It was said twice, and the first has come back.
    if (id === undefined || !this.#inFlight.has(id)) return;
    ledger.refuse(id);
    for (const outbox of this.#outboxes) outbox.refused(id, code, detail);
  }
}
