/**
 * The pages in SQLite's log, the file that ends in `-wal`, as https://sqlite.org/fileformat2.html describes
 * it. It is only read.
 */

/** The lengths of the header of the log, and of the one before each page. */
const HEADER = 32;
const FRAME = 24;
/** Pages that are read at once. */
const AT_ONCE = 64;

/** A place in the log: how many pages of it were read since it was begun anew. */
interface Place {
  readonly salt: string;
  readonly frames: number;
}

/** Reads each page of a log once. */
export class WalReader {
  readonly #path: string;
  readonly #pageSize: number;
  #place: Place = { salt: "", frames: 0 };

  constructor(path: string, pageSize: number) {
    this.#path = path;
    this.#pageSize = pageSize;
  }

  /** The size of the log in bytes; 0 if there is none. */
  get size(): number {
    try {
      return Deno.statSync(this.#path).size;
    } catch {
      return 0;
    }
  }

  /** The number of pages that fit in a log of so many bytes. */
  countIn(bytes: number): number {
    return Math.max(0, Math.floor((bytes - HEADER) / (FRAME + this.#pageSize)));
  }

  /** Calls `visit` with each page that was written since the last call, and with its number. */
  read(visit: (page: Uint8Array, number: number) => void): void {
    if (this.size < HEADER) return;
    using file = Deno.openSync(this.#path);
    const salt = saltIn(readAt(file, 0, HEADER), 16);
    let frames = salt === this.#place.salt ? this.#place.frames : 0;
    const length = FRAME + this.#pageSize;
    for (let next = frames;;) {
      const some = readAt(file, HEADER + next * length, AT_ONCE * length);
      for (let at = 0; at + length <= some.length; at += length) {
        if (saltIn(some, at + 8) !== salt) return void (this.#place = { salt, frames });
        next++;
        visit(some.subarray(at + FRAME, at + length), uint32(some, at));
        // Pages after the last one that ends a transaction are overwritten by the next transaction.
        if (uint32(some, at + 4) > 0) frames = next;
      }
      if (some.length < AT_ONCE * length) break;
    }
    this.#place = { salt, frames };
  }
}

/** The bytes from a place in a file on, fewer at its end. */
export function readAt(file: Deno.FsFile, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seekSync(at, Deno.SeekMode.Start);
  let read = 0;
  while (read < length) {
    const count = file.readSync(bytes.subarray(read));
    if (count === null) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

function saltIn(bytes: Uint8Array, at: number): string {
  return `${uint32(bytes, at)} ${uint32(bytes, at + 4)}`;
}
