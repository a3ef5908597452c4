/**
 * A response body that a client writes to as to a socket: what Server-Sent Events go out on.
 *
 * A comment goes out first, so that the head does, and then every few seconds, so that who stands
 * between does not take a quiet stream for a dead one, and a dead one is noticed. None goes to a
 * reader that has not taken what it has: that it takes nothing must not look like taking something.
 */

import { LIMITS } from "../config/limits.ts";
import type { Sink } from "../client/backpressure.ts";

const encoder = new TextEncoder();

/** A stream of events, open until the reader goes or it is closed. */
export class EventStream implements Sink {
  /** What the response is made of. */
  readonly body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #gone: () => void;
  readonly #beating: ReturnType<typeof setInterval>;
  #open = true;

  /**
   * @param gone is called once, when nobody reads any more or nothing more is written
   * @param beatMs how often a comment goes out
   */
  constructor(gone: () => void, beatMs: number = LIMITS.heartbeatMs) {
    this.#gone = gone;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#end(),
    }, new ByteLengthQueuingStrategy({ highWaterMark: 0 }));
    const beat = () => this.bufferedAmount || this.send(":\n\n");
    this.#beating = setInterval(beat, beatMs);
    beat();
  }

  get bufferedAmount(): number {
    return this.#open ? -(this.#controller.desiredSize ?? 0) : 0;
  }

  send(frame: string): void {
    if (this.#open) this.#controller.enqueue(encoder.encode(frame));
  }

  close(): void {
    if (!this.#open) return;
    this.#controller.close();
    this.#end();
  }

  #end(): void {
    this.#open = false;
    clearInterval(this.#beating);
    this.#gone();
  }
}
