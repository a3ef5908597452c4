/**
 * The rooms that this server follows in Redis: what is published in them goes to their followings,
 * what they tell goes out, and where something may have been missed they read.
 *
 * A batch of this server's own is known by its name: its drafts are remembered until it is published,
 * so that it need not be read back. A room that was left while Redis was away is cleared later.
 */

import { LIMITS } from "../../config/limits.ts";
import { type Draft, type Message, type Subscription, toMessage } from "../journal.ts";
import { RedisFollowing } from "./subscription.ts";
import type { RedisLink } from "./link.ts";
import { RedisPresence } from "./presence.ts";
import { keysOf, ROOMS, TELL } from "./scripts.ts";
import type { RedisServers } from "./nodes.ts";
import { fromBatch, parseNews } from "./encoding.ts";

/** What followings read and report. */
export interface Log {
  after(room: string, seq: number, limit: number): Promise<Message[]>;
  /** Redis has lost messages. */
  lost(): void;
}

/** All followings of one server. */
export class RedisFollowings {
  readonly #link: RedisLink;
  readonly #servers: RedisServers;
  readonly #log: Log;
  readonly #prefix: string;
  readonly #byRoom = new Map<string, RedisFollowing>();
  /** Batches that were sent and not yet heard of. */
  readonly #batches = new Map<string, readonly Draft[]>();
  #batch = 0;
  /** Rooms that were left while Redis was away, with what is to be taken out of them. */
  readonly #left = new Map<string, string[]>();

  /** @param prefix stands before the names of channels */
  constructor(link: RedisLink, servers: RedisServers, log: Log, prefix: string) {
    this.#link = link;
    this.#servers = servers;
    this.#log = log;
    this.#prefix = prefix;
  }

  /** The channel of a room. */
  channelOf(room: string): string {
    return this.#prefix + keysOf(room).channel;
  }

  /** The following of a room, if there is one. */
  get(room: string): RedisFollowing | undefined {
    return this.#byRoom.get(room);
  }

  /** As many as are looked at at once, in turn. */
  some(): [string, RedisFollowing][] {
    const some = [...this.#byRoom.entries().take(LIMITS.redisGlances)];
    if (some.length < LIMITS.redisGlances) return some;
    for (const [room, following] of some) {
      this.#byRoom.delete(room);
      this.#byRoom.set(room, following);
    }
    return some;
  }

  /** Begins to follow, as `Journal.follow` promises. */
  async follow(room: string, seq: number, stir: () => void): Promise<Subscription> {
    const presence = this.#presenceOf(room, () => following.wake());
    const following = new RedisFollowing(
      seq,
      {
        from: (seq, limit) => this.#log.after(room, seq - 1, limit),
        lost: () => this.#log.lost(),
        stop: (fields) => this.#stop(room, following, fields),
      },
      presence,
      stir,
    );
    this.#byRoom.set(room, following);
    const listener = (payload: Uint8Array) => this.#heard(following, payload);
    await this.#link.subscribe(this.channelOf(room), listener);
    try {
      const listed = this.#link.call("SADD", ROOMS, room);
      await Promise.all([following.read(), presence.doubt(), listed]);
      return following;
    } catch (error) {
      following.unsubscribe();
      throw error;
    }
  }

  #presenceOf(room: string, wake: () => void): RedisPresence {
    const { here } = keysOf(room);
    return new RedisPresence(this.#servers.self, {
      read: async () => await this.#link.call("HGETALL", here) as string[],
      alive: () => this.#servers.look(),
      write: (fields, words) => this.#tell(room, fields, words),
      say: async (words) => void await this.#link.call("PUBLISH", this.channelOf(room), words),
    }, wake);
  }

  async #tell(room: string, fields: string[], words: string): Promise<void> {
    const head = [this.channelOf(room), words, String(LIMITS.hereSeconds)];
    await this.#link.run(TELL, [keysOf(room).here], [...head, ...fields]);
  }

  #stop(room: string, following: RedisFollowing, fields: string[]): void {
    if (this.#byRoom.get(room) !== following) return;
    this.#byRoom.delete(room);
    this.#link.unsubscribe(this.channelOf(room));
    this.#leave(room, fields);
  }

  async #leave(room: string, fields: string[]): Promise<void> {
    try {
      const out = fields.flatMap((field) => [field, ""]);
      await this.#tell(room, out, `q ${this.#servers.self} 0\n`);
    } catch {
      if (this.#left.size < LIMITS.redisRooms) this.#left.set(room, fields);
    }
  }

  #heard(following: RedisFollowing, payload: Uint8Array): void {
    const { kind, from, numbers, body } = parseNews(payload);
    if (kind !== "s") return following.presence.heard(kind, from, numbers[0], body());
    const [first, count, answers] = numbers;
    const drafts = answers === 1 ? this.#batches.get(from) : undefined;
    this.#batches.delete(from);
    const messages = drafts
      ? () => drafts.map((draft, n) => toMessage(draft, first + n))
      : () => fromBatch(first, body());
    following.notice({ first, count, messages });
  }

  /** Names a batch of one room, which is about to be sent. */
  nameBatch(drafts: readonly Draft[]): string {
    const batch = `${this.#servers.self}:${++this.#batch}`;
    if (!this.#byRoom.has(drafts[0].room)) return batch;
    this.#batches.set(batch, drafts);
    if (this.#batches.size > LIMITS.batchesRemembered) {
      this.#batches.delete(this.#batches.keys().next().value!);
    }
    return batch;
  }

  /** Calls are accepted again: whatever was missed is read, whatever was not told is told. */
  back(): void {
    for (const [room, fields] of this.#left) {
      this.#left.delete(room);
      if (!this.#byRoom.has(room)) this.#leave(room, fields);
    }
    for (const following of this.#byRoom.values()) {
      following.read();
      following.presence.doubt();
    }
  }

  /** Only these servers are alive; `missed`: they have swept out what this one told. */
  outlive(alive: ReadonlySet<string>, missed: boolean): void {
    for (const { presence } of this.#byRoom.values()) {
      presence.outlive(alive);
      if (missed) presence.doubt();
    }
  }

  /** The numbering is another. */
  break(): void {
    for (const following of this.#byRoom.values()) following.break();
  }
}
