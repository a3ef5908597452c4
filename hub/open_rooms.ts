/**
 * The rooms that are open, by name.
 *
 * Two open rooms may have names that differ only in case or width, but only if an older database has
 * both. A room without messages is known here alone: the journal cannot say that another name means
 * it.
 */

import type { Room } from "./room.ts";
import { foldName } from "./room_name.ts";

/** The open rooms of one hub. */
export class OpenRooms {
  readonly #byName = new Map<string, Room>();
  /** Those without messages when they opened, by their folded names. */
  readonly #byFold = new Map<string, Room>();

  /** How many there are. */
  get size(): number {
    return this.#byName.size;
  }

  /** The room of exactly this name. */
  get(name: string): Room | undefined {
    return this.#byName.get(name);
  }

  /** The name of the open room that is meant by a name; the name itself where it is none. */
  nameOf(name: string): string {
    if (this.#byName.has(name)) return name;
    const room = this.#byFold.get(foldName(name));
    return room?.seq === 0 ? room.name : name;
  }

  /** Whether this very room is open. */
  has(room: Room): boolean {
    return this.#byName.get(room.name) === room;
  }

  add(room: Room): void {
    this.#byName.set(room.name, room);
    if (room.seq === 0) this.#byFold.set(foldName(room.name), room);
  }

  delete(room: Room): void {
    if (!this.has(room)) return;
    this.#byName.delete(room.name);
    const fold = foldName(room.name);
    if (this.#byFold.get(fold) === room) this.#byFold.delete(fold);
  }

  values(): Iterable<Room> {
    return this.#byName.values();
  }
}
