/**
 * A room: a tail and those who follow it.
 *
 * Only the hub touches a room; members read its tail. A member is one connection, a person may
 * have several: they come with the first and go with the last. Changes of who is here are gathered
 * and become one entry at a time, so that a crowd costs its members as little as a couple does.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Entry, Presence } from "./entry.ts";
import type { Message, RemotePresence, Subscription } from "../journal/journal.ts";
import type { Person } from "./person.ts";
import { estimateSize, type Tail } from "./tail.ts";
import { type Refusal, shownName } from "../wire/wire.ts";

/** Who can say something in a room and wants to hear what became of it. */
export interface Speaker {
  /** The room's name. */
  readonly room: string;
  readonly person: Person;
  /** What was said is kept; `again`: it had been before, under the same id. */
  kept(message: Message, again: boolean): void;
  refuse(code: Refusal, detail: string, id?: string): void;
}

/** What a room must be able to ask of those who follow it. */
export interface Member extends Speaker {
  /** A watcher follows without being here. */
  readonly observer: boolean;
  /** The newest message it has of this numbering, if it has any; another server may have sent it. */
  readonly since?: number;
  /** The hub has let it in, as `person`; from now on it may read the tail. */
  entered(room: Room, person: Person): void;
  /** The hub cannot let it in now. */
  rejected(): void;
  /** The tail has grown. Must return soon and never throw. */
  notify(): void;
}

interface PresentPerson extends Person {
  /** How many on this server. */
  connections: number;
  /** Whether they are on others, too. */
  elsewhere: boolean;
  /** When they last were seen typing (`performance.now()`). */
  typed: number;
}

/** A room with somebody in it. */
export class Room {
  readonly name: string;
  readonly tail: Tail;
  /** What comes from other servers, where there may be any. */
  readonly subscription: Subscription | undefined;
  readonly #members = new Set<Member>();
  readonly #people = new Map<string, PresentPerson>();
  readonly #joined = new Map<string, Person>();
  readonly #left = new Set<string>();
  /** There were too many to tell since everybody was told last. */
  #crowded = false;
  /** What has come while the tail's last entries are still being handed out. */
  #held: Entry[] = [];
  #stirring = false;
  /** How long a frame with what is being handed out will be, about. */
  #weight = 0;
  #seq: number;
  #list: readonly Person[] | undefined;
  #gathering: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param name the room's name
   * @param tail its tail, with the newest messages of the journal
   * @param following what follows the journal behind the tail
   */
  constructor(name: string, tail: Tail, following?: Subscription) {
    this.name = name;
    this.tail = tail;
    this.subscription = following;
    this.#seq = tail.seq;
  }

  /** The number of the newest message, handed out or not. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether nobody follows it any more. */
  get empty(): boolean {
    return this.#members.size === 0;
  }

  /** How many people are here. */
  get count(): number {
    return this.#people.size;
  }

  /**
   * Those who are here, {@linkcode LIMITS.presenceMembers} at most: the same array as long as they
   * are the same, so that what a wire makes of it can be used again.
   */
  people(): readonly Person[] {
    return this.#list ??= [...this.#people.values().take(LIMITS.presenceMembers)];
  }

  /** Lets a member in, as a person who may be here already. */
  enter(member: Member): void {
    this.#members.add(member);
    // A newcomer may know what waits already, from HTTP: for it, it must not come a second time.
    this.#release();
    member.entered(this, member.observer ? member.person : this.#come(member.person));
  }

  #come({ id, name, avatar }: Person): Person {
    const here = this.#people.get(id) ?? this.#add({ id, name, avatar });
    if (++here.connections === 1) this.subscription?.publishPresence(id, here);
    if (name) this.rename(here, name);
    return here;
  }

