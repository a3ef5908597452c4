/**
 * A room as this client knows it: a replica that is changed by the objects of the wire alone.
 *
 * Always true: `messages` are in order and none is twice; every entry up to `position` has been
 * applied, so that resuming there misses nothing. An object that was applied before (the echo of a
 * duplicate) changes nothing. Newest messages are held up to a limit; older ones can be merged in
 * from the history. It has no clock, no socket and no timer.
 */

import type {
  Gap,
  Message,
  Person,
  Presence,
  Renamed,
  RoomObject,
  Typing,
  Welcome,
} from "./protocol.ts";

/** A place in a room's log: everything up to it is known. */
export interface Position {
  readonly seq: number;
  readonly epoch: string;
  /** The time of the entry `seq`, if it is known: the server compares it with its own. */
  readonly at?: number;
}

/** People who came, and people who left. */
export interface PresenceChange {
  readonly joined: readonly Person[];
  readonly left: readonly Person[];
}

/** What an object has changed. */
export interface StateEvents {
  /** On every connection; `back` on all but the first. */
  welcome: Welcome & { readonly back: boolean };
  /** A message, in order, once. */
  message: Message;
  /** These are no longer kept. */
  gap: Gap;
  /** The room's history is another one; what was known of it has been forgotten. */
  reset: undefined;
  presence: PresenceChange;
  typing: Typing;
  /** Somebody took another name; `before` is the old one, if it is known. */
  renamed: Renamed & { readonly before?: string };
}

/** One of them, with its name. */
export type StateEvent = {
  [Name in keyof StateEvents]: { readonly name: Name; readonly detail: StateEvents[Name] };
}[keyof StateEvents];

/** People beyond this many are counted, not listed. */
const MOST_PEOPLE = 1_000;
/** How long somebody is typing after the last notice, in milliseconds. */
const TYPING_MS = 4_000;
/** People shown as typing at the same time. */
const MOST_TYPING = 100;

/** The state of one room. */
export class RoomState {
  readonly #limit: number;
  readonly #replay: number;
  readonly #members = new Map<string, Person>();
  readonly #typing = new Map<string, { name: string; until: number }>();
  #messages: Message[] = [];
  #you: Person | undefined;
  #position: Position | undefined;
  #head = 0;
  #count = 0;

  /**
   * @param limit how many messages are held
   * @param replay how many a connection without a position asks for
   */
  constructor(limit: number, replay: number) {
    this.#limit = limit;
    this.#replay = replay;
  }

  /** Who this client is, once it has been welcomed. */
  get you(): Person | undefined {
    return this.#you;
  }

  /** The people in the room by id, as far as the server lists them; see `count`. */
  get members(): ReadonlyMap<string, Person> {
    return this.#members;
  }

  /** How many people are in the room. */
  get count(): number {
    return this.#count;
  }

  /** The newest messages, oldest first. */
  get messages(): readonly Message[] {
    return this.#messages;
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
    return Array.from(this.#typing, ([id, { name }]) => ({ id, name }));
  }

  /** Applies an object; returns what it has changed. */
  apply(object: RoomObject, now: number): StateEvent[] {
    switch (object.type) {
      case "welcome":
        return this.#welcome(object);
      case "message":
        return this.#message(object);
      case "gap":
        return this.#gap(object);
      case "presence":
        return this.#presence(object);
      case "typing":
        return this.#types(object, now);
      case "renamed":
        return this.#renamed(object);
      default:
        return [];
    }
  }

  /**
   * Adds messages of a fetched page. One that is held already stays; if there are too many, the
   * oldest go.
   */
  merge(page: readonly Message[]): void {
    const bySeq = new Map(page.map((message) => [message.seq, message]));
    for (const message of this.#messages) bySeq.set(message.seq, message);
    this.#messages = [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-this.#limit);
  }

  /** Ends typing that is over. Returns when the next one will be, or undefined if nobody types. */
  expireTyping(now: number): number | undefined {
    let next: number | undefined;
    for (const [id, { until }] of this.#typing) {
      if (until <= now) this.#typing.delete(id);
      else next = Math.min(next ?? until, until);
    }
    return next;
  }

  #welcome(welcome: Welcome): StateEvent[] {
    const { you, epoch, seq, at, members, count, reset } = welcome;
    const back = this.#position !== undefined;
    const isOther = back && (reset || epoch !== this.#position!.epoch);
    if (isOther) this.#messages = [];
    if (!back || isOther) {
      // 0.1 does not say what follows; it is what was asked for.
      const after = welcome.after ?? Math.max(0, seq - this.#replay);
      this.#position = { seq: after, epoch, ...after === seq && at !== undefined ? { at } : {} };
    }
    this.#you = you;
    this.#head = seq;
    this.#setMembers(members, count);
    this.#typing.clear();
    const welcomed = { name: "welcome", detail: { ...welcome, back } } as const;
    return isOther ? [{ name: "reset", detail: undefined }, welcomed] : [welcomed];
  }

  #message(message: Message): StateEvent[] {
    if (!this.#advance(message.seq, message.at)) return [];
    this.#messages.push(message);
    if (this.#messages.length > this.#limit) this.#messages.shift();
    this.#typing.delete(message.from);
    return [{ name: "message", detail: message }];
  }

  #gap(gap: Gap): StateEvent[] {
    if (!this.#advance(gap.to)) return [];
    this.#messages = this.#messages.filter(({ seq }) => seq > gap.to);
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

  #setMembers(members: readonly Person[], count: number): void {
    this.#members.clear();
    for (const person of members) this.#members.set(person.id, person);
    this.#count = count;
  }

  #presence({ joined, left, members, count }: Presence): StateEvent[] {
    if (members) {
      this.#setMembers(members, count);
      return [{ name: "presence", detail: { joined: [], left: [] } }];
    }
    const came = joined.filter(({ id }) => !this.#members.has(id));
    for (const person of joined) {
      if (this.#members.size < MOST_PEOPLE) this.#members.set(person.id, person);
    }
    const gone = left.map((id) => this.#members.get(id)).filter((person) => !!person);
    for (const id of left) {
      this.#members.delete(id);
      this.#typing.delete(id);
    }
    this.#count = count;
    return [{ name: "presence", detail: { joined: came, left: gone } }];
  }

  #types(typing: Typing, now: number): StateEvent[] {
    if (typing.from === this.#you?.id) return [];
    if (this.#typing.size < MOST_TYPING || this.#typing.has(typing.from)) {
      this.#typing.set(typing.from, { name: typing.name, until: now + TYPING_MS });
    }
    return [{ name: "typing", detail: typing }];
  }

  #renamed({ type, from, name }: Renamed): StateEvent[] {
    const member = this.#members.get(from);
    if (member) this.#members.set(from, { ...member, name });
    if (this.#you?.id === from) this.#you = { ...this.#you, name };
    return [{ name: "renamed", detail: { type, from, name, before: member?.name } }];
  }
}
