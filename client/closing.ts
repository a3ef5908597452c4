/**
 * Closes the socket of a client that was ended for what it sends, so that it learns why.
 *
 * The runtime drops the connection at once if a frame comes after it was asked to close, and then the
 * reason is lost on the way. So this waits until the client is quiet: for a limited time, and for a limited
 * number of frames, which nobody reads.
 */

import { LIMITS } from "../config/limits.ts";

/** Waits until a client is quiet, and then closes. */
export class Closing {
  readonly #close: () => void;
  readonly #deadline = performance.now() + LIMITS.unquietMs;
  readonly #timer = setInterval(() => this.#look(), LIMITS.quietMs);
  #frames = 0;
  #heard = false;

  /** @param close is called once, unless {@linkcode stop} is called before */
  constructor(close: () => void) {
    this.#close = close;
  }

  /** A frame has come. */
  heard(): void {
    this.#heard = true;
    if (++this.#frames === LIMITS.unquietFrames) this.#finish();
  }

  /** The socket is closed already. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (!this.#heard || performance.now() > this.#deadline) this.#finish();
    this.#heard = false;
  }

  #finish(): void {
    this.stop();
    this.#close();
  }
}
