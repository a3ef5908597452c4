/**
 * The people of a room: who is present, and how the others learn of it.
 *
 * A person may have several connections, on several servers: they come with the first and leave
 * with the last. Changes are collected for a moment and become one entry, net, so that a crowd that
 * arrives costs no more than one person. Beyond {@linkcode LIMITS.presenceMembers} people only the
 * count is reported, and everybody is listed again once there are fewer.
 *
 * Owns no connection and sends nothing: entries go to `push`.
 */

import { LIMITS } from "../config/limits.ts";
import type { RemotePresence, Subscription } from "../journal/journal.ts";
import { shownName } from "../wire/wire.ts";
import type { Entry } from "./entry.ts";
import { NameStarts } from "./name_starts.ts";
import type { Person } from "./person.ts";
import { foldName } from "./room_name.ts";

interface PresentPerson extends Person {
  /** Their connections to this server. */
  connections: number;
  /** Whether they are on other servers as well. */
  remote: boolean;
  /** When they were last seen typing (`performance.now()`). */
  typed: number;
}

/** The people in one room. */
export class Presence {
  readonly #subscription: Subscription;
  readonly #push: (entry: Entry) => void;
  readonly #people = new Map<string, PresentPerson>();
  readonly #joined = new Map<string, Person>();
  readonly #left = new Set<string>();
  #changed = false;
  /** There were too many changes or people to list since the last snapshot. */
  #needsSnapshot = false;
  #list: readonly Person[] | undefined;
  /** Ids by folded names, once somebody has asked for one. */
  #names: Map<string, string> | undefined;
  #starts: NameStarts | undefined;
  #debounce: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param subscription tells other servers
   * @param push adds an entry to the room's log
   */
  constructor(subscription: Subscription, push: (entry: Entry) => void) {
    this.#subscription = subscription;
    this.#push = push;
  }

  /** The number of people who are present. */
  get count(): number {
    return this.#people.size;
  }

  /**
   * The people who are present, {@linkcode LIMITS.presenceMembers} at most. It is the same array as
   * long as nothing changes, so that a wire can reuse what it made of it.
   */
  people(): readonly Person[] {
    return this.#list ??= [...this.#people.values().take(LIMITS.presenceMembers)];
  }

  /** Somebody who is present. */
  find(id: string): Person | undefined {
    return this.#people.get(id);
  }

  /** The id of somebody who is present, by their folded name. */
  idNamed(fold: string): string | undefined {
    return fold ? this.#folded().get(fold) : undefined;
  }

  /** Whether the name of somebody who is present may begin at this place of a text. */
  mayBegin(text: string, at: number): boolean {
    const names = this.#folded();
    this.#starts ??= new NameStarts(names.keys());
    return this.#starts.mayBegin(text, at);
  }

  #folded(): Map<string, string> {
    if (this.#names) return this.#names;
    this.#starts = undefined;
    const people = this.#people.values();
    return this.#names = new Map(people.map(({ id, name }) => [foldName(name), id]));
  }

  /** Adds a connection of somebody; returns the person as the room knows them. */
  join({ id, name, avatar }: Person): Person {
    const here = this.#people.get(id) ?? this.#add({ id, name, avatar });
    if (++here.connections === 1) this.#subscription.publishPresence(id, here);
    if (name) this.rename(here, name);
    return here;
  }

  #add({ id, name, avatar }: Person): PresentPerson {
    const person = { id, name, avatar, connections: 0, remote: false, typed: -Infinity };
    if (this.count < LIMITS.presenceMembers) this.#list = undefined;
    this.#people.set(id, person);
    this.#names?.set(foldName(name), id);
    this.#starts?.add(foldName(name));
    this.#left.delete(id);
    this.#joined.set(id, person);
    this.#note();
    return person;
  }

  /** Removes a connection of somebody. */
  leave(id: string): void {
    const here = this.#people.get(id);
    if (!here || --here.connections > 0) return;
    this.#subscription.publishPresence(id, undefined);
    if (!here.remote) this.#remove(id);
  }

  #remove(id: string): void {
    this.#list = this.#names = undefined;
    this.#people.delete(id);
    // Reported even if their arrival was not: somebody's welcome may have listed them.
    this.#joined.delete(id);
    this.#left.add(id);
    this.#note();
  }

  /** Notes a change. Too many to list are not collected: a snapshot replaces them. */
  #note(): void {
    this.#changed = true;
    if (this.count > LIMITS.presenceMembers) this.#needsSnapshot = true;
    if (this.#joined.size + this.#left.size <= LIMITS.presenceChanges) return;
    this.#needsSnapshot = true;
    this.#joined.clear();
    this.#left.clear();
  }

  /** Applies what another server published. */
  applyRemote(change: RemotePresence): void {
    if (change.kind === "typing") {
      const here = this.#people.get(change.id);
      if (here) this.#showTyping(here);
    } else if (change.kind === "here") {
      const here = this.#people.get(change.person.id) ?? this.#add(change.person);
      here.remote = true;
      if (change.person.name) this.#rename(here, change.person.name);
    } else {
      const here = this.#people.get(change.id);
      if (!here) return;
      here.remote = false;
      if (here.connections === 0) this.#remove(change.id);
    }
  }

  /** Gives a person another name, on all of their connections. */
  rename({ id }: Person, name: string): void {
    const here = this.#people.get(id);
    if (here && this.#rename(here, name)) this.#subscription.publishPresence(id, here);
  }

  #rename(here: PresentPerson, name: string): boolean {
    if (here.name === name) return false;
    here.name = name;
    this.#list = this.#names = undefined;
    this.#push({ kind: "renamed", from: here.id, name });
    return true;
  }

  /** Reports typing, at most every {@linkcode LIMITS.typingMs} for each person, and not to a crowd. */
  typing({ id }: Person): void {
    const here = this.#people.get(id);
    if (here && this.#showTyping(here)) this.#subscription.publishTyping(id);
  }

  #showTyping(here: PresentPerson): boolean {
    const at = performance.now();
    if (at - here.typed < LIMITS.typingMs) return false;
    here.typed = at;
    if (this.count > LIMITS.presenceMembers) return false;
    this.#push({ kind: "typing", at, from: here.id, name: shownName(here) });
    return true;
  }

  /** Calls back once it is time to {@linkcode Presence.flush}, if anything has changed. */
  debounce(callBack: () => void): void {
    if (this.#debounce !== undefined || !this.#changed) return;
    const ms = LIMITS.presenceMs + LIMITS.presenceMsPerMember * this.count;
    this.#debounce = setTimeout(callBack, Math.min(ms, LIMITS.presenceMsMost));
  }

  /** Reports the people who came and left since the last time. */
  flush(): void {
    this.#debounce = undefined;
    if (!this.#changed) return;
    const { count } = this;
    const small = count <= LIMITS.presenceMembers;
    const snapshot = small && this.#needsSnapshot;
    const listed = small && !snapshot;
    this.#push({
      kind: "presence",
      joined: listed ? [...this.#joined.values()] : [],
      left: listed ? [...this.#left] : [],
      count,
      members: small ? this.people() : undefined,
      snapshot,
    });
    if (small) this.#needsSnapshot = false;
    this.#changed = false;
    this.#joined.clear();
    this.#left.clear();
  }

  /** Cancels the call that is due. */
  close(): void {
    clearTimeout(this.#debounce);
    this.#debounce = undefined;
  }
}
