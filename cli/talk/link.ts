/**
 * The line to a room: a socket on the JSON wire that comes back, and an outbox.
 *
 * What is said waits in the outbox until its echo came, and goes out one at a time, so that a pause
 * that the server asks for cannot change its order. After a break it is said again under the same
 * id, which the server keeps once. The newest number and the epoch that were heard are asked for on
 * coming back, so that nothing is missed and nothing is heard twice.
 *
 * Coming back takes a pause, random and growing. It does not come back where that is no use: the
 * server does not know the room or the token.
 */

import { LIMITS } from "../../config/limits.ts";

/** An object of the wire; docs/PROTOCOL.md names its fields. Nothing in it is to be trusted. */
// deno-lint-ignore no-explicit-any -- what comes from a server is what it is
export type Told = { type: string } & Record<string, any>;

interface Letter {
  readonly id: string;
  readonly text: string;
  /** Kept, or refused for good. */
  readonly settled: PromiseWithResolvers<void>;
}

const NO_USE = /\b(?:400|401|403|404|426)\b/;

/** A line to one room. */
export class Link {
  /** Why it will not come back; `""` for one that was closed here. */
  readonly ended: Promise<string>;
  readonly #url: URL;
  readonly #options: string[] | undefined;
  readonly #hear: (told: Told) => void;
  readonly #outbox: Letter[] = [];
  #end!: (why: string) => void;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #welcome = false;
  #closed = false;
  #tries = 0;
  #seq: number | undefined;
  #epoch = "";

  /**
   * Connects, and stays connected until it is closed.
   *
   * @param url the room's, `ws:` or `wss:`, with what the query is to say
   * @param hear takes the wire's objects, and `{ type: "away", seconds }` when the line broke
   */
  constructor(url: URL, token: string, hear: (told: Told) => void) {
    this.#url = url;
    // In a header, for URLs are logged along the way. A browser's WebSocket takes no headers, and its
    // types may be those in force; Deno's does since 2.5.
    const headers = { authorization: `Bearer ${token}` };
    if (token) this.#options = { headers } as unknown as string[];
    this.#hear = hear;
    this.ended = new Promise((resolve) => this.#end = resolve);
    this.#connect();
  }

  /** How many messages have not been kept yet. */
  get waiting(): number {
    return this.#outbox.length;
  }

  /** Says it; resolves when it is kept or refused for good, false at once if too much waits. */
  async say(text: string): Promise<boolean> {
    if (this.#outbox.length >= LIMITS.talkOutbox) return false;
    const settled = Promise.withResolvers<void>();
    this.#outbox.push({ id: crypto.randomUUID(), text, settled });
    if (this.#outbox.length === 1) this.#post();
    await settled.promise;
    return true;
  }

  /** Takes another name, now and whenever it comes back. */
  rename(name: string): void {
    this.#url.searchParams.set("name", name);
    this.#send({ type: "name", name });
  }

  /** Shows that somebody is typing. */
  typing(): void {
    this.#send({ type: "typing" });
  }

  /** Ends it once what was said is settled and the server knows, or without that after a while. */
  async close(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, LIMITS.talkFarewellMs));
    await Promise.race([this.#outbox.at(-1)?.settled.promise, late]);
    const socket = this.#socket;
    const closed = new Promise((resolve) => socket?.addEventListener("close", resolve));
    this.#giveUp("");
    if (socket) await Promise.race([closed, late]);
  }

  #giveUp(why: string): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    for (const { settled } of this.#outbox.splice(0)) settled.resolve();
    this.#end(why);
  }

  #connect(): void {
    const url = new URL(this.#url);
    if (this.#seq !== undefined) url.searchParams.set("since", String(this.#seq));
    if (this.#epoch) url.searchParams.set("epoch", this.#epoch);
    const socket = new WebSocket(url, this.#options);
    let trouble = "";
    this.#socket = socket;
    this.#welcome = false;
    socket.onmessage = ({ data }) => this.#read(String(data));
    socket.onerror = (event) => trouble ||= (event as ErrorEvent).message ?? "";
    socket.onclose = ({ code, reason }) => {
      if (this.#closed || this.#socket !== socket) return;
      this.#socket = undefined;
      if (code === 1008) this.#giveUp(reason || "the server does not want us");
      else if (NO_USE.test(trouble)) this.#giveUp(trouble);
      else this.#comeBack(code === 4029 ? LIMITS.talkPauseMs : 0);
    };
  }

  #comeBack(least: number): void {
    const longest = Math.min(LIMITS.talkPauseMs, 500 * 2 ** this.#tries++);
    const ms = Math.max(least, longest * (0.5 + Math.random() / 2));
    this.#hear({ type: "away", seconds: Math.ceil(ms / 1000) });
    this.#timer = setTimeout(() => this.#connect(), ms);
  }

  #read(frame: string): void {
    for (const line of frame.split("\n")) {
      let told: Told;
      try {
        told = JSON.parse(line);
      } catch {
        continue;
      }
      if (typeof told === "object" && told && this.#take(told)) this.#hear(told);
    }
  }

  /** Takes what concerns the line itself; says whether anybody else should hear it. */
  #take(told: Told): boolean {
    if (told.type === "welcome") {
      if (told.reset) this.#seq = undefined;
      this.#epoch = String(told.epoch);
      this.#seq ??= Math.max(0, told.seq - LIMITS.talkReplay);
      this.#welcome = true;
      this.#tries = 0;
      this.#post();
    }
    if (told.type === "error" && told.id !== undefined) return this.#refused(told);
    if (told.type !== "message") return true;
    if (told.id !== undefined && told.id === this.#outbox[0]?.id) this.#next();
    if (told.seq <= this.#seq!) return false;
    this.#seq = told.seq;
    return true;
  }

  #refused({ id, code }: Told): boolean {
    if (id !== this.#outbox[0]?.id) return false;
    const later = code === "rate_limited" || code === "overloaded";
    if (later) this.#timer = setTimeout(() => this.#post(), LIMITS.talkAgainMs);
    else this.#next();
    return !later;
  }

  #next(): void {
    this.#outbox.shift()!.settled.resolve();
    this.#post();
  }

  #post(): void {
    const [letter] = this.#outbox;
    if (letter) this.#send({ type: "say", text: letter.text, id: letter.id });
  }

  #send(command: Record<string, string>): void {
    if (this.#welcome && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(command));
    }
  }
}
