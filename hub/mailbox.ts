/**
 * A queue with many senders and one reader, which takes everything at once.
 *
 * Commands come out in the order in which they were posted, as arrays: everything that was posted
 * during one turn of the event loop. The turn is what makes batches: under load the sockets that
 * are readable are read before the reader goes on, and an idle mailbox hands over its only command
 * at once. (`setImmediate` lets timers and sockets run between two batches; microtasks would
 * starve them, and a timer of 1 ms would cost that millisecond.)
 */

import { setImmediate } from "node:timers";

/** A queue of commands for one reader, with a limit. */
export class Mailbox<T> {
  #commands: T[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  readonly #limit: number;
  readonly #reserve: number;

  /**
   * @param limit how many commands may wait before {@linkcode Mailbox.offer} refuses
   * @param reserve how many more {@linkcode Mailbox.post} may add
   */
  constructor(limit: number, reserve: number) {
    this.#limit = limit;
    this.#reserve = reserve;
  }

  /** How many commands wait. */
  get length(): number {
    return this.#commands.length;
  }

  /** Posts a command unless the mailbox is full or closed; reports whether it did. */
  offer(command: T): boolean {
    if (this.#commands.length >= this.#limit) return false;
    return this.#push(command);
  }

  /**
   * Posts a command that must not be refused, such as a leave; only a closed mailbox does.
   *
   * @throws {RangeError} beyond the reserve: the caller posts more than it promised
   */
  post(command: T): boolean {
    if (this.#commands.length >= this.#limit + this.#reserve) {
      throw new RangeError("the mailbox's reserve is used up");
    }
    return this.#push(command);
  }

  #push(command: T): boolean {
    if (this.#closed) return false;
    this.#commands.push(command);
    const wake = this.#wake;
    if (wake) {
      this.#wake = undefined;
      setImmediate(wake);
    }
    return true;
  }

  /** Accepts no more commands; the reader gets those that wait, then its loop ends. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** The commands that were posted since the last array, one turn of the event loop at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T[]> {
    for (;;) {
      await new Promise<void>((resolve) => {
        if (this.#commands.length > 0 || this.#closed) setImmediate(resolve);
        else this.#wake = resolve;
      });
      if (this.#commands.length === 0) {
        if (this.#closed) return;
        continue;
      }
      const commands = this.#commands;
      this.#commands = [];
      yield commands;
    }
  }
}
