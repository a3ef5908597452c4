/**
 * A response body that a client writes to as to a socket: what Server-Sent Events go out on.
 */

import type { Outlet } from "./drain.ts";

const encoder = new TextEncoder();

/** A stream of events, open until the reader goes or it is closed. */
export class EventStream implements Outlet {
  /** What the response is made of. */
  readonly body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #gone: () => void;
  #open = true;

  /** @param gone is called once, when nobody reads any more or nothing more is written */
  constructor(gone: () => void) {
    this.#gone = gone;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#open = false;
        this.#gone();
      },
    }, new ByteLengthQueuingStrategy({ highWaterMark: 0 }));
    // A comment, so that the head goes out at once.
    this.send(":\n\n");
  }

  get bufferedAmount(): number {
    return this.#open ? -(this.#controller.desiredSize ?? 0) : 0;
  }

  send(frame: string): void {
    if (this.#open) this.#controller.enqueue(encoder.encode(frame));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#controller.close();
    this.#gone();
  }
}
