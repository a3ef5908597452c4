/**
 * The files that are known without opening them, with their senders, rooms, times and sizes. The folder is
 * what counts; this is brought up to date whenever the whole folder is looked at.
 */

import { foldName } from "../hub/room_name.ts";
import type { FileRecord } from "./record.ts";
import { countedSize, type Usage } from "./usage.ts";

/** A file that is known. */
export type KnownFile = Pick<FileRecord, "id" | "room" | "from" | "address" | "at" | "size">;

interface Entry extends KnownFile {
  /** The look at the folder in which it was seen last. */
  seen: number;
}

/** The files that are known. */
export class FileIndex {
  readonly #usage: Usage;
  readonly #files = new Map<string, Entry>();
  #look = 0;

  /** @param usage counts what is known */
  constructor(usage: Usage) {
    this.#usage = usage;
  }

  /** How many there are. */
  get size(): number {
    return this.#files.size;
  }

  /** A file is in its place. */
  add({ id, room, from, address, at, size }: KnownFile): void {
    if (this.#files.has(id)) return;
    this.#files.set(id, { id, room, from, address, at, size, seen: this.#look });
    this.#usage.add({ from, address }, countedSize(size));
  }

  /** A file is no longer in its place. */
  delete(id: string): void {
    const file = this.#files.get(id);
    if (!file) return;
    this.#files.delete(id);
    this.#usage.add(file, -countedSize(file.size));
  }

  /** Somebody begins to look at the whole folder. */
  beginLook(): void {
    this.#look++;
  }

  /** It is there; false if it was not known. */
  see(id: string): boolean {
    const file = this.#files.get(id);
    if (file) file.seen = this.#look;
    return file !== undefined;
  }

  /** The whole folder was looked at: what was not seen is not there. */
  endLook(): void {
    for (const { id, seen } of [...this.#files.values()]) if (seen < this.#look) this.delete(id);
  }

  /** The files by the rooms they were sent to. */
  byRoom(): Map<string, KnownFile[]> {
    return Map.groupBy(this.#files.values(), ({ room }) => room);
  }

  /** The files that were sent to a room, however its name was spelt. */
  inRoom(room: string): KnownFile[] {
    const fold = foldName(room);
    return [...this.#files.values()].filter((file) => foldName(file.room) === fold);
  }
}
