/**
 * What one connection for all rooms sends about the person and their rooms: `hello`, then whatever
 * changes.
 *
 * It is a cursor on the person's own log. Rooms are described, and mentions are read, when the client
 * accepts more: as they are then, and only those that may be entered. A room that may not be entered any
 * more is never named again, but for the one line that says so.
 */

import { LIMITS } from "../config/limits.ts";
import type { Watcher } from "../hub/activity.ts";
import type { ListedRoom } from "../hub/room_list.ts";
import { helloLine, mentionLine, readLine, roomsLine, settingLine } from "../wire/all_rooms.ts";
import { describeRooms, helloOf, readMentions, roomsOf } from "./hello.ts";
import { Outgoing } from "./outgoing.ts";
import type { Mention, OwnChange, OwnLog } from "./own.ts";
import type { RoomsRequest, Services } from "./services.ts";

/** The connection. */
export interface FeedOwner {
  /** Whether it has entered a room, whose entries come from there. */
  hasEntered(room: string): boolean;
  /** There is something to send. */
  notify(): void;
}

/** The feed of one connection. */
export class OwnFeed implements Watcher {
  readonly #owner: FeedOwner;
  readonly #request: RoomsRequest;
  readonly #services: Services;
  readonly #outgoing = new Outgoing();
  /** Rooms that the client knows, each with what is sent of it only when it changes. */
  readonly #known = new Map<string, string>();
  /** Rooms to be described. */
  readonly #undescribed = new Set<string>();
  #opened: { log: OwnLog; close(): void } | undefined;
  /** Mentions up to this entry were reported. */
  #reported = 0;
  /** Mentions after that may have come. */
  #hasMentions = false;
  #isOpen = false;

  constructor(owner: FeedOwner, request: RoomsRequest, services: Services) {
    this.#owner = owner;
    this.#request = request;
    this.#services = services;
  }

  /** The person's log, once it is open. */
  get own(): OwnLog | undefined {
    return this.#opened?.log;
  }

  /** Opens the log; returns `hello`. Nothing else is sent before {@linkcode OwnFeed.start}. */
  async open(): Promise<string> {
    try {
      return await this.#open();
    } catch (error) {
      // The connection may have ended before, which nobody would tell this a second time.
      this.close();
      throw error;
    }
  }

