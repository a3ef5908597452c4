/**
 * The people of one room on the other nodes: a copy of what those nodes published, node by node.
 *
 * A person on several nodes comes with the first and leaves with the last. Collects what changed,
 * net, until it is taken. Asks and publishes nothing itself.
 */

import type { RemotePresence } from "../journal.ts";
import { toPerson } from "./encoding.ts";

const NOBODY: ReadonlyMap<string, string> = new Map();

/** The people of the other nodes in one room. */
export class RemotePeople {
  /** By node, then by the person's id: the person, encoded. */
  readonly #nodes = new Map<string, Map<string, string>>();
  /** On how many nodes a person is. */
  readonly #counts = new Map<string, number>();
  readonly #changes = new Map<string, RemotePresence>();

  /** The nodes that have people here. */
  get nodes(): string[] {
    return [...this.#nodes.keys()];
  }

  /** How many people there are; a person counts once for each node. */
  get size(): number {
    let size = 0;
    for (const people of this.#nodes.values()) size += people.size;
    return size;
  }

  /** Whether there is something to take. */
  get changed(): boolean {
    return this.#changes.size > 0;
  }

  /** Whether somebody is on another node. */
  has(id: string): boolean {
    return this.#counts.has(id);
  }

  /** What changed since the last call, net. */
  take(): RemotePresence[] {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }

  /** A person is on a node, or is not (`undefined`). */
  set(node: string, id: string, value: string | undefined): void {
    if (value === undefined) this.#delete(node, id);
    else this.#add(node, id, value);
  }

  /** These are all the people of a node, but for those that `except` names: they stay as they are. */
  replace(
    node: string,
    people: ReadonlyMap<string, string>,
    except: (id: string) => boolean = () => false,
  ): void {
    for (const id of [...this.#nodes.get(node)?.keys() ?? []]) {
      if (!people.has(id) && !except(id)) this.#delete(node, id);
    }
    for (const [id, value] of people) if (!except(id)) this.#add(node, id, value);
  }

  /** Nobody is on this node any more. */
  drop(node: string): void {
    this.replace(node, NOBODY);
  }

  #add(node: string, id: string, value: string): void {
    let people = this.#nodes.get(node);
    if (!people) this.#nodes.set(node, people = new Map());
    const before = people.get(id);
    if (before === value) return;
    people.set(id, value);
    if (before === undefined) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    this.#changes.set(id, { kind: "here", person: toPerson(id, value) });
  }

  #delete(node: string, id: string): void {
    const people = this.#nodes.get(node);
    if (!people?.delete(id)) return;
    if (people.size === 0) this.#nodes.delete(node);
    const count = this.#counts.get(id)! - 1;
    if (count > 0) return void this.#counts.set(id, count);
    this.#counts.delete(id);
    this.#changes.set(id, { kind: "gone", id });
  }
}
