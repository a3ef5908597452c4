/**
 * One upload: its bytes go to disk as they come, within its limits, and nothing is left of one that
 * fails.
 *
 * It ends when its bytes come too slowly, or when somebody ends it. Its space is reserved before the first
 * byte if its length is known, else as its bytes come.
 */

import { LIMITS } from "../config/limits.ts";
import { FileError, isDiskFull } from "./errors.ts";
import { type FileFolder, writeAll } from "./folder.ts";
import type { Owner, Usage } from "./usage.ts";

/** What an upload may take. */
export interface UploadLimits {
  readonly usage: Usage;
  /** The largest file, in bytes. */
  readonly most: number;
  /** How long it may bring nothing. */
  readonly stallMs: number;
}

/** Receives one file. */
export class Upload {
  readonly #limits: UploadLimits;
  readonly #owner: Owner;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #began = performance.now();
  #ended: FileError | undefined;
  #reserved = 0;
  #heardAt = this.#began;
  #size = 0;

  constructor(body: ReadableStream<Uint8Array>, owner: Owner, limits: UploadLimits) {
    this.#reader = body.getReader();
    this.#owner = owner;
    this.#limits = limits;
  }

  /** The bytes that have come. */
  get size(): number {
    return this.#size;
  }

  /**
   * Reserves space for its length.
   *
   * @throws {FileError} `too_large`, `share_used` or `full`
   */
  async reserve(length: number, folder: FileFolder): Promise<void> {
    this.#grow(length + LIMITS.fileHeader);
    if (await folder.hasSpace(this.#reserved)) return;
    throw new FileError("full", "the disk for attachments is nearly full");
  }

  #grow(bytes: number): void {
    const { usage, most } = this.#limits;
    if (this.#reserved + bytes > most + LIMITS.fileHeader) {
      throw new FileError("too_large", `an attachment takes ${most} bytes at most`);
    }
    usage.check(this.#owner, bytes);
    usage.add(this.#owner, bytes);
    this.#reserved += bytes;
  }

  /**
   * Writes everything that comes to a file.
   *
   * @throws {FileError} if it is not taken, or does not come whole
   */
  async writeTo(file: Deno.FsFile): Promise<void> {
    for (;;) {
      const { value, done } = await this.#read();
      if (done) break;
      this.#heardAt = performance.now();
      this.#size += value.length;
      const missing = this.#size + LIMITS.fileHeader - this.#reserved;
      if (missing > 0) this.#grow(missing);
      await writeAll(file, value);
    }
    if (this.#size === 0) throw new FileError("empty", "the file is empty");
  }

  async #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    let result: ReadableStreamReadResult<Uint8Array>;
    try {
      result = await this.#reader.read();
    } catch {
      throw this.#ended ?? new FileError("slow", "the file did not come whole");
    }
    if (this.#ended) throw this.#ended;
    return result;
  }

  /** Ends it if it is too slow; called about once a second. */
  check(now: number): void {
    const allowed = LIMITS.uploadMs + this.#size / LIMITS.uploadBytesPerMs;
    const isSlow = now - this.#began > allowed || now - this.#heardAt > this.#limits.stallMs;
    if (isSlow) this.end(new FileError("slow", "the file came too slowly"));
  }

  /** Ends it for this reason. */
  end(reason: FileError): void {
    this.#ended ??= reason;
    this.#reader.cancel().catch(() => {});
  }

  /** It is over: what was reserved is free again, and nothing more is read. */
  close(): void {
    this.#limits.usage.add(this.#owner, -this.#reserved);
    this.#reserved = 0;
    this.#reader.cancel().catch(() => {});
  }
}

/** The error as a caller of this folder sees it. */
export function asFileError(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  return new FileError("full", "the disk for attachments is full");
}