  #add({ id, name, avatar }: Person): PresentPerson {
    const person = { id, name, avatar, connections: 0, elsewhere: false, typed: -Infinity };
    if (this.count < LIMITS.presenceMembers) this.#list = undefined;
    this.#people.set(id, person);
    this.#left.delete(id);
    this.#joined.set(id, person);
    if (this.count > LIMITS.presenceMembers) this.#crowded = true;
    return person;
  }

  /** Lets a member go; says whether it was here. */
  leave(member: Member): boolean {
    if (!this.#members.delete(member)) return false;
    if (!member.observer) this.#go(member.person.id);
    return true;
  }

  #go(id: string): void {
    const here = this.#people.get(id);
    if (!here || --here.connections > 0) return;
    this.subscription?.publishPresence(id, undefined);
    if (!here.elsewhere) this.#remove(id);
  }

  #remove(id: string): void {
    this.#list = undefined;
    this.#people.delete(id);
    // Told even if their coming was not: somebody's welcome may have named them.
    this.#joined.delete(id);
    this.#left.add(id);
  }

  /** Takes in what another server tells. What it told is not told again. */
  applyRemotePresence(news: RemotePresence): void {
    if (news.kind === "typing") {
      const here = this.#people.get(news.id);
      if (here) this.#showTyping(here);
    } else if (news.kind === "here") {
      const here = this.#people.get(news.person.id) ?? this.#add(news.person);
      here.elsewhere = true;
      if (news.person.name) this.#rename(here, news.person.name);
    } else {
      const here = this.#people.get(news.id);
      if (!here) return;
      here.elsewhere = false;
      if (here.connections === 0) this.#remove(news.id);
    }
  }

  /** Somebody takes another name, on all of their connections. */
  rename({ id }: Person, name: string): void {
    const here = this.#people.get(id);
    if (here && this.#rename(here, name)) this.subscription?.publishPresence(id, here);
  }

  #rename(here: PresentPerson, name: string): boolean {
    if (here.name === name) return false;
    here.name = name;
    this.#list = undefined;
    this.push({ kind: "renamed", from: here.id, name });
    return true;
  }

  /** Somebody is typing: told at most so often, and not at all to a crowd. */
  typing({ id }: Person): void {
    const here = this.#people.get(id);
    if (here && this.#showTyping(here)) this.subscription?.publishTyping(id);
  }

  #showTyping(here: PresentPerson): boolean {
    const at = performance.now();
    if (at - here.typed < LIMITS.typingMs) return false;
    here.typed = at;
    if (this.count > LIMITS.presenceMembers) return false;
    this.push({ kind: "typing", at, from: here.id, name: shownName(here) });
    return true;
  }

  /** Calls back once it is time to show who came and went; nothing if nobody did. */
  debouncePresence(callBack: () => void): void {
    if (this.#gathering !== undefined || !this.#changed) return;
    const ms = LIMITS.gatherMs + LIMITS.gatherMsPerMember * this.count;
    this.#gathering = setTimeout(callBack, Math.min(ms, LIMITS.gatherMsMost));
  }

  get #changed(): boolean {
    return this.#joined.size > 0 || this.#left.size > 0;
  }

  /** Shows who came and went since the last time. */
  flushPresence(): void {
    this.#gathering = undefined;
    if (!this.#changed) return;
    const { count } = this;
    const small = count <= LIMITS.presenceMembers;
    const presence: Presence = {
      kind: "presence",
      joined: small ? [...this.#joined.values()] : [],
      left: small ? [...this.#left] : [],
      count,
      members: small ? this.people() : undefined,
      snapshot: small && this.#crowded,
    };
    if (small) this.#crowded = false;
    this.#joined.clear();
    this.#left.clear();
    this.push(presence);
  }

  /** Adds to the log. What comes while members are being stirred waits for the next round. */
  push(entry: Entry): void {
    if (entry.kind === "message") this.#seq = entry.seq;
    if (this.#stirring) this.#held.push(entry);
    else this.#append(entry);
  }

  #append(entry: Entry): void {
    this.tail.push(entry);
    this.#weight += estimateSize(entry);
  }

  /** Wakes everybody, for what was pushed before and what will have been when all are awake. */
  notify(): void {
    if (!this.#stirring) this.#handOut();
  }

  /**
   * Some members a turn: the first writes start sooner, other rooms get their turns, and the memory
   * of the frames is used again while it is warm. All of them read the same stretch of the tail.
   */
  async #handOut(): Promise<void> {
    this.#stirring = true;
    let end: number;
    do {
      end = this.tail.end;
      let left = this.#membersATurn();
      for (const member of this.#members) {
        member.notify();
        if (--left > 0) continue;
        await setImmediate();
        left = this.#membersATurn();
      }
      this.tail.trim();
      this.#weight = 0;
      this.#release();
      // Somebody who entered may have released some in the middle of the round.
    } while (this.tail.end > end);
    this.#stirring = false;
  }

  #release(): void {
    for (const entry of this.#held.splice(0)) this.#append(entry);
  }

  #membersATurn(): number {
    const { handOutBytes, handOutMembers } = LIMITS;
    return Math.max(1, Math.min(handOutMembers, Math.floor(handOutBytes / (this.#weight + 1))));
  }

  /** Turns everybody away: what they have is no longer true, or they missed what cannot be had. */
  dissolve(): void {
    this.close();
    this.subscription?.stop();
    for (const member of this.#members) member.rejected();
    this.#members.clear();
  }

  /** Forgets what it waits for. */
  close(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
  }
}
