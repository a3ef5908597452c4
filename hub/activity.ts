/**
 * Activity: which rooms have new entries, for people who follow rooms that they have not entered.
 *
 * What happens is collected for a moment. Then each room is described once, for everybody who watches
 * it, however many entries it got and whichever server kept them.
 */

import { LIMITS } from "../config/limits.ts";
import type { Journal, RoomQuery } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { ListedRoom, RoomList } from "./room_list.ts";

/** Somebody who watches rooms. */
export interface Watcher {
  /** Something happened in a room, which is as described now. */
  active(room: ListedRoom): void;
}

/** The activity in the rooms of one chat. */
export class Activity {
  readonly #journal: Journal;
  readonly #list: (query: RoomQuery) => Promise<RoomList>;
  readonly #log: Log;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #rooms = new Map<Watcher, Set<string>>();
  /** Rooms with new entries: kept by this server, which others must learn, and by any. */
  readonly #own = new Set<string>();
  readonly #active = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param list describes rooms */
  constructor(journal: Journal, list: (query: RoomQuery) => Promise<RoomList>, log: Log) {
    this.#journal = journal;
    this.#list = list;
    this.#log = log;
    journal.listenActivity?.((rooms) => this.#note(rooms));
  }

  /** This server has kept entries in a room. */
  touch(room: string): void {
    if (this.#journal.publishActivity) this.#own.add(room);
    else if (!this.#watchers.has(room)) return;
    this.#note([room]);
  }

  #note(rooms: readonly string[]): void {
    for (const room of rooms) {
      if (this.#active.size < LIMITS.activeRooms && this.#watchers.has(room)) {
        this.#active.add(room);
      }
    }
    if (this.#active.size + this.#own.size === 0 || this.#closed) return;
    const isMany = this.#rooms.size > LIMITS.manyWatchers;
    const wait = isMany ? LIMITS.activityManyMs : LIMITS.activityMs;
    this.#timer ??= setTimeout(() => void this.#flush(), wait);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    const names = [...this.#active];
    const own = [...this.#own];
    this.#active.clear();
    this.#own.clear();
    try {
      if (own.length > 0) this.#journal.publishActivity?.(own);
      if (names.length === 0) return;
      const { rooms } = await this.#list({ names, limit: names.length });
      for (const room of rooms) {
        for (const watcher of this.#watchers.get(room.name) ?? []) watcher.active(room);
      }
    } catch (error) {
      this.#log.error("journal failed", { error });
      this.#note(names);
    }
  }

  /** Reports the activity of a room to somebody from now on. */
  watch(room: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(room);
    if (watchers) watchers.add(watcher);
    else this.#watchers.set(room, new Set([watcher]));
    const rooms = this.#rooms.get(watcher);
    if (rooms) rooms.add(room);
    else this.#rooms.set(watcher, new Set([room]));
  }

  /** Reports it no longer. */
  unwatch(room: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(room);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(room);
    this.#rooms.get(watcher)?.delete(room);
  }

  /** Reports nothing to somebody any more. */
  unwatchAll(watcher: Watcher): void {
    for (const room of [...this.#rooms.get(watcher) ?? []]) this.unwatch(room, watcher);
    this.#rooms.delete(watcher);
  }

  /** Reports nothing to anybody any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
