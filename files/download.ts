/**
 * One download: a part of a file, read as fast as its reader takes it.
 *
 * A reader that takes nothing for some time is given up, so that nobody can hold files open.
 */

import { LIMITS } from "../config/limits.ts";
import type { OpenFile } from "./folder.ts";

const CHUNK = 64 * 1024;

/** A part of a file on its way to somebody. */
export class Download {
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #file: Deno.FsFile;
  readonly #stallMs: number;
  readonly #closed: () => void;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #left: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = true;

  /**
   * @param from the first byte
   * @param to the one after the last
   * @param stallMs for how long its reader may take nothing
   * @param closed is called once, when it is over
   */
  constructor(
    { file }: OpenFile,
    from: number,
    to: number,
    stallMs: number,
    closed: () => void,
  ) {
    this.#file = file;
    this.#left = to - from;
    this.#stallMs = stallMs;
    this.#closed = closed;
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: async (controller) => {
        this.#controller = controller;
        await file.seek(LIMITS.fileHeader + from, Deno.SeekMode.Start);
        this.#wait();
      },
      pull: () => this.#pull(),
      cancel: () => this.#close(),
    }, { highWaterMark: 0 });
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#isOpen) this.#timer = setTimeout(() => this.abort(), this.#stallMs);
  }

  async #pull(): Promise<void> {
    this.#wait();
    const chunk = new Uint8Array(Math.min(CHUNK, this.#left));
    const read = this.#left > 0 ? await this.#file.read(chunk) : null;
    if (!this.#isOpen) return;
    if (read === null) {
      if (this.#left > 0) return this.abort();
      this.#controller.close();
      return this.#close();
    }
    this.#left -= read;
    this.#controller.enqueue(chunk.subarray(0, read));
  }

  /** Breaks it off: its reader gets less than it was promised. */
  abort(): void {
    if (!this.#isOpen) return;
    // An error would be printed by the runtime; the connection is closed in either case.
    this.#controller.close();
    this.#close();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#file.close();
    this.#closed();
  }
}
