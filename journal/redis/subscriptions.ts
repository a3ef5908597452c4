/**
 * The rooms that this node is subscribed to: what is published in them goes to their subscriptions,
 * what these publish goes out, and where something may have been missed they read.
 *
 * A batch of this node's own is known by its name: its drafts are remembered until it is published,
 * so that it need not be read back. A room that was left while Redis was away is cleared later. When
 * many rooms may have missed something, a few read at a time.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Draft, LogEntry, Subscription } from "../journal.ts";
import { type Change, fieldOf, fromBatch, fromChanges, fromDrafts } from "./encoding.ts";
import { parsePublication, toChanges, toTyping } from "./encoding.ts";
import type { RedisLink } from "./link.ts";
import type { RedisNodes } from "./nodes.ts";
import { RedisPresence } from "./presence.ts";
import { keysOf, PUBLISH_PRESENCE } from "./scripts.ts";
import { RedisSubscription } from "./subscription.ts";

/** What subscriptions need of their journal. */
export interface SubscriptionServices {
  readonly link: RedisLink;
  readonly nodes: RedisNodes;
  /** There are people in a room without messages. */
  list(room: string): void;
  /** Nobody of this node is in a room without messages any more. */
  unlist(room: string): void;
  after(room: string, seq: number, limit: number): Promise<LogEntry[]>;
  /** Redis has lost messages. */
  lost(): Promise<void>;
}

/** All subscriptions of one node. */
export class RedisSubscriptions {
  readonly #link: RedisLink;
  readonly #nodes: RedisNodes;
  readonly #services: SubscriptionServices;
  readonly #prefix: string;
  readonly #byRoom = new Map<string, RedisSubscription>();
  /** Batches that were sent and whose publication has not come yet. */
  readonly #batches = new Map<string, readonly Draft[]>();
  #batch = 0;
  /** Rooms that were left while Redis was away, with the people to be taken out of them. */
  readonly #left = new Map<string, readonly string[]>();
  /** Those that may have missed something, and how many of them read. */
  readonly #stale = new Set<RedisSubscription>();
  #resyncing = 0;

  /** @param prefix comes before the names of channels */
  constructor(services: SubscriptionServices, prefix: string) {
    this.#link = services.link;
    this.#nodes = services.nodes;
    this.#services = services;
    this.#prefix = prefix;
  }

  /** The channel of a room. */
  channelOf(room: string): string {
    return this.#prefix + keysOf(room).channel;
  }

  /** The subscription of a room, if there is one. */
  get(room: string): RedisSubscription | undefined {
    return this.#byRoom.get(room);
  }

  /** Those to be looked at now, {@linkcode LIMITS.redisRoomsPerLook} at most; all get their turn. */
  some(): [string, RedisSubscription][] {
    const some = [...this.#byRoom.entries().take(LIMITS.redisRoomsPerLook)];
    if (some.length < LIMITS.redisRoomsPerLook) return some;
    for (const [room, subscription] of some) {
      this.#byRoom.delete(room);
      this.#byRoom.set(room, subscription);
    }
    return some;
  }

  /** Subscribes, as `Journal.subscribe` promises. */
  async subscribe(room: string, seq: number, notify: () => void): Promise<Subscription> {
    const presence = this.#presenceOf(room, () => subscription.notify());
    const source = {
      from: (seq: number, limit: number) => this.#services.after(room, seq - 1, limit),
      lost: () => void this.#services.lost(),
      end: () => this.#end(room, subscription),
    };
    const subscription: RedisSubscription = new RedisSubscription(seq, source, presence, notify);
    const began = performance.now();
    this.#byRoom.set(room, subscription);
    const listener = (payload: Uint8Array) => this.#receive(subscription, payload);
    await this.#link.subscribe(this.channelOf(room), listener);
    try {
      await subscription.resync();
      // The server's own logs are no rooms.
      if (!room.startsWith("@")) {
        this.#link.counters.opens.add((performance.now() - began) / 1000);
      }
      return subscription;
    } catch (error) {
      subscription.unsubscribe();
      throw error;
    }
  }

  #presenceOf(room: string, notify: () => void): RedisPresence {
    const { here } = keysOf(room);
    const node = this.#nodes.self;
    const store = {
      read: async () => await this.#link.call("HGETALL", here) as string[],
      alive: (nodes: Iterable<string>) => this.#nodes.aliveAmong(nodes),
      publish: async (changes: readonly Change[]) => {
        // Those with messages are in the list.
        if (this.#byRoom.get(room)?.seq === 0) this.#services.list(room);
        await this.#publish(room, changes);
      },
      publishTyping: async (id: string) =>
        void await this.#link.call("PUBLISH", this.channelOf(room), toTyping(node, id)),
      remove: async (fields: readonly string[]) =>
        void await this.#link.call("HDEL", here, ...fields),
    };
    return new RedisPresence(node, store, notify);
  }

  async #publish(room: string, changes: readonly Change[]): Promise<void> {
    const { self } = this.#nodes;
    const seconds = String(LIMITS.hereSeconds);
    const words = [this.channelOf(room), toChanges(self, changes), seconds];
    for (const [id, value] of changes) words.push(fieldOf(self, id), value ?? "");
    await this.#link.run(PUBLISH_PRESENCE, [keysOf(room).here], words);
  }

