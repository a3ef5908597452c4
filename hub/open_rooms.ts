/**
 * The rooms that are open, by name.
 *
 * Names that differ only in case or width mean the same room, unless an older database has several.
 * The journal resolves names, but it does not know a room without messages: that is found here.
 */

import { LIMITS } from "../config/limits.ts";
import type { Person } from "./person.ts";
import type { Room } from "./room.ts";
import { foldName } from "./room_name.ts";

/** The open rooms of one hub. */
export class OpenRooms {
  readonly #byName = new Map<string, Room>();
  /** The rooms that had no messages when they opened, by their folded names. */
  readonly #byFold = new Map<string, Room>();

  /** The number of open rooms. */
  get size(): number {
    return this.#byName.size;
  }

  /** The number of people in all of them, once for each room. */
  get members(): number {
    let members = 0;
    for (const { count } of this.#byName.values()) members += count;
    return members;
  }

  /** The room of exactly this name. */
  get(name: string): Room | undefined {
    return this.#byName.get(name);
  }

  /** The name of the open room that a name means; the name itself if there is none. */
  nameOf(name: string): string {
    return this.#byName.has(name) ? name : this.#byFold.get(foldName(name))?.name ?? name;
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

  /** Somebody who is present in one of the {@linkcode LIMITS.roomsSearched} that opened first. */
  find(id: string): Person | undefined {
    for (const { presence } of this.#byName.values().take(LIMITS.roomsSearched)) {
      const found = presence.find(id);
      if (found) return found;
    }
  }

  values(): Iterable<Room> {
    return this.#byName.values();
  }
}