  async #open(): Promise<string> {
    const { own, rules } = this.#services;
    const { person: { id }, since } = this.#request;
    this.#opened = await own.open(id, (change) => this.#changed(change));
    const { log } = this.#opened;
    const names = roomsOf(this.#request, log, this.#services);
    // They are watched before they are described: nothing that is said in between is missed.
    for (const room of names.slice(0, LIMITS.helloRooms)) this.#learn(room);
    for (const room of rules.hiddenRooms(id)) this.#learn(room);
    const hello = await helloOf(this.#request, log, names, this.#services);
    this.#reported = hello.reset || since === undefined ? hello.own.seq : since;
    for (const room of this.#lost()) this.#forget(room);
    return helloLine(hello);
  }

  /** `hello` has been sent. */
  start(): void {
    this.#isOpen = true;
    this.#hasMentions = true;
    this.checkRooms();
    this.#owner.notify();
  }

  /** The connection has ended. */
  close(): void {
    this.#services.activity.unwatchAll(this);
    this.#opened?.close();
    this.#isOpen = false;
  }

  // What changes.

  active(room: ListedRoom): void {
    if (this.#known.get(room.name) !== this.#lookOf(room.name)) this.#describeAgain(room.name);
    if (this.#owner.hasEntered(room.name)) return;
    this.#outgoing.addActivity(room);
    this.#owner.notify();
  }

  /** A room was entered: it is one of this person's now, and its entries come from there. */
  entered(room: string): void {
    this.#outgoing.forget(room);
    this.#describe(room);
  }

  /** A room was left: what was not sent from there any more is part of its description. */
  left(room: string): void {
    if (this.#known.has(room)) this.#describeAgain(room);
  }

  #changed(change: OwnChange): void {
    if (change.type === "mention") this.#hasMentions = true;
    else if (change.type === "gone") this.#describeAgain(change.room);
    else {
      const room = change.type === "read" ? change.mark.room : change.room;
      if (!this.#request.mayEnter(room)) return;
      this.#outgoing.add(`${change.type}/${room}`, () => this.#lineOf(change));
      this.#describe(room);
    }
    if (this.#isOpen) this.#owner.notify();
  }

  /** The line of what is the case already, for a command that changes nothing. */
  repeat(type: "read" | "mute" | "star", room: string): void {
    const log = this.own!;
    const mark = log.marks.get(room);
    if (type === "read") {
      if (mark) this.#changed({ type, own: log.seq, mark });
      return;
    }
    const on = (type === "mute" ? log.muted : log.starred).has(room);
    this.#changed({ type, own: log.seq, room, on });
  }

  #lineOf(change: Exclude<OwnChange, { type: "mention" | "gone" }>): string {
    if (change.type !== "read") return settingLine(change.type, change.own, change.room, change.on);
    return readLine(change.own, change.mark, this.own!.unread(change.mark.room).length);
  }

  #learn(room: string): void {
    this.#known.set(room, this.#lookOf(room));
    this.#services.activity.watch(room, this);
  }

  #describe(room: string): void {
    if (!this.#known.has(room)) this.#describeAgain(room);
  }

  #describeAgain(room: string): void {
    if (this.#undescribed.size < LIMITS.ownWaiting) this.#undescribed.add(room);
    this.#owner.notify();
  }

  /** What is known of a room beside its log. */
  #lookOf(room: string): string {
    const { title, archived, closed } = this.#services.rules.describe(room);
    return JSON.stringify({ title, archived, closed });
  }

  /** Hidden rooms come and go with the person's places in them. */
  checkRooms(): void {
    if (!this.#isOpen) return;
    const hidden = this.#services.rules.hiddenRooms(this.#request.person.id);
    for (const room of hidden) this.#describe(room);
    const removed = this.#lost();
    if (removed.length === 0) return;
    for (const room of removed) this.#forget(room);
    this.#outgoing.add(`removed/${removed[0]}`, () => this.#removalOf(removed));
    this.#owner.notify();
  }

  /** The rooms that are known and may not be entered any more. */
  #lost(): string[] {
    return [...this.#known.keys()].filter((room) => !this.#request.mayEnter(room));
  }

  /** It is not known any more; nothing that waits names it. */
  #forget(room: string): void {
    this.#known.delete(room);
    this.#undescribed.delete(room);
    this.#services.activity.unwatch(room, this);
    this.#outgoing.forget(room);
  }

  /** A room that may be entered again is described instead. */
  #removalOf(rooms: readonly string[]): string | undefined {
    const removed = rooms.filter((room) => !this.#request.mayEnter(room));
    return removed.length > 0 ? roomsLine(this.own!.seq, [], removed) : undefined;
  }

  // The writer's source.

  get hasNext(): boolean {
    return this.#isOpen && (this.#needsJournal || !this.#outgoing.isEmpty);
  }

  get #needsJournal(): boolean {
    return this.#undescribed.size > 0 || this.#hasMentions;
  }

  /** The lines to send now. */
  next(): string[] | Promise<string[]> {
    return this.#needsJournal ? this.#read() : this.#outgoing.take();
  }

  async #read(): Promise<string[]> {
    const own = this.own!;
    const mentions = this.#nextMentions(own);
    for (const { room } of mentions) this.#describe(room);
    const rooms = [...this.#undescribed].slice(0, LIMITS.helloRooms);
    for (const room of rooms) this.#undescribed.delete(room);
    const may = rooms.filter(this.#request.mayEnter);
    const unknown = may.filter((room) => !this.#known.has(room));
    for (const room of may) this.#learn(room);
    const [described, found] = await Promise.all([
      describeRooms(may, own, this.#services),
      readMentions(mentions, own, this.#services),
    ]);
    const { mayEnter } = this.#request;
    // The client never learns of those that were taken away meanwhile.
    for (const room of unknown) if (!mayEnter(room)) this.#forget(room);
    const added = described.filter(({ name }) => mayEnter(name));
    const lines = added.length > 0 ? [roomsLine(own.seq, added, [])] : [];
    for (const { mention, message } of found) {
      if (!mayEnter(mention.room)) continue;
      lines.push(mentionLine(mention, message, own.unread(mention.room).length));
    }
    return [...lines, ...this.#outgoing.take()];
  }

  /** The next mentions that may be reported. */
  #nextMentions(own: OwnLog): Mention[] {
    const after = own.mentionsAfter(this.#reported);
    const next = after.slice(0, LIMITS.mentionsReported);
    this.#hasMentions = after.length > next.length;
    this.#reported = next.at(-1)?.own ?? this.#reported;
    return next.filter(({ room }) => this.#request.mayEnter(room));
  }
}
