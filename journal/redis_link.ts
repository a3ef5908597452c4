/**
 * The line to Redis: two connections, one for calls and one that listens, which live and die together.
 *
 * Whatever goes wrong with one of them, an answer that is late included, both are dropped: everything
 * that waits is rejected at once, everything that comes is rejected at once, and every
 * {@linkcode LIMITS.redisRetryMs} a new pair is tried. A pair counts only after `greet` has returned,
 * so that whoever owns the link can look first whether Redis still is what it was. A call that was
 * rejected may have been executed: Redis may have got it, and only its answer be lost.
 */

import { LIMITS } from "../config.ts";
import { Unreachable } from "../journal.ts";
import { type Caller, type Ears, inTime, isAnswer } from "./redis_client.ts";
import { nodesOf, openCaller, openEars, type Reply } from "./redis_client.ts";
import type { Script } from "./redis_scripts.ts";

/** Sends a command. */
export type Call = (...words: string[]) => Promise<Reply>;

/** What the link tells its owner. */
export interface Owner {
  /** There is a new pair, so far for `call` alone; what this throws makes the pair useless. */
  greet(call: Call): Promise<void>;
  /** Calls are accepted again. */
  back(): void;
  /** Calls are rejected from now on. */
  away(reason: Error): void;
}

/** A channel that this pair listens to, or is about to. */
interface Settling {
  heard: boolean;
  done: Promise<void> | undefined;
}

/** Takes what was published on a channel. */
export type Listener = (payload: Uint8Array) => void;

/** Two connections that come back. */
export class RedisLink {
  readonly #url: string;
  /** Where to try, in turn: the place that was told, and the nodes of its cluster. */
  #urls: string[];
  readonly #owner: Owner;
  readonly #listeners = new Map<string, Listener>();
  /** What is so on this pair. */
  readonly #settling = new Map<string, Settling>();
  #calls: Caller | undefined;
  #ears: Ears | undefined;
  #up = false;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, owner: Owner) {
    this.#url = url;
    this.#urls = [url];
    this.#owner = owner;
  }

  /** Whether calls are accepted. */
  get up(): boolean {
    return this.#up;
  }

  /** Connects for the first time; throws what went wrong. */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #connect(): Promise<void> {
    const fail = (error: Error) => this.#drop(ears, error);
    const [url, ...others] = this.#urls;
    this.#urls = [...others, url];
    const ears: Ears = this.#ears = openEars(url, fail);
    await inTime(ears.connect());
    const nodes = await inTime(nodesOf(ears, url));
    if (this.#ears !== ears) throw new Unreachable();
    const calls = this.#calls = openCaller(url, nodes.length > 0, fail);
    await inTime(calls.connect());
    await this.#owner.greet((...words) => this.#send(calls, words));
    await Promise.all(Array.from(this.#listeners.keys(), (channel) => this.#settle(channel)));
    if (this.#ears !== ears) throw new Unreachable();
    if (nodes.length > 0) this.#urls = [...new Set([...nodes, this.#url])];
    this.#up = true;
    this.#owner.back();
  }

  /** Lets go of the pair with these ears, if that is not long gone. */
  #drop(ears: Ears | undefined, reason: Error): void {
    if (!ears || ears !== this.#ears) return;
    const wasUp = this.#up;
    this.#letGo();
    if (!wasUp) return;
    this.#owner.away(reason);
    this.#tryAgain();
  }

  #letGo(): void {
    const pair = [this.#calls, this.#ears];
    this.#calls = this.#ears = undefined;
    this.#up = false;
    this.#settling.clear();
    for (const connection of pair) connection?.destroy();
  }

  #tryAgain(): void {
    if (this.#closed) return;
    this.#retry = setTimeout(async () => {
      try {
        await this.#connect();
      } catch (error) {
        this.#drop(this.#ears, error as Error);
        this.#tryAgain();
      }
    }, LIMITS.redisRetryMs);
  }

  /** Sends a command. Rejects with {@linkcode Unreachable} if there is no answer in time. */
  async call(...words: string[]): Promise<Reply> {
    if (!this.#up || !this.#calls) throw new Unreachable();
    return await this.#send(this.#calls, words);
  }

  async #send(calls: Caller, words: string[]): Promise<Reply> {
    const ears = this.#ears;
    try {
      return await inTime(calls.send(words));
    } catch (error) {
      if (isAnswer(error)) throw error;
      if (!calls.mends) this.#drop(ears, error as Error);
      throw new Unreachable();
    }
  }

  /** Runs a script on keys that stand in one slot. */
  async run({ lua, sha }: Script, keys: string[], words: string[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...words];
    try {
      return await this.call("EVALSHA", sha, ...rest);
    } catch (error) {
      if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
      return await this.call("EVAL", lua, ...rest);
    }
  }

  /** Listens to a channel, also on pairs to come; resolves when this one listens, or is none. */
  async subscribe(channel: string, listener: Listener): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#settle(channel);
  }

  /** Listens no more. */
  async unsubscribe(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    await this.#settle(channel);
  }

  /** Makes Redis tell what is listened to; one word about a channel at a time, the last one counts. */
  #settle(channel: string): Promise<void> {
    let settling = this.#settling.get(channel);
    if (!settling) this.#settling.set(channel, settling = { heard: false, done: undefined });
    return settling.done ??= this.#settleAll(channel, settling);
  }

  async #settleAll(channel: string, settling: Settling): Promise<void> {
    const ears = this.#ears;
    const dispatch = (payload: Uint8Array) => this.#listeners.get(channel)?.(payload);
    try {
      while (ears?.isReady && this.#listeners.has(channel) !== settling.heard) {
        settling.heard = !settling.heard;
        if (settling.heard) await inTime(ears.subscribe(channel, dispatch, true));
        else await inTime(ears.unsubscribe(channel));
      }
    } catch (error) {
      this.#drop(ears, error as Error);
    }
    settling.done = undefined;
    if (!settling.heard && this.#settling.get(channel) === settling) this.#settling.delete(channel);
  }

  /** Asks both connections, one with a command, whether they are there; drops them if not. */
  async check(...words: string[]): Promise<boolean> {
    const ears = this.#ears;
    const calls = this.#calls;
    if (!this.#up || !calls || !ears) return false;
    try {
      await inTime(Promise.all([calls.send(words), ears.ping()]));
      return this.#up;
    } catch (error) {
      this.#drop(ears, error as Error);
      return false;
    }
  }

  /** Lets go for good. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#letGo();
  }
}
