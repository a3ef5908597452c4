/**
 * Opens rooms beside the hub's loop, so that nobody's message waits for somebody's join.
 *
 * A few rooms are opened at once, the others wait in the order in which they were asked for. A
 * member that leaves before its room is open is forgotten, and a room that nobody waits for any
 * more is not opened. Changes nothing itself: what it has opened is handed to the hub.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Journal } from "../journal/journal.ts";
import { type Member, Room } from "./room.ts";
import { Tail } from "./tail.ts";

/** What the hub learns. */
export interface OpenerEvents {
  /** The room is open (`fresh`), or has what there is by now; {@linkcode RoomOpener.take} follows. */
  opened(room: Room, fresh: boolean): void;
  /** The room of this name cannot be opened now; {@linkcode RoomOpener.take} follows. */
  failed(name: string, error: unknown): void;
  /** A room's subscription has something to take. */
  news(room: Room): void;
}

/** Opens the rooms of one hub. */
export class RoomOpener {
  readonly #journal: Journal;
  readonly #tailLimit: number;
  readonly #events: OpenerEvents;
  /** Members whose newest message was compared with ours. */
  readonly #compared = new WeakSet<Member>();
  /** The members that want to enter, by room, from `add` until the hub takes them. */
  readonly #waiting = new Map<string, Set<Member>>();
  readonly #queue: { name: string; open: Room | undefined }[] = [];
  #workers = 0;

  constructor(journal: Journal, tailLimit: number, events: OpenerEvents) {
    this.#journal = journal;
    this.#tailLimit = tailLimit;
    this.#events = events;
  }

  /** How many members wait. */
  get waiting(): number {
    let members = 0;
    for (const waiting of this.#waiting.values()) members += waiting.size;
    return members;
  }

  /**
   * A member wants to enter.
   *
   * @param open the room, if it is open but does not have yet what the member knows of
   */
  add(member: Member, open: Room | undefined): void {
    const waiting = this.#waiting.get(member.room);
    if (waiting) return void waiting.add(member);
    this.#waiting.set(member.room, new Set([member]));
    this.#queue.push({ name: member.room, open });
    if (this.#workers < LIMITS.roomsOpening) this.#work();
  }

  /** A member has gone. */
  delete(member: Member): void {
    this.#waiting.get(member.room)?.delete(member);
  }

  /** Answers with those that wait for a room. From now on it may be opened again. */
  take(name: string): Iterable<Member> {
    const members = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    return members;
  }

  async #work(): Promise<void> {
    this.#workers++;
    for (let next; (next = this.#queue.shift());) {
      if (this.#waiting.get(next.name)!.size === 0) this.#waiting.delete(next.name);
      else await this.#open(next.name, next.open);
      // A journal that answers at once must not keep the event loop to itself.
      await setImmediate();
    }
    this.#workers--;
  }

  async #open(name: string, open: Room | undefined): Promise<void> {
    try {
      if (open) await open.subscription.refresh();
      const room = open ?? await this.#read(name);
      for (const member of this.#waiting.get(name) ?? []) await this.#compare(room, member);
      this.#events.opened(room, !open);
    } catch (error) {
      this.#events.failed(name, error);
    }
  }

  /**
   * Whether a member may enter an open room at once. Not if it knows of messages that another server
   * has kept since this room last heard of any, nor while nobody has looked whether its newest
   * message is ours.
   */
  isReady(room: Room, member: Member): boolean {
    const { since = 0, sinceAt } = member;
    if (since > room.seq) return this.#compared.has(member);
    if (since === 0 || sinceAt === undefined || this.#compared.has(member)) return true;
    const message = room.tail.find(since);
    if (message && message.at !== sinceAt) member.diverged();
    return message !== undefined;
  }

  /** An entry that was written later cannot have the same time under the same number. */
  async #compare(room: Room, member: Member): Promise<void> {
    const { since = 0, sinceAt } = member;
    this.#compared.add(member);
    if (since === 0 || sinceAt === undefined || since > room.seq) return;
    const message = room.tail.find(since) ??
      (await this.#journal.after(room.name, since - 1, 1))[0];
    // Below the oldest kept message a gap follows, and there is nothing to compare.
    if (message?.seq === since && message.at !== sinceAt) member.diverged();
  }

  async #read(name: string): Promise<Room> {
    const newest = await this.#journal.before(name, Infinity, LIMITS.warm);
    const tail = new Tail(this.#tailLimit, newest.length > 0 ? newest[0].seq - 1 : 0);
    for (const message of newest) tail.push(message);
    tail.publish();
    let room: Room | undefined;
    // What comes before there is a room is taken when the hub is told that it is open.
    const news = () => room && this.#events.news(room);
    const subscription = await this.#journal.subscribe(name, tail.seq, news);
    return room = new Room(name, tail, subscription);
  }
}
