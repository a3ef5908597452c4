/**
 * The pages in SQLite's log, the file that ends in `-wal`, as https://sqlite.org/fileformat2.html describes
 * it. It is only read.
 */

/** The lengths of the header of the log, and of the one before each page. */
const HEADER = 32;
const FRAME = 24;
/** Pages that are read at once. */
const AT_ONCE = 64;

/** A place in the log: how many pages of it were read since it was begun again. */
interface Place {
  readonly salt: number;
  readonly frames: number;
}

/** Reads each page of a log once. */
export class WalReader {
  readonly #path: string;
  readonly #pageSize: number;
  /** For the pages that are read at once: new memory each time would cost more than reading them. */
  readonly #buffer: Uint8Array;
  #place: Place = { salt: 0, frames: 0 };

  constructor(path: string, pageSize: number) {
    this.#path = path;
    this.#pageSize = pageSize;
    this.#buffer = new Uint8Array(AT_ONCE * (FRAME + pageSize));
  }

  /** The size of the log in bytes; 0 if there is none. */
  get size(): number {
    try {
      return Deno.statSync(this.#path).size;
    } catch {
      return 0;
    }
  }

  /** The pages that the log had when it was read. */
  get pages(): number {
    return this.#place.frames;
  }

  /**
   * Calls `visit` with each page that transactions have written since the last call, as the last of them
   * left it, and with its number. The page is valid only during the call.
   *
   * @returns whether the log was begun again since then
   */
  read(visit: (page: Uint8Array, number: number) => void): boolean {
    const { size } = this;
    if (size < HEADER) return false;
    using file = Deno.openSync(this.#path);
    const salt = saltIn(readAt(file, 0, HEADER), 16);
    const isNew = salt !== this.#place.salt;
    let frames = isNew ? 0 : this.#place.frames;
    const end = Math.floor((size - HEADER) / (FRAME + this.#pageSize));
    for (let most = AT_ONCE; frames < end;) {
      const count = Math.min(end - frames, most);
      const { kept, read } = this.#readSome(file, salt, frames, count, visit);
      frames += kept;
      if (read < count || frames + read === end && kept === 0) break;
      // A transaction may be longer.
      if (kept === 0) most *= 2;
    }
    this.#place = { salt, frames };
    return isNew;
  }

  /** Reads some pages; answers with how many there are, and how many belong to whole transactions. */
  #readSome(
    file: Deno.FsFile,
    salt: number,
    from: number,
    most: number,
    visit: (page: Uint8Array, number: number) => void,
  ): { kept: number; read: number } {
    const length = FRAME + this.#pageSize;
    const bytes = most > AT_ONCE ? new Uint8Array(most * length) : this.#buffer;
    const some = readInto(bytes.subarray(0, most * length), file, HEADER + from * length);
    const places = new Map<number, number>();
    let pending: [number: number, at: number][] = [];
    let [kept, read] = [0, 0];
    for (let at = 0; at + length <= some.length && saltIn(some, at + 8) === salt; at += length) {
      read++;
      pending.push([uint32(some, at), at + FRAME]);
      // Pages after the last one that ends a transaction are overwritten by the next transaction.
      if (uint32(some, at + 4) === 0) continue;
      for (const [number, place] of pending) places.set(number, place);
      kept += pending.length;
      pending = [];
    }
    for (const [number, at] of places) visit(some.subarray(at, at + this.#pageSize), number);
    return { kept, read };
  }
}

/** The bytes from a place in a file on, fewer at its end. */
export function readAt(file: Deno.FsFile, at: number, length: number): Uint8Array {
  return readInto(new Uint8Array(length), file, at);
}

function readInto(bytes: Uint8Array, file: Deno.FsFile, at: number): Uint8Array {
  file.seekSync(at, Deno.SeekMode.Start);
  let read = 0;
  while (read < bytes.length) {
    const count = file.readSync(bytes.subarray(read));
    if (count === null) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

/** What changes in the log each time it is begun. */
function saltIn(bytes: Uint8Array, at: number): number {
  return uint32(bytes, at) * 2 ** 20 + (uint32(bytes, at + 4) & 0xfffff);
}