  #end(room: string, subscription: RedisSubscription): void {
    this.#stale.delete(subscription);
    const people = subscription.presence.stop();
    if (this.#byRoom.get(room) !== subscription) return;
    this.#byRoom.delete(room);
    this.#link.unsubscribe(this.channelOf(room));
    this.#leave(room, people);
    if (subscription.seq === 0) this.#services.unlist(room);
  }

  async #leave(room: string, people: readonly string[]): Promise<void> {
    try {
      for (let at = 0; at < people.length; at += LIMITS.presencePublished) {
        const some = people.slice(at, at + LIMITS.presencePublished);
        await this.#publish(room, some.map((id) => [id, undefined]));
      }
    } catch {
      if (this.#left.size < LIMITS.roomsLeft) this.#left.set(room, people);
    }
  }

  #receive(subscription: RedisSubscription, payload: Uint8Array): void {
    const { kind, from, numbers, body } = parsePublication(payload);
    if (kind === "p") return subscription.presence.receive(from, fromChanges(body()));
    if (kind === "t") return subscription.presence.receiveTyping(JSON.parse(body()));
    const [first, count, whole, time, forgotten = 0] = numbers;
    subscription.forgotten = forgotten;
    const drafts = whole === 1 ? this.#batches.get(from) : undefined;
    this.#batches.delete(from);
    const entries = drafts ? () => fromDrafts(drafts, first, time) : () => fromBatch(first, body());
    subscription.receive({ first, count, entries });
  }

  /** Names a batch of one room, which is about to be sent. */
  nameBatch(room: string, drafts: readonly Draft[]): string {
    const batch = `${this.#nodes.self}:${++this.#batch}`;
    if (!this.#byRoom.has(room)) return batch;
    this.#batches.set(batch, drafts);
    if (this.#batches.size > LIMITS.batchesRemembered) {
      this.#batches.delete(this.#batches.keys().next().value!);
    }
    return batch;
  }

  /** Calls are accepted again: what was missed is read, what was not published is published. */
  back(): void {
    for (const [room, people] of this.#left) {
      this.#left.delete(room);
      if (!this.#byRoom.has(room)) this.#leave(room, people);
    }
    for (const subscription of this.#byRoom.values()) {
      subscription.doubt();
      this.resync(subscription);
    }
  }

  /** A room may have missed something: it reads, in its turn. */
  resync(subscription: RedisSubscription): void {
    this.#stale.add(subscription);
    if (this.#resyncing < LIMITS.roomsResyncing) this.#resyncStale();
  }

  async #resyncStale(): Promise<void> {
    this.#resyncing++;
    for (const subscription of this.#stale) {
      this.#stale.delete(subscription);
      // Where it fails the link is away, and will be back, or the periodic look finds it again.
      await subscription.resync().catch(() => {});
    }
    this.#resyncing--;
  }

  /** Only these nodes are alive; `missed`: they have taken out what this one published. */
  dropDeadNodes(alive: ReadonlySet<string>, missed: boolean): void {
    for (const subscription of this.#byRoom.values()) {
      // What the dead left in Redis is found and taken out by reading.
      if (subscription.presence.dropDeadNodes(alive) || missed) this.resync(subscription);
    }
  }

  /** The numbering is another. */
  break(): void {
    for (const subscription of this.#byRoom.values()) subscription.break();
  }
}
