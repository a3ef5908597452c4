/**
 * The body of a response with Server-Sent Events, which a client writes to as to a socket.
 *
 * A comment is sent first, so that the head of the response is sent, and then at intervals, so that no
 * proxy takes a quiet stream for a dead one, and a dead one is noticed. A reader that still has something
 * to read gets none, since a stalled stream must not look as if it accepted data.
 */

import { LIMITS } from "../config/limits.ts";
import type { Sink } from "../client/backpressure.ts";

const encoder = new TextEncoder();

/** A stream of events, open until the reader goes or it is closed. */
export class EventStream implements Sink {
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #gone: () => void;
  readonly #beating: ReturnType<typeof setInterval>;
  #open = true;

  /**
   * @param gone is called once, when the reader has gone or the stream is closed
   * @param beatMs how often a comment is sent
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
