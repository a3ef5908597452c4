/**
 * The index: what its Worker does for each request.
 *
 * Batches are collected in a transaction for a short time; queries see what is in it, and a crash loses no
 * more than that, which is then read from the journal again. If the file turns out to be damaged, an empty
 * one takes its place.
 */

import { LIMITS } from "../../config/limits.ts";
import type {
  IndexOptions,
  IndexQuery,
  Matches,
  Opened,
  Position,
  Requests,
  RoomBatch,
  RoomHead,
} from "../requests.ts";
import { Eraser } from "./eraser.ts";
import {
  IN_MEMORY,
  isDamage,
  type OpenFile,
  openFile,
  removeFile,
  replaceFile,
  sizeOf,
} from "./file.ts";
import { Finder } from "./finder.ts";
import { Writer } from "./writer.ts";

/** The index of one chat. */
export class Index implements Omit<Requests, "open"> {
  readonly #options: IndexOptions;
  #file: OpenFile;
  #epoch: string;
  #writer!: Writer;
  #finder!: Finder;
  #eraser!: Eraser;
  /** Documents in the transaction that is open; undefined if none is. */
  #uncommitted: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Documents that were written since the index was last to be merged. */
  #unmerged = 0;

  /** @throws {Error} if the file cannot be used */
  constructor(options: IndexOptions) {
    this.#options = options;
    this.#epoch = options.epoch;
    this.#file = openFile(options.path, options.epoch);
    this.#prepare();
  }

  #prepare(): void {
    const { db } = this.#file;
    this.#writer = new Writer(db);
    this.#finder = new Finder(db);
    this.#eraser = new Eraser(db, this.#options, () => this.#commit());
  }

  /** What was opened. */
  get opened(): Opened {
    const { path, discarded } = this.#file;
    return { path: path === IN_MEMORY ? undefined : path, discarded };
  }

  behind(heads: readonly RoomHead[]): Position[] {
    return this.#guard(() => this.#writer.behind(heads));
  }

  write(batches: readonly RoomBatch[]): void {
    this.#change(() => this.#writer.write(batches));
  }

  forget(room: string): void {
    this.#change(() => ({ written: 1, hasRemoved: this.#writer.forget(room) }));
  }

  find(query: IndexQuery): Matches {
    return this.#guard(() => this.#finder.find(query));
  }

  size(): number {
    return sizeOf(this.#file);
  }

  reset(epoch: string): void {
    this.#end();
    this.#epoch = epoch;
    this.#file = replaceFile(this.#file, epoch);
    this.#prepare();
  }

  close(): void {
    this.#commit();
    const isErased = this.#eraser.close();
    this.#file.db.close();
    // Rather no index than one with words that were deleted.
    if (!isErased) removeFile(this.#file.path);
  }

  #change(work: () => { written: number; hasRemoved: boolean }): void {
    this.#guard(() => {
      if (this.#uncommitted === undefined) this.#begin();
      try {
        const { written, hasRemoved } = work();
        this.#eraser.note(hasRemoved, this.#hasGrown(written));
        this.#uncommitted! += written;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
      if (this.#uncommitted! >= LIMITS.search.commit) this.#commit();
    });
  }

  /** Whether so much has come that the index should be merged. */
  #hasGrown(written: number): boolean {
    this.#unmerged += written;
    const { mergeMessages } = LIMITS.search;
    if (this.#unmerged < Math.max(mergeMessages, this.#writer.messages / 4)) return false;
    this.#unmerged = 0;
    return true;
  }

  #begin(): void {
    this.#file.db.exec("BEGIN");
    this.#uncommitted = 0;
    this.#timer = setTimeout(() => this.#commitOrNot(), LIMITS.search.commitMs);
  }

  #commit(): void {
    if (this.#uncommitted === undefined) return;
    clearTimeout(this.#timer);
    this.#uncommitted = undefined;
    this.#file.db.exec("COMMIT");
  }

  /** What cannot be committed is read from the journal again. */
  #commitOrNot(): void {
    try {
      this.#commit();
    } catch {
      this.#rollBack();
    }
  }

  #rollBack(): void {
    clearTimeout(this.#timer);
    this.#uncommitted = undefined;
    try {
      this.#file.db.exec("ROLLBACK");
    } catch {
      // After an error such as a full disk there may be no transaction any more.
    }
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#uncommitted = undefined;
    this.#eraser.stop();
  }

  /** Replaces a damaged file; the next look at the rooms fills it again. */
  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isDamage(error)) this.reset(this.#epoch);
      throw error;
    }
  }
}
