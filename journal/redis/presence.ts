/**
 * The people of one room: those of this node, published, and a copy of those of the others.
 *
 * Redis has a field for each person on each node. A node changes its own fields alone, in batches:
 * a batch is written and published in one step, and says of each person in it how they are now. So
 * a batch may come twice or late and does no harm, and one that is lost leaves a difference, which
 * {@linkcode RedisPresence.resync} removes on both sides: it reads all fields, takes the others' as
 * they are, and publishes its own again where Redis has them otherwise. What came while it read is
 * newer than what it read.
 *
 * Knows no connection: `store` reads and writes.
 */

import { LIMITS } from "../../config/limits.ts";
import type { RemotePresence } from "../journal.ts";
import type { Person } from "../../hub/person.ts";
import { type Change, fieldOf, groupByNode, toValue } from "./encoding.ts";
import { RemotePeople } from "./people.ts";

/** What a presence needs of its journal. */
export interface PresenceStore {
  /** The fields of the room, and their values, in turn. */
  read(): Promise<string[]>;
  /** Those of these nodes that are alive. */
  alive(nodes: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Writes and publishes changes of this node, in one step. */
  publish(changes: readonly Change[]): Promise<void>;
  publishTyping(id: string): Promise<void>;
  /** Takes fields of dead nodes out. */
  remove(fields: readonly string[]): Promise<void>;
}

/** The people in one room, here and on the other nodes. */
export class RedisPresence {
  readonly #node: string;
  readonly #store: PresenceStore;
  readonly #notify: () => void;
  /** The people here, and those that Redis has of this node, by id, encoded. */
  readonly #here = new Map<string, string>();
  #stored: Map<string, string> = new Map();
  /** The ids of those whom Redis may have in another way. */
  readonly #unpublished = new Set<string>();
  readonly #remote = new RemotePeople();
  readonly #typing = new Set<string>();
  /** While all fields are read: those that were published meanwhile. */
  #newer: Set<string> | undefined;
  #synced = false;
  #resyncing: Promise<void> | undefined;
  #publishing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** @param notify is called when there is something to take */
  constructor(node: string, store: PresenceStore, notify: () => void) {
    this.#node = node;
    this.#store = store;
    this.#notify = notify;
  }

  /** Whether it is what Redis has, as far as the number of the fields there shows. */
  matches(fields: number): boolean {
    if (this.#publishing || this.#timer !== undefined) return true;
    return this.#synced && this.#unpublished.size === 0 &&
      fields === this.#stored.size + this.#remote.size;
  }

  /** What other nodes published since the last call, net. */
  take(): RemotePresence[] {
    const changes = this.#remote.take();
    for (const id of this.#typing) changes.push({ kind: "typing", id });
    this.#typing.clear();
    return changes;
  }

  /** Somebody is here, or is not (`undefined`). */
  publish(id: string, person: Person | undefined): void {
    if (person) this.#here.set(id, toValue(person));
    else this.#here.delete(id);
    this.#unpublished.add(id);
    this.#schedule();
  }

  /** Somebody types; not worth a second try. */
  publishTyping(id: string): void {
    this.#store.publishTyping(id).catch(() => {});
  }

  #schedule(): void {
    if (this.#stopped || this.#publishing || this.#unpublished.size === 0) return;
    this.#timer ??= setTimeout(() => this.#flush(), LIMITS.presenceMs);
  }

  /** Publishes what changed. Where that fails, it stays to be done by the next resync. */
  async #flush(): Promise<void> {
    this.#timer = undefined;
    const ids = [...this.#unpublished.values().take(LIMITS.presencePublished)];
    const changes = ids.map((id): Change => [id, this.#here.get(id)])
      .filter(([id, value]) => value !== this.#stored.get(id));
    for (const id of ids) this.#unpublished.delete(id);
    this.#publishing = true;
    try {
      if (changes.length > 0) await this.#store.publish(changes);
      for (const [id, value] of changes) {
        if (value === undefined) this.#stored.delete(id);
        else this.#stored.set(id, value);
      }
      this.#publishing = false;
      this.#schedule();
    } catch {
      this.#publishing = false;
      for (const id of ids) this.#unpublished.add(id);
    }
  }

  /** Another node published changes. */
  receive(node: string, changes: readonly Change[]): void {
    if (node === this.#node) return;
    for (const [id, value] of changes) {
      this.#newer?.add(fieldOf(node, id));
      this.#remote.set(node, id, value);
    }
    this.#wake();
  }

  /** Somebody types on another node. */
  receiveTyping(id: string): void {
    if (!this.#remote.has(id)) return;
    this.#typing.add(id);
    this.#notify();
  }

  #wake(): void {
    if (this.#remote.changed && !this.#stopped) this.#notify();
  }

  /** Only these nodes are alive; reports whether that took anybody out. */
  dropDeadNodes(alive: ReadonlySet<string>): boolean {
    const dead = this.#remote.nodes.filter((node) => !alive.has(node));
    for (const node of dead) this.#remote.drop(node);
    this.#wake();
    return dead.length > 0;
  }

  /** Reads all fields, and makes both sides agree. Rejects if they cannot be read. */
  resync(): Promise<void> {
    return this.#resyncing ??= this.#resync();
  }

  async #resync(): Promise<void> {
    const newer = this.#newer = new Set<string>();
    try {
      const nodes = groupByNode(await this.#store.read());
      this.#compare(nodes.get(this.#node) ?? new Map());
      nodes.delete(this.#node);
      const alive = await this.#store.alive(nodes.keys());
      for (const node of new Set([...nodes.keys(), ...this.#remote.nodes])) {
        const people = alive.has(node) ? nodes.get(node) : undefined;
        this.#remote.replace(node, people ?? new Map(), (id) => newer.has(fieldOf(node, id)));
      }
      this.#synced = true;
      this.#wake();
      await this.#removeDead(nodes, alive);
    } finally {
      this.#newer = this.#resyncing = undefined;
      this.#schedule();
    }
  }

  /** These are the fields of this node. */
  #compare(stored: Map<string, string>): void {
    this.#stored = stored;
    for (const [id, value] of this.#here) if (stored.get(id) !== value) this.#unpublished.add(id);
    for (const id of stored.keys()) if (!this.#here.has(id)) this.#unpublished.add(id);
  }

  async #removeDead(
    nodes: ReadonlyMap<string, ReadonlyMap<string, string>>,
    alive: ReadonlySet<string>,
  ): Promise<void> {
    for (const [node, people] of nodes) {
      if (alive.has(node)) continue;
      const fields = Array.from(people.keys(), (id) => fieldOf(node, id));
      for (let at = 0; at < fields.length; at += LIMITS.presencePublished) {
        await this.#store.remove(fields.slice(at, at + LIMITS.presencePublished));
      }
    }
  }

  /** Nobody is here any more; answers with the ids that Redis may still have. */
  stop(): string[] {
    this.#stopped = true;
    clearTimeout(this.#timer);
    return [...new Set([...this.#stored.keys(), ...this.#here.keys(), ...this.#unpublished])];
  }
}
