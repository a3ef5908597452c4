/** Work that is done one at a time for each key, in the order in which it was asked for. */

import { LIMITS } from "../config/limits.ts";
import { UnreachableError } from "../journal/journal.ts";

/** Queues of work, by key. */
export class Serial {
  readonly #queues = new Map<string, { last: Promise<unknown>; length: number }>();

  /**
   * Does some work once all earlier work of this key is done, whatever became of that.
   *
   * @throws {UnreachableError} if too much waits already
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (queue.length >= LIMITS.changesWaiting) throw new UnreachableError();
    this.#queues.set(key, queue);
    queue.length++;
    const done = queue.last.then(work, work);
    queue.last = done;
    try {
      return await done;
    } finally {
      if (--queue.length === 0) this.#queues.delete(key);
    }
  }
}
