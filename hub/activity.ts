/**
 * Activity: which rooms have new entries, for people who follow rooms that they have not entered.
 *
 * What happens is collected for a moment, longer while much happens. Then each room is described once,
 * for everybody who watches it, however many entries it got and whichever server kept them. Deletions go
 * the same way between servers, as they may concern people who have not entered the room.
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

/** What activity needs. */
export interface ActivityOptions {
  /** Describes rooms. */
  readonly list: (query: RoomQuery) => Promise<RoomList>;
  /** A message was deleted on another server. */
  readonly deleted: (message: { room: string; seq: number }) => void;
  /** Some of what other servers have kept may not have been reported. */
  readonly missed: () => void;
  readonly log: Log;
}

/** The activity in the rooms of one chat. */
export class Activity {
  readonly #journal: Journal;
  readonly #options: ActivityOptions;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #rooms = new Map<Watcher, Set<string>>();
  /** What happened here, which other servers must learn. */
  readonly #own = new Set<string>();
  /** Rooms with new entries that somebody here watches. */
  readonly #active = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When it was last reported (`performance.now()`). */
  #reported = -Infinity;
  /** One report after another: an older one never comes later. */
  #isReporting = false;
  #closed = false;

  constructor(journal: Journal, options: ActivityOptions) {
    this.#journal = journal;
    this.#options = options;
    journal.listenActivity?.((notes) => this.#receive(notes), () => this.#lookAtAll());
  }

  /** This server has kept entries in a room. */
  touch(room: string): void {
    const isNew = this.#note(room);
    if (this.#publish(room) || isNew) this.#schedule();
  }

  /** Something else is said of a room than before: those who watch it look at it again. */
  look(room: string): void {
    if (this.#note(room)) this.#schedule();
  }

  /** This server has kept the deletion of a message. */
  deleted(room: string, seq: number): void {
    if (this.#publish(`${room} ${seq}`)) this.#schedule();
  }

  /** Other servers have kept something: a room, or a room and a message that was deleted. */
  #receive(notes: readonly string[]): void {
    for (const note of notes) {
      const [room, seq] = note.split(" ");
      if (seq === undefined) this.#note(room);
      else this.#options.deleted({ room, seq: Number(seq) });
    }
    if (this.#active.size > 0) this.#schedule();
  }

  /** Reports of other servers were missed: anything may have happened. */
  #lookAtAll(): void {
    this.#options.missed();
    for (const room of this.#watchers.keys()) this.#note(room);
    if (this.#active.size > 0) this.#schedule();
  }

  #note(room: string): boolean {
    const isNoted = this.#active.size < LIMITS.activeRooms && this.#watchers.has(room);
    if (isNoted) this.#active.add(room);
    return isNoted;
  }

  #publish(note: string): boolean {
    const isPublished = !!this.#journal.publishActivity && this.#own.size < LIMITS.activeRooms;
    if (isPublished) this.#own.add(note);
    return isPublished;
  }

  /** Soon, if nothing has happened for a while; else when it is due. */
  #schedule(): void {
    if (this.#timer !== undefined || this.#isReporting || this.#closed) return;
    const isMany = this.#rooms.size > LIMITS.manyWatchers;
    const every = isMany ? LIMITS.activityManyMs : LIMITS.activityMs;
    const wait = Math.max(LIMITS.activityLeastMs, this.#reported + every - performance.now());
    this.#timer = setTimeout(() => void this.#flush(), wait);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    this.#isReporting = true;
    this.#reported = performance.now();
    const names = [...this.#active];
    const own = [...this.#own];
    this.#active.clear();
    this.#own.clear();
    if (own.length > 0) void this.#publishAll(own);
    try {
      if (names.length > 0) await this.#report(names);
    } catch (error) {
      this.#options.log.error("journal failed", { error });
      for (const name of names) this.#note(name);
    }
    this.#isReporting = false;
    if (this.#active.size + this.#own.size > 0) this.#schedule();
  }

  /** What cannot be published now is published later. */
  async #publishAll(notes: readonly string[]): Promise<void> {
    try {
      await this.#journal.publishActivity?.(notes);
    } catch {
      for (const note of notes) this.#publish(note);
      this.#schedule();
    }
  }

  async #report(names: readonly string[]): Promise<void> {
    for (let from = 0; from < names.length && !this.#closed; from += LIMITS.roomsListed) {
      const some = names.slice(from, from + LIMITS.roomsListed);
      const { rooms } = await this.#options.list({ names: some, limit: some.length });
      for (const room of rooms) {
        for (const watcher of this.#watchers.get(room.name) ?? []) watcher.active(room);
      }
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
