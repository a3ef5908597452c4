/**
 * A room as this client knows it: a replica that is changed by the objects of the wire alone.
 *
 * Always true: every entry up to `position` has been applied, once and in order, so that resuming
 * there misses nothing; messages are in their current state, as far as the log has come or a fetched
 * page was ahead of it. An object that was applied before changes nothing. Newest messages are held
 * up to a limit; older ones can be merged in from the history. It has no clock, no socket and no timer.
 */

import { MessageList, type PendingPage } from "./message_list.ts";
import { People } from "./people.ts";
import type {
  Change,
  Entry,
  Gap,
  History,
  Message,
  Person,
  Renamed,
  RoomObject,
  Typing,
  Welcome,
} from "./protocol.ts";
import { Settings } from "./settings.ts";
import type { Position, StateEvent } from "./state_events.ts";

/** The state of one room. */
export class RoomState {
  readonly #replay: number;
  readonly #list: MessageList;
  readonly #people = new People();
  readonly #settings = new Settings();
  #room: string | undefined;
  #you: Person | undefined;
  #position: Position | undefined;
  #head = 0;

  /**
   * @param limit how many messages are held
   * @param replay how many a connection without a position asks for
   */
  constructor(limit: number, replay: number) {
    this.#list = new MessageList(limit);
    this.#replay = replay;
  }

  /** The room's own name, once it has been entered; it may differ in case and width from what was asked. */
  get room(): string | undefined {
    return this.#room;
  }

  /** The person that this client is, once it has been welcomed. */
  get you(): Person | undefined {
    return this.#you;
  }

  /** The people in the room by id, as far as the server lists them; see `count`. */
  get members(): ReadonlyMap<string, Person> {
    return this.#people.members;
  }

  /** How many people are in the room. */
  get count(): number {
    return this.#people.count;
  }

  /** The messages that are held, oldest first. Between those of two pages some may be missing. */
  get messages(): readonly Message[] {
    return this.#list.all;
  }

  /** The message with this number, if it is held. */
  message(seq: number): Message | undefined {
    return this.#list.get(seq);
  }

  /** The room's topic; undefined if it has none. */
  get topic(): string | undefined {
    return this.#settings.topic;
  }

  /** The title of a private room. */
  get title(): string | undefined {
    return this.#settings.title;
  }

  /** Whether nothing can be said in the room. */
  get archived(): boolean {
    return this.#settings.archived;
  }

  /** The numbers of the pinned messages, newest pin first, 50 at most. */
  get pins(): readonly number[] {
    return this.#settings.pins;
  }

  /** Where to resume; undefined before the first welcome. */
  get position(): Position | undefined {
    return this.#position;
  }

  get epoch(): string | undefined {
    return this.#position?.epoch;
  }

  /** The newest number that the server has named. */
  get head(): number {
    return this.#head;
  }

  /** Whether everything that the server had at the last welcome has come. */
  get isCaughtUp(): boolean {
    return this.#position !== undefined && this.#position.seq >= this.#head;
  }

  /** Other people who are typing. Call {@linkcode RoomState.expireTyping} now and then. */
  get typing(): readonly Person[] {
    return this.#people.typing;
  }

