/**
 * A crowd of clients under one load: when who speaks, and what all of them together got.
 *
 * In this order: `gather`, `run`, `close`.
 */

import process from "node:process";
import { connect, type Guest } from "./guest.ts";
import { Histogram } from "./histogram.ts";
import type { LoadOptions, LoadResult } from "./task.ts";

/** What is not measured, as a share of what is. */
export const WARM_UP = 0.2;
/** The last messages are waited for until none has come for so long, and no longer than this. */
const SILENCE_MS = 1_000;
const DRAIN_MS = 15_000;
/** So many connect at a time. */
const AT_A_TIME = 50;
/** At most so many messages are written at once, whatever the window. */
const AT_ONCE = 64;

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const micros = () => performance.now() * 1000;

/** A crowd of clients under one load. */
export class Crowd {
  readonly #options: LoadOptions;
  readonly #guests: Guest[] = [];
  readonly #latencies = new Histogram();
  readonly #share: number;
  #sent = 0;
  #turn = 0;
  #talking = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#share = Math.min(AT_ONCE, Math.max(1, Math.floor(options.window / options.senders)));
  }

  /** Connects everybody, some at a time. */
  async gather(): Promise<void> {
    const { clients, senders } = this.#options;
    for (let first = 0; first < clients; first += AT_A_TIME) {
      const count = Math.min(AT_A_TIME, clients - first);
      const connecting = Array.from({ length: count }, (_, n) => {
        const speaks = first + n < senders;
        return connect(this.#options, first + n, (guest) => this.#heard(guest, speaks));
      });
      for (const outcome of await Promise.allSettled(connecting)) {
        if (outcome.status === "fulfilled") this.#guests.push(outcome.value);
      }
      // All have come to an end, so that nobody is left who nobody knows of.
      await Promise.all(connecting);
    }
  }

  /** Lets them talk for the given time and measures. */
  async run(): Promise<LoadResult> {
    const { seconds, rate } = this.#options;
    for (const guest of this.#guests) guest.listen();
    this.#talking = true;
    const ticking = rate > 0 ? this.#keepTime() : undefined;
    if (!ticking) this.#start();
    await pause(seconds * WARM_UP * 1000);
    const before = this.#count();
    this.#latencies.clear();
    await pause(seconds * 1000);
    const after = this.#count();
    const [p50, p99] = [0.5, 0.99].map((q) => this.#latencies.quantile(q));
    this.#talking = false;
    await ticking;
    const missing = await this.#drain();
    const took = (after.at - before.at) / 1000;
    const rateOf = (name: "sent" | "messages" | "frames") => (after[name] - before[name]) / took;
    return {
      sent: rateOf("sent"),
      delivered: rateOf("messages"),
      frames: rateOf("frames"),
      p50,
      p99,
      cpu: (after.cpu - before.cpu) / 1e6 / took,
      from: before.wall,
      to: after.wall,
      closed: this.#guests.filter((guest) => guest.gone).length,
      said: this.#sent,
      missing,
    };
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await Promise.all(this.#guests.map((guest) => guest.close()));
  }

  #count() {
    const { user, system } = process.cpuUsage();
    let messages = 0;
    let frames = 0;
    for (const { inbox } of this.#guests) {
      messages += inbox.messages;
      frames += inbox.frames;
    }
    const at = performance.now();
    return { at, wall: Date.now(), sent: this.#sent, messages, frames, cpu: user + system };
  }

  #heard(guest: Guest, speaks: boolean): void {
    const { rate, turns } = this.#options;
    const { stamp } = guest.inbox;
    if (stamp >= 0) this.#latencies.record(micros() - stamp);
    if (!this.#talking || rate > 0) return;
    if (turns) this.#next();
    else if (speaks) this.#topUp(guest);
  }

  #start(): void {
    const { senders, window, turns } = this.#options;
    if (turns) { for (let n = 0; n < Math.min(window, senders); n++) this.#next(); }
    else for (const guest of this.#guests.slice(0, senders)) this.#topUp(guest);
  }

  #topUp(guest: Guest): void {
    if (guest.busy || guest.gone) return;
    const free = this.#options.window - (this.#sent - guest.inbox.messages);
    if (free > 0) this.#say(guest, Math.min(free, this.#share));
  }

  /** The next in turn speaks. */
  #next(): void {
    this.#say(this.#guests[this.#turn++ % this.#options.senders], 1);
  }

  #say(guest: Guest, count: number): void {
    this.#sent += count;
    guest.say(count, micros());
  }

  /** Speaks at the given pace; what is late is made up for, so that a slow load cannot flatter. */
  async #keepTime(): Promise<void> {
    const started = performance.now();
    for (let said = 0; this.#talking;) {
      const due = (performance.now() - started) / 1000 * this.#options.rate;
      for (; said < due; said++) this.#next();
      await pause(1);
    }
  }

  /** Waits for what is on its way; answers how many messages some client has not got. */
  async #drain(): Promise<number> {
    const { clients, turns } = this.#options;
    const due = turns ? this.#sent : this.#sent * clients;
    let missing = due - this.#count().messages;
    let silent = 0;
    for (let waited = 0; missing > 0 && silent < SILENCE_MS && waited < DRAIN_MS; waited += 50) {
      await pause(50);
      const left = due - this.#count().messages;
      silent = left < missing ? 0 : silent + 50;
      missing = left;
    }
    return missing;
  }
}
