/**
 * How many bytes the files take, in all and of each person and address, and whether there is space for
 * more.
 *
 * A file that is being received counts from the start. Of several servers that share a folder, each knows of
 * the others' files since it looked at the folder last, so together they may exceed a limit by what came
 * within that time.
 */

import { LIMITS } from "../config/limits.ts";
import { FileError } from "./errors.ts";
import type { FileRecord } from "./record.ts";

/** Whose bytes they are: the sender's id, and what stands for the address. */
export type Owner = Pick<FileRecord, "from" | "address">;

/** The bytes that a file counts as. */
export function countedSize(size: number): number {
  return Math.max(size + LIMITS.fileHeader, LIMITS.fileLeast);
}

/** Counts bytes. */
export class Usage {
  readonly #most: number;
  readonly #share: number;
  readonly #byKey = new Map<string, number>();
  #total = 0;

  /** @param most bytes of all files together */
  constructor(most: number) {
    this.#most = most;
    this.#share = Math.floor(most / LIMITS.filesShare);
  }

  /** The bytes of all files together. */
  get total(): number {
    return this.#total;
  }

  /** The bytes that one person may use. */
  get share(): number {
    return this.#share;
  }

  /**
   * Throws unless there is space for this many more bytes.
   *
   * @throws {FileError} `share_used` or `full`
   */
  check(owner: Owner, bytes: number): void {
    for (const key of keysOf(owner)) {
      if ((this.#byKey.get(key) ?? 0) + bytes <= this.#share) continue;
      const whose = key.startsWith("person") ? "you have" : "your address has";
      const detail = `${whose} used the space for attachments, ${this.#share} bytes: ` +
        "delete messages with large ones";
      throw new FileError("share_used", detail);
    }
    if (this.#total + bytes <= this.#most) return;
    throw new FileError("full", "the space for attachments is used up on this server");
  }

  /** Counts bytes; less than 0 takes them off. */
  add(owner: Owner, bytes: number): void {
    this.#total += bytes;
    for (const key of keysOf(owner)) {
      const sum = (this.#byKey.get(key) ?? 0) + bytes;
      if (sum > 0) this.#byKey.set(key, sum);
      else this.#byKey.delete(key);
    }
  }
}

function keysOf({ from, address }: Owner): string[] {
  return [`person ${from}`, `address ${address}`];
}
