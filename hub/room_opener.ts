/**
 * Opens rooms beside the hub's loop, so that nobody's message waits for somebody's join.
 *
 * A few rooms are opened at once; the others wait in the order in which they were asked for. Rooms
 * whose names differ only in case or width are opened one at a time, since they may be the same room.
 * A member that leaves before its room is open is forgotten, and a room that nobody waits for any
 * more is not opened. This file changes no open room: it hands what it has opened to the hub.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Journal } from "../journal/journal.ts";
import type { OpenRooms } from "./open_rooms.ts";
import { type Member, Room } from "./room.ts";
import { foldName } from "./room_name.ts";
import { differs, firstOf } from "./entry.ts";
import { Tail } from "./tail.ts";

/** Reports to the hub. */
export interface OpenerEvents {
  /**
   * The room that the name `asked` means is open (`fresh`), or up to date;
   * {@linkcode RoomOpener.take} follows.
   */
  opened(asked: string, room: Room, fresh: boolean): void;
  /** It cannot be opened now; {@linkcode RoomOpener.take} follows. */
  failed(asked: string, error: unknown): void;
  /** A room's subscription has something to take. */
  news(room: Room): void;
}

/** Opens the rooms of one hub. */
export class RoomOpener {
  readonly #journal: Journal;
  readonly #rooms: OpenRooms;
  readonly #tailLimit: number;
  readonly #events: OpenerEvents;
  /** Members whose newest message has been compared with ours. */
  readonly #compared = new WeakSet<Member>();
  /** The members that want to enter, by the folded names of rooms, until the hub takes them. */
  readonly #waiting = new Map<string, Set<Member>>();
  readonly #queue: { fold: string; open: Room | undefined }[] = [];
  #workers = 0;

  constructor(journal: Journal, rooms: OpenRooms, tailLimit: number, events: OpenerEvents) {
    this.#journal = journal;
    this.#rooms = rooms;
    this.#tailLimit = tailLimit;
    this.#events = events;
  }

  /** The number of members that wait. */
  get waiting(): number {
    let members = 0;
    for (const waiting of this.#waiting.values()) members += waiting.size;
    return members;
  }

  /**
   * A member wants to enter.
   *
   * @param open the room, if it is open but lacks messages that the member knows
   */
  add(member: Member, open: Room | undefined): void {
    const fold = foldName(member.room);
    const waiting = this.#waiting.get(fold);
    if (waiting) return void waiting.add(member);
    this.#waiting.set(fold, new Set([member]));
    this.#enqueue(fold, open);
  }

  #enqueue(fold: string, open: Room | undefined): void {
    this.#queue.push({ fold, open });
    if (this.#workers < LIMITS.roomsOpening) this.#work();
  }

  /** A member has gone. */
  delete(member: Member): void {
    if (this.#waiting.size > 0) this.#waiting.get(foldName(member.room))?.delete(member);
  }

  /** Returns the members that wait for a room under a name. From now on it may be opened again. */
  take(asked: string): Iterable<Member> {
    const fold = foldName(asked);
    const waiting = this.#waiting.get(fold) ?? new Set();
    const members = [...waiting].filter(({ room }) => room === asked);
    for (const member of members) waiting.delete(member);
    if (waiting.size > 0) this.#enqueue(fold, undefined);
    else this.#waiting.delete(fold);
    return members;
  }

  /**
   * The name of the room that a name means: an open one, else as the journal says.
   *
   * @throws {UnreachableError} if the journal cannot be asked now
   */
  async resolve(name: string): Promise<string> {
    if (this.#rooms.get(name)) return name;
    const kept = await this.#journal.resolve(name);
    return kept === name ? this.#rooms.nameOf(name) : kept;
  }

  async #work(): Promise<void> {
    this.#workers++;
    for (let next; (next = this.#queue.shift());) {
      const { fold, open } = next;
      const [first] = this.#waiting.get(fold)!;
      if (!first) this.#waiting.delete(fold);
      else await this.#open(first.room, open);
      // A journal that answers at once must not keep the event loop busy.
      await setImmediate();
    }
    this.#workers--;
  }

  async #open(asked: string, open: Room | undefined): Promise<void> {
    try {
      const name = open?.name ?? await this.resolve(asked);
      open ??= this.#rooms.get(name);
      if (open) await open.subscription.refresh();
      const room = open ?? await this.#read(name);
      const waiting = this.#waiting.get(foldName(asked)) ?? [];
      for (const member of waiting) if (member.room === asked) await this.#compare(room, member);
      this.#events.opened(asked, room, !open);
    } catch (error) {
      this.#events.failed(asked, error);
    }
  }

  /**
   * Whether a member may enter an open room at once. It may not if it knows messages of another server
   * that have not arrived here, nor before its newest message has been compared with ours.
   */
  isReady(room: Room, member: Member): boolean {
    const { since = 0, sinceAt } = member;
    if (since > room.seq) return this.#compared.has(member);
    if (since === 0 || sinceAt === undefined || this.#compared.has(member)) return true;
    const entry = room.tail.find(since);
    if (entry && differs(entry, since, sinceAt)) member.diverged();
    return entry !== undefined;
  }

  async #compare(room: Room, member: Member): Promise<void> {
    const { since = 0, sinceAt } = member;
    this.#compared.add(member);
    if (since === 0) return;
    const entry = room.tail.find(since) ??
      (await this.#journal.after(room.name, since - 1, 1))[0];
    // One that nobody has kept: the room may have grown beyond its number when the member enters.
    if (!entry) return member.diverged();
    // Below the oldest kept message a gap follows, and there is nothing to compare.
    if (sinceAt === undefined || firstOf(entry) > since) return;
    if (differs(entry, since, sinceAt)) member.diverged();
  }

  async #read(name: string): Promise<Room> {
    const state = await this.#journal.state(name);
    const newest = await this.#journal.before(name, Infinity, LIMITS.warm);
    const tail = new Tail(this.#tailLimit, newest.length > 0 ? firstOf(newest[0]) - 1 : 0);
    for (const entry of newest) tail.push(entry);
    tail.publish();
    const messages = await this.#journal.messagesUpTo(name, tail.seq);
    let room: Room | undefined;
    // What arrives before the room exists is taken when the room is reported as open.
    const news = () => room && this.#events.news(room);
    const subscription = await this.#journal.subscribe(name, tail.seq, news);
    return room = new Room(name, tail, subscription, state, messages);
  }
}
