/**
 * The people in a room, as far as the server lists them, and who of them is typing.
 *
 * Both are bounded: people beyond the bounds are counted, not listed. It has no clock and no timer.
 */

import type { Person, Presence, Renamed, Typing } from "./protocol.ts";

/** People who came, and people who left. */
export interface PresenceChange {
  readonly joined: readonly Person[];
  readonly left: readonly Person[];
}

/** People beyond this many are counted, not listed. */
const MOST_PEOPLE = 1_000;
/** How long somebody is typing after the last notice, in milliseconds. */
const TYPING_MS = 4_000;
/** People shown as typing at the same time. */
const MOST_TYPING = 100;

/** Those who are in one room. */
export class People {
  readonly #members = new Map<string, Person>();
  readonly #typing = new Map<string, { name: string; until: number }>();
  #count = 0;

  /** By id. */
  get members(): ReadonlyMap<string, Person> {
    return this.#members;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Those who are typing. */
  get typing(): readonly Person[] {
    return Array.from(this.#typing, ([id, { name }]) => ({ id, name }));
  }

  /** Takes the list of a welcome. */
  welcome(members: readonly Person[], count: number): void {
    this.#set(members, count);
    this.#typing.clear();
  }

  /** Returns who came and left. */
  presence({ joined, left, members, count }: Presence): PresenceChange {
    if (members) {
      this.#set(members, count);
      return { joined: [], left: [] };
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
    return { joined: came, left: gone };
  }

  /** Returns the old name, if it is known. */
  rename({ from, name }: Renamed): string | undefined {
    const member = this.#members.get(from);
    if (member) this.#members.set(from, { ...member, name });
    return member?.name;
  }

  /** Somebody types. */
  types({ from, name }: Typing, now: number): void {
    if (this.#typing.size < MOST_TYPING || this.#typing.has(from)) {
      this.#typing.set(from, { name, until: now + TYPING_MS });
    }
  }

  /** Somebody has said what they typed. */
  said(id: string): void {
    this.#typing.delete(id);
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

  #set(members: readonly Person[], count: number): void {
    this.#members.clear();
    for (const person of members) this.#members.set(person.id, person);
    this.#count = count;
  }
}
