/**
 * A hand: one client of a drill, who says messages, believes nothing, and always comes back.
 *
 * It speaks the JSON wire. Each of its messages has an id and counts as said only when it came back;
 * until then it is said again, under the same id, on every connection. On each connection it expects
 * every number behind the last one that it saw, once, in order; whatever else comes is written into
 * the ledger. What it said again may be answered once more: that is an echo, not a message.
 *
 * A hand does not connect by itself: `join`, wait for `whole` or `gone`, and `join` again.
 */

import type { Ledger, Line } from "./ledger.ts";

/** How it behaves. */
export interface DrillClientOptions {
  /** Its name, a part of its ids. */
  readonly name: string;
  readonly room: string;
  readonly ledger: Ledger;
  /** Messages that it says without having seen the last ones come back; 0: it only listens. */
  readonly window: number;
  /** How long its texts are, at the least. */
  readonly textLength?: number;
}

/** The pause before a refused message is said again. */
const RETRY_MS = 50;

// deno-lint-ignore no-explicit-any -- objects of the wire
type Json = any;

/** One client. */
export class DrillClient {
  readonly #options: DrillClientOptions;
  /** What it said and has not seen come back, oldest first. */
  readonly #unsure = new Set<string>();
  /** What it said again on this connection. */
  readonly #again = new Set<string>();
  #socket: WebSocket | undefined;
  #epoch = "";
  #seq = 0;
  #said = 0;
  /** The newest message when it came. */
  #goal = Infinity;
  #talks = true;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #whole = Promise.withResolvers<void>();
  #gone = Promise.withResolvers<void>();
  #waiting: { ids: Set<string>; seq: number; resolve: () => void }[] = [];

  constructor(options: DrillClientOptions) {
    this.#options = options;
    this.#gone.resolve();
  }

  /** Resolves when it has seen all that there was when it came, and its own from before again. */
  get whole(): Promise<void> {
    return this.#whole.promise;
  }

  /** Resolves when the connection has ended. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Connects, and resumes where it stands. */
  join(host: string): void {
    const { name, room } = this.#options;
    const query = new URLSearchParams({ name, since: String(this.#seq) });
    if (this.#epoch) query.set("epoch", this.#epoch);
    const socket = new WebSocket(`ws://${host}/rooms/${room}?${query}`);
    const gone = Promise.withResolvers<void>();
    this.#socket = socket;
    this.#goal = Infinity;
    this.#whole = Promise.withResolvers();
    this.#gone = gone;
    this.#again.clear();
    socket.onopen = () => this.#sayAgain();
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onerror = () => {};
    socket.onclose = () => gone.resolve();
  }

  /** Waits until all that it has said so far has come back, and it has seen the message `seq`. */
  async answered(seq = 0): Promise<void> {
    const ids = new Set(this.#unsure);
    if (ids.size === 0 && this.#seq >= seq) return;
    await new Promise<void>((resolve) => this.#waiting.push({ ids, seq, resolve }));
  }

  /** Says nothing new any more. */
  hush(): void {
    this.#talks = false;
  }

  /** Goes. */
  async leave(): Promise<void> {
    clearTimeout(this.#retry);
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) this.#socket.close();
    await this.gone;
  }

  #sayAgain(): void {
    for (const id of this.#unsure) this.#again.add(id);
    this.#send([...this.#unsure]);
  }

  #send(ids: string[]): void {
    if (ids.length === 0 || this.#socket?.readyState !== WebSocket.OPEN) return;
    const text = (id: string) =>
      `this is ${id}`.padEnd(this.#options.textLength ?? 0, " and so on");
    const lines = ids.map((id) => JSON.stringify({ type: "say", text: text(id), id }));
    this.#socket.send(lines.join("\n"));
  }

  #sayMore(): void {
    const { name, window } = this.#options;
    const ids: string[] = [];
    while (this.#talks && this.#unsure.size < window) {
      const id = `${name}/${++this.#said}`;
      this.#unsure.add(id);
      ids.push(id);
    }
    this.#send(ids);
  }

  #hear(frame: string): void {
    for (const line of frame.split("\n")) {
      const object: Json = JSON.parse(line);
      if (object.type === "message") this.#message(object);
      else if (object.type === "welcome") this.#welcome(object);
      else if (object.type === "gap") this.#blame("lost", `a gap from ${object.from}`);
      else if (object.type === "error") this.#refused(object);
    }
    if (this.#seq >= this.#goal && !this.#owes()) this.#whole.resolve();
    this.#sayMore();
    this.#waiting = this.#waiting.filter(({ ids, seq, resolve }) => {
      if (this.#seq < seq || !ids.isDisjointFrom(this.#unsure)) return true;
      resolve();
      return false;
    });
  }

  /** Whether something that it said before it came is still to come back. */
  #owes(): boolean {
    const [oldest] = this.#unsure;
    return oldest !== undefined && this.#again.has(oldest);
  }

  #welcome({ epoch, seq, reset }: Json): void {
    if (reset || (this.#epoch && this.#epoch !== epoch)) this.#blame("lost", "all, by a reset");
    this.#epoch = epoch;
    this.#goal = seq;
  }

  #message(message: Line): void {
    const { seq, id } = message;
    const { ledger } = this.#options;
    if (seq <= this.#seq) {
      const echo = id !== undefined && this.#again.has(id) && ledger.knows(message);
      if (!echo) this.#blame("doubled", `${seq} after ${this.#seq}`);
    } else {
      if (seq > this.#seq + 1) this.#blame("disordered", `${seq} after ${this.#seq}`);
      this.#seq = seq;
      ledger.saw(message);
    }
    if (id !== undefined && this.#unsure.delete(id)) ledger.accept(id, seq);
  }

  #refused({ code, id }: Json): void {
    const { ledger } = this.#options;
    if (code !== "overloaded") return this.#blame("lost", `${id}, refused as ${code}`);
    // It was said twice, and the first has come back.
    if (!this.#unsure.has(id)) return;
    ledger.refuse(id);
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#sayAgain();
    }, RETRY_MS);
  }

  #blame(wrong: "lost" | "doubled" | "disordered", words: string): void {
    const { ledger, name } = this.#options;
    ledger.blame(wrong, `${name} got ${words}`);
  }
}