  /**
   * Applies an object; returns what it has changed.
   *
   * @param isAnswer it answers a command of this client: it may be an old entry, or one that has not
   *   been reached yet, and comes with the log as well
   */
  apply(object: RoomObject, now: number, isAnswer = false): StateEvent[] {
    switch (object.type) {
      case "welcome":
        return this.#welcome(object);
      case "message":
      case "edit":
      case "delete":
      case "react":
      case "pin":
      case "room":
      case "skip":
        return this.#entry(object, isAnswer);
      case "gap":
        return this.#gap(object);
      case "presence":
        return [{ name: "presence", detail: this.#people.presence(object) }];
      case "typing":
        return this.#types(object, now);
      case "renamed":
        return this.#renamed(object);
      default:
        return [];
    }
  }

  /** A page is going to be fetched; {@linkcode RoomState.merge} or `abandonPage` follows. */
  expectPage(): PendingPage {
    return this.#list.expectPage();
  }

  /** The page will not come. */
  abandonPage(page: PendingPage): void {
    this.#list.abandon(page);
  }

  /**
   * Adds the messages of a fetched page, with the changes that came meanwhile; if there are too many,
   * the oldest go.
   *
   * @returns the page's messages as they are now; undefined if it must be fetched again
   */
  merge({ messages, head = Infinity, epoch }: History, page: PendingPage): Message[] | undefined {
    const isOther = epoch !== undefined && this.epoch !== undefined && epoch !== this.epoch;
    if (!isOther) return this.#list.merge(messages, head, page, this.#you?.id);
    this.#list.abandon(page);
  }

  /** Ends typing that is over. Returns when the next one will be, or undefined if nobody types. */
  expireTyping(now: number): number | undefined {
    return this.#people.expireTyping(now);
  }

  #welcome(welcome: Welcome): StateEvent[] {
    const { you, epoch, seq, at, members, count, reset } = welcome;
    const back = this.#position !== undefined;
    const isOther = back && (reset || epoch !== this.#position!.epoch);
    if (!back || isOther) {
      // A page from before would miss the changes between its head and this position.
      this.#list.clear();
      // 0.1 does not say what follows; it is what was asked for.
      const after = welcome.after ?? Math.max(0, seq - this.#replay);
      this.#position = { seq: after, epoch, ...after === seq && at !== undefined ? { at } : {} };
    }
    if (you.id !== this.#you?.id) this.#list.markMine(you.id);
    this.#room = welcome.room;
    this.#you = you;
    this.#head = seq;
    this.#settings.welcome(welcome);
    this.#people.welcome(members, count);
    const welcomed = { name: "welcome", detail: { ...welcome, back } } as const;
    return isOther ? [{ name: "reset", detail: undefined }, welcomed] : [welcomed];
  }

  #entry(entry: Entry, isAnswer: boolean): StateEvent[] {
    const seq = entry.type === "skip" ? entry.to : entry.seq;
    if (isAnswer && seq > (this.#position?.seq ?? 0) + 1) return [];
    if (!this.#advance(seq, entry.at) || entry.type === "skip") return [];
    return [entry.type === "message" ? this.#message(entry) : this.#change(entry)];
  }

  #message(message: Message): StateEvent {
    this.#people.said(message.from);
    return { name: "message", detail: this.#list.add(message, this.#you?.id) };
  }

  #change(change: Change): StateEvent {
    if (change.type !== "edit" && change.type !== "react") this.#settings.apply(change);
    if (change.type === "room") return { name: "room", detail: change };
    const detail = { ...change, ...this.#list.change(change, this.#you?.id) };
    return { name: change.type, detail } as StateEvent;
  }

  #gap(gap: Gap): StateEvent[] {
    if (!this.#advance(gap.to)) return [];
    this.#list.forget(gap.to);
    this.#settings.forget(gap.to);
    return [{ name: "gap", detail: gap }];
  }

  /** Goes on to this entry; returns false if it has been applied already. */
  #advance(seq: number, at?: number): boolean {
    if (!this.#position || seq <= this.#position.seq) return false;
    const { epoch } = this.#position;
    this.#position = at === undefined ? { seq, epoch } : { seq, epoch, at };
    this.#head = Math.max(this.#head, seq);
    return true;
  }

  #types(typing: Typing, now: number): StateEvent[] {
    if (typing.from === this.#you?.id) return [];
    this.#people.types(typing, now);
    return [{ name: "typing", detail: typing }];
  }

  #renamed(renamed: Renamed): StateEvent[] {
    const { type, from, name } = renamed;
    const before = this.#people.rename(renamed);
    if (this.#you?.id === from) this.#you = { ...this.#you, name };
    return [{ name: "renamed", detail: { type, from, name, before } }];
  }
}
