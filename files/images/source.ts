/** Bytes of a file on disk, read a window at a time: what the parsers of images read from. */

const WINDOW = 64 * 1024;

/** A part of an open file, from some place to its end. */
export class Source {
  readonly size: number;
  readonly #file: Deno.FsFile;
  readonly #start: number;
  #window = new Uint8Array(0);
  #windowAt = 0;

  /**
   * @param start where in the file the part begins
   * @param size of the part, in bytes
   */
  constructor(file: Deno.FsFile, start: number, size: number) {
    this.#file = file;
    this.#start = start;
    this.size = size;
  }

  /** These bytes, 64 KiB at most; fewer at the end. They are valid until the next call. */
  async bytes(at: number, length: number): Promise<Uint8Array> {
    const end = Math.min(at + length, this.size);
    const isHere = at >= this.#windowAt && end <= this.#windowAt + this.#window.length;
    if (!isHere) await this.#load(at);
    return this.#window.subarray(at - this.#windowAt, Math.max(end - this.#windowAt, 0));
  }

  async #load(at: number): Promise<void> {
    const window = new Uint8Array(Math.max(0, Math.min(WINDOW, this.size - at)));
    let length = 0;
    await this.#file.seek(this.#start + at, Deno.SeekMode.Start);
    while (length < window.length) {
      const read = await this.#file.read(window.subarray(length));
      if (read === null) break;
      length += read;
    }
    this.#window = window.subarray(0, length);
    this.#windowAt = at;
  }
}

/** The bytes as text, a character for each. */
export function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A view of the bytes, to read numbers from. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
