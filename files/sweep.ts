/**
 * Deletes the files that nobody can see any more: their messages are deleted or forgotten, or no
 * message has named them for two hours.
 *
 * The journal is asked, not remembered: whatever happened before a crash, and on whichever server, the
 * next look comes to the same result. A file that cannot be judged now, because the journal is away,
 * stays.
 */

import { LIMITS } from "../config/limits.ts";
import type { Journal } from "../journal/journal.ts";
import type { FileFolder } from "./folder.ts";
import type { FileIndex, KnownFile } from "./index.ts";

type Asked = Pick<Journal, "files" | "forgetFiles" | "resolve">;

/** Looks at files, and deletes those that are gone. */
export class Sweeper {
  readonly #folder: FileFolder;
  readonly #index: FileIndex;
  readonly #journal: Asked;
  #isClosed = false;

  constructor(folder: FileFolder, index: FileIndex, journal: Asked) {
    this.#folder = folder;
    this.#index = index;
    this.#journal = journal;
  }

  /** Looks at everything in the folder. */
  async sweep(now: number = Date.now()): Promise<void> {
    this.#index.beginLook();
    for await (const id of this.#folder.ids()) {
      if (this.#isClosed) return;
      if (!this.#index.see(id)) await this.#meet(id);
    }
    this.#index.endLook();
    await this.#folder.removeOldIncoming(now);
    for (const files of this.#index.byRoom().values()) await this.#judge(files, now);
  }

  /** Looks at the files of one room. */
  async sweepRoom(room: string, now: number = Date.now()): Promise<void> {
    const files = Map.groupBy(this.#index.inRoom(room), (file) => file.room);
    for (const same of files.values()) await this.#judge(same, now);
  }

  /** Another server has received it, or this one before it was started. */
  async #meet(id: string): Promise<void> {
    const record = await this.#folder.record(id);
    if (record) this.#index.add(record);
  }

  /** @param files all of one room */
  async #judge(files: readonly KnownFile[], now: number): Promise<void> {
    const room = await this.#journal.resolve(files[0].room);
    for (let from = 0; from < files.length && !this.#isClosed; from += LIMITS.filesAsked) {
      const some = files.slice(from, from + LIMITS.filesAsked);
      const named = await this.#journal.files(room, some.map(({ id }) => id));
      const gone = some.filter(({ id, at }) => {
        return named.get(id) === 0 || !named.has(id) && now - at > LIMITS.unnamedDeletedMs;
      });
      await this.#delete(gone);
      const known = gone.map(({ id }) => id).filter((id) => named.has(id));
      if (known.length > 0) await this.#journal.forgetFiles(room, known);
    }
  }

  async #delete(files: readonly KnownFile[]): Promise<void> {
    for (const { id } of files) {
      await this.#folder.remove(id);
      this.#index.delete(id);
    }
  }

  /** Ends what is going on after its next step. */
  close(): void {
    this.#isClosed = true;
  }
}
