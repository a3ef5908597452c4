/**
 * Who is in a room on the other servers, as each of them told. A person on several of them comes with
 * the first and goes with the last.
 */

import type { RemotePresence } from "../journal.ts";
import type { Person } from "../../hub/person.ts";

/** Somebody who is there, or the id of somebody who is not. */
export type Change = Person | string;

interface Other {
  /** What it told last. */
  number: number;
  readonly people: Map<string, Person>;
}

/** The people of the other servers in one room. */
export class RedisOthers {
  readonly #others = new Map<string, Other>();
  /** On how many servers somebody is. */
  readonly #counts = new Map<string, number>();
  readonly #news = new Map<string, RemotePresence>();

  /** Those that told something. */
  get servers(): string[] {
    return [...this.#others.keys()];
  }

  /** Whether there is something to take. */
  get changed(): boolean {
    return this.#news.size > 0;
  }

  /** Whether somebody is on another server. */
  has(id: string): boolean {
    return this.#counts.has(id);
  }

  /** What changed since the last call, net. */
  take(): RemotePresence[] {
    const news = [...this.#news.values()];
    this.#news.clear();
    return news;
  }

  /** A server told changes under this number; false if it told something before that is not here. */
  change(server: string, number: number, changes: readonly Change[]): boolean {
    const last = this.#others.get(server)?.number ?? 0;
    if (number > last + 1) return false;
    if (number <= last) return true;
    const other = this.#numbered(server, number);
    for (const change of changes) {
      if (typeof change === "string") this.#go(other, change);
      else this.#come(other, change);
    }
    return true;
  }

  /** These are all the people of a server, up to this number. */
  replace(server: string, number: number, people: readonly Person[]): void {
    const other = this.#numbered(server, number);
    const ids = new Set(people.map(({ id }) => id));
    for (const id of [...other.people.keys()]) if (!ids.has(id)) this.#go(other, id);
    for (const person of people) this.#come(other, person);
  }

  /** Nobody is on this server any more, and it begins anew. */
  drop(server: string): void {
    const other = this.#others.get(server);
    for (const id of [...other?.people.keys() ?? []]) this.#go(other!, id);
    this.#others.delete(server);
  }

  #numbered(server: string, number: number): Other {
    let other = this.#others.get(server);
    if (!other) this.#others.set(server, other = { number, people: new Map() });
    other.number = number;
    return other;
  }

  #come(other: Other, person: Person): void {
    const { id, name } = person;
    const before = other.people.get(id);
    other.people.set(id, person);
    if (!before) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    if (!before || before.name !== name) this.#news.set(id, { kind: "here", person });
  }

  #go(other: Other, id: string): void {
    if (!other.people.delete(id)) return;
    const count = this.#counts.get(id)! - 1;
    if (count > 0) return void this.#counts.set(id, count);
    this.#counts.delete(id);
    this.#news.set(id, { kind: "gone", id });
  }
}
