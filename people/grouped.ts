/**
 * Records whose ids have two parts, such as `ADDRESS/MEMBER`, grouped by one of them.
 *
 * It follows the directory, so it is as new as that. Neither part contains a slash.
 */

import type { Directory } from "./directory.ts";
import type { Kind } from "./records.ts";

const NONE: ReadonlySet<string> = new Set();

/** Groups the records of one kind. */
export class Grouped {
  readonly #groups = new Map<string, Set<string>>();
  readonly #part: 0 | 1;

  /** @param part the part by which they are grouped */
  constructor(directory: Directory, kind: Kind, part: 0 | 1) {
    this.#part = part;
    for (const id of directory.all(kind).keys()) this.#set(id, true);
    directory.listen((changed, id) => {
      if (changed === kind) this.#set(id, directory.get(kind, id) !== undefined);
    });
  }

  /** The other parts of the records of a group. */
  of(group: string): ReadonlySet<string> {
    return this.#groups.get(group) ?? NONE;
  }

  #set(id: string, exists: boolean): void {
    const parts = id.split("/");
    const [group, other] = [parts[this.#part], parts[1 - this.#part]];
    const others = this.#groups.get(group) ?? new Set();
    if (exists) others.add(other);
    else others.delete(other);
    if (others.size > 0) this.#groups.set(group, others);
    else this.#groups.delete(group);
  }
}
