/**
 * When the files are looked at: all of them at the start and then from time to time, less often the more
 * there are, and those of a room within a second after a message was deleted there. One look at a time.
 */

import { LIMITS } from "../config/limits.ts";
import { UnreachableError } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { FileIndex } from "./index.ts";
import type { Sweeper } from "./sweep.ts";

/** Has files looked at. */
export class SweepSchedule {
  readonly #sweeper: Sweeper;
  readonly #index: FileIndex;
  readonly #log: Log;
  /** Rooms in which messages were deleted. */
  readonly #rooms = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Begins at once, until {@linkcode SweepSchedule.close}. */
  constructor(sweeper: Sweeper, index: FileIndex, log: Log) {
    this.#sweeper = sweeper;
    this.#index = index;
    this.#log = log;
    this.#sweepAll();
  }

  async #sweepAll(): Promise<void> {
    await this.#enqueue(() => this.#sweeper.sweep());
    if (this.#isClosed) return;
    const { filesLookMs, filesLookMsPerFile } = LIMITS;
    const pause = Math.max(filesLookMs, filesLookMsPerFile * this.#index.size);
    this.#timer = setTimeout(() => this.#sweepAll(), pause);
  }

  /** A message was deleted in this room, perhaps with files. */
  deleted(room: string): void {
    if (this.#rooms.size < LIMITS.roomsNoted) this.#rooms.add(room);
  }

  /** Called about once a second. */
  look(): void {
    for (const room of this.#rooms) this.#enqueue(() => this.#sweeper.sweepRoom(room));
    this.#rooms.clear();
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch((error) => {
      // While the journal is away nothing can be judged, and it reports that itself.
      if (this.#isClosed || error instanceof UnreachableError) return;
      this.#log.error("files failed", { error });
    });
    return this.#last;
  }

  /** Ends, and waits for the look that is going on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#sweeper.close();
    await this.#last;
  }
}
