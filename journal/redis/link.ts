/**
 * The link to Redis: one pair of connections at a time, and a new one whenever it fails.
 *
 * Whatever goes wrong with the pair, an answer that is late included, everything that waits is
 * rejected at once, everything that comes is rejected at once, and every
 * {@linkcode LIMITS.redisRetryMs} a new pair is tried, though the last one may still wait for an
 * answer: the first that gets one counts. It counts only after `greet` has returned, so that the
 * owner can see first whether Redis still is what it was. A call that was rejected may have been
 * executed: Redis may have received it, and only its answer be lost.
 */

import { LIMITS } from "../../config/limits.ts";
import { RedisCounters } from "../../telemetry/redis_counters.ts";
import { UnreachableError } from "../journal.ts";
import { inTime, type Reply } from "./caller.ts";
import { Pair } from "./client.ts";
import type { Script } from "./scripts.ts";

/** Sends a command. */
export type Call = (...words: string[]) => Promise<Reply>;

/** What the link reports to its owner. */
export interface Owner {
  /** There is a new pair, so far for `call` alone; what this throws makes the pair useless. */
  greet(call: Call): Promise<void>;
  /** Calls are accepted again. */
  back(): void;
  /** Calls are rejected from now on. */
  away(reason: Error): void;
}

/** A channel that this pair is subscribed to, or is about to be. */
interface Settling {
  subscribed: boolean;
  done: Promise<void> | undefined;
}

/** Takes what was published on a channel. */
export type Listener = (payload: Uint8Array) => void;

/** Connections that come back. */
export class RedisLink {
  /** What happened on it. */
  readonly counters: RedisCounters = new RedisCounters();
  readonly #url: string;
  /** Where to try, in turn: the place that was given, and the nodes of its cluster. */
  #urls: string[];
  readonly #owner: Owner;
  readonly #listeners = new Map<string, Listener>();
  /** What is so on this pair. */
  readonly #settling = new Map<string, Settling>();
  #pair: Pair | undefined;
  /** Those that Redis has not answered yet. */
  readonly #connecting = new Set<Pair>();
  #closed = false;
  #retries: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, owner: Owner) {
    this.#url = url;
    this.#urls = [url];
    this.#owner = owner;
  }

  /** Whether calls are accepted. */
  get up(): boolean {
    return this.counters.isUp;
  }

  /** Whether it leads to a cluster, where keys may be unreachable one by one. */
  get cluster(): boolean {
    return this.#urls.length > 1;
  }

  /** The place that was given, or every node of its cluster. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** Connects for the first time; throws what went wrong. */
  async open(): Promise<void> {
    try {
      await this.#use(await this.#connect());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #connect(): Promise<Pair> {
    const [url, ...others] = this.#urls;
    this.#urls = [...others, url];
    const pair = new Pair(url, (error) => this.#drop(pair, error));
    this.#connecting.add(pair);
    try {
      await pair.connect();
      return pair;
    } catch (error) {
      pair.destroy();
      throw error;
    } finally {
      this.#connecting.delete(pair);
    }
  }

  async #use(pair: Pair): Promise<void> {
    if (this.#pair || this.#closed) return pair.destroy();
    this.#pair = pair;
    try {
      await pair.open();
      await this.#owner.greet((...words) => pair.call(...words));
      await Promise.all(Array.from(this.#listeners.keys(), (channel) => this.#settle(channel)));
      if (this.#pair !== pair) throw new UnreachableError();
    } catch (error) {
      this.#drop(pair, error as Error);
      throw error;
    }
    if (pair.nodes.length > 0) this.#urls = [...new Set([...pair.nodes, this.#url])];
    this.counters.isUp = true;
    if (this.#retries !== undefined) this.counters.reconnects++;
    this.#stopTrying();
    this.#owner.back();
  }

  #stopTrying(): void {
    clearInterval(this.#retries);
    for (const pair of this.#connecting) pair.destroy();
  }

  #tryAgain(): void {
    this.#retries = setInterval(async () => {
      if (this.#pair) return;
      try {
        await this.#use(await this.#connect());
      } catch {
        // There is a next time.
      }
    }, LIMITS.redisRetryMs);
  }

  /** Lets go of this pair, unless that is done. */
  #drop(pair: Pair, reason: Error): void {
    if (pair !== this.#pair) return;
    const wasUp = this.counters.isUp;
    this.#letGo();
    if (!wasUp) return;
    this.#owner.away(reason);
    this.#tryAgain();
  }

  #letGo(): void {
    const pair = this.#pair;
    this.#pair = undefined;
    this.counters.isUp = false;
    this.#settling.clear();
    pair?.destroy();
  }

  /** Sends a command. Rejects with {@linkcode UnreachableError} if there is no answer in time. */
  async call(...words: string[]): Promise<Reply> {
    if (!this.counters.isUp || !this.#pair) throw new UnreachableError();
    const began = performance.now();
    const answer = await this.#pair.call(...words);
    this.counters.calls.add((performance.now() - began) / 1000);
    return answer;
  }

  /** Runs a script on keys that are in one slot. */
  async run({ lua, sha }: Script, keys: string[], words: string[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...words];
    try {
      return await this.call("EVALSHA", sha, ...rest);
    } catch (error) {
      if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
      return await this.call("EVAL", lua, ...rest);
    }
  }

  /** Subscribes to a channel, also on pairs to come; resolves when this pair has, or there is none. */
  async subscribe(channel: string, listener: Listener): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#settle(channel);
  }

  /** Ends the subscription. */
  async unsubscribe(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    await this.#settle(channel);
  }

  /** Makes Redis agree with what is wanted; one command about a channel at a time. */
  #settle(channel: string): Promise<void> {
    let settling = this.#settling.get(channel);
    if (!settling) this.#settling.set(channel, settling = { subscribed: false, done: undefined });
    return settling.done ??= this.#settleAll(channel, settling);
  }

  async #settleAll(channel: string, settling: Settling): Promise<void> {
    const pair = this.#pair;
    const dispatch = (payload: Uint8Array) => this.#listeners.get(channel)?.(payload);
    try {
      while (
        pair?.subscriber.isReady && this.#listeners.has(channel) !== settling.subscribed
      ) {
        settling.subscribed = !settling.subscribed;
        if (settling.subscribed) await inTime(pair.subscriber.subscribe(channel, dispatch, true));
        else await inTime(pair.subscriber.unsubscribe(channel));
      }
    } catch (error) {
      if (pair) this.#drop(pair, error as Error);
    }
    settling.done = undefined;
    if (!settling.subscribed && this.#settling.get(channel) === settling) {
      this.#settling.delete(channel);
    }
  }

  /** Asks both connections, one with this command; answers with whether neither failed or refused. */
  async check(...words: string[]): Promise<boolean> {
    const pair = this.#pair;
    if (!this.counters.isUp || !pair) return false;
    const [answer] = await Promise.allSettled([pair.call(...words), pair.ping()]);
    return answer.status === "fulfilled" && this.#pair === pair;
  }

  /** Asks the connection that subscribes; drops the pair if it does not answer. */
  async ping(): Promise<void> {
    if (!this.counters.isUp || !this.#pair) throw new UnreachableError();
    await this.#pair.ping();
  }

  /** Lets go for good. */
  close(): void {
    this.#closed = true;
    this.#stopTrying();
    this.#letGo();
  }
}
