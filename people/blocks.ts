/**
 * Blocks: people whom somebody does not want to hear from.
 *
 * A block belongs to the person who made it, and nobody else learns of it. The blocked person may still
 * write: what they write reaches neither the other's list of rooms, mentions nor notifications.
 */

import { LIMITS } from "../config/limits.ts";
import type { Directory } from "./directory.ts";
import { Grouped } from "./grouped.ts";
import { idKey } from "./ids.ts";
import { Refused } from "./refused.ts";

/** The blocks of a directory. */
export class Blocks {
  readonly #directory: Directory;
  readonly #byMember: Grouped;

  constructor(directory: Directory) {
    this.#directory = directory;
    this.#byMember = new Grouped(directory, "block", 0);
  }

  /** Whether somebody blocks another person. */
  has(id: string, other: string): boolean {
    return this.#byMember.of(idKey(id)).has(idKey(other));
  }

  /** The ids of the people whom somebody blocks. */
  of(id: string): string[] {
    const key = idKey(id);
    return [...this.#byMember.of(key)].map((other) =>
      this.#directory.get("block", `${key}/${other}`)!
    );
  }

  /**
   * Blocks a person.
   *
   * @returns false if it was so already
   * @throws {Refused} if it is oneself, or too many are blocked
   */
  add(id: string, other: string): Promise<boolean> {
    if (id === other) throw new Refused("bad", "you cannot block yourself");
    return this.#directory.change(id, () => {
      if (this.has(id, other)) return { puts: [], result: false };
      if (this.#byMember.of(idKey(id)).size >= LIMITS.blocks) {
        throw new Refused("full", `you block ${LIMITS.blocks} people already`);
      }
      return { puts: [["block", `${idKey(id)}/${idKey(other)}`, other]], result: true };
    });
  }

  /** Blocks a person no longer. */
  remove(id: string, other: string): Promise<void> {
    const key = `${idKey(id)}/${idKey(other)}`;
    return this.#directory.change(id, () => {
      const exists = this.#directory.get("block", key) !== undefined;
      return { puts: exists ? [["block", key, undefined]] : [], result: undefined };
    });
  }
}
