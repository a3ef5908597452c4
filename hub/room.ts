/**
 * A room: a tail, the people who are present, and the members that follow it.
 *
 * Only the hub changes a room; members read its tail. A member is one connection.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { LogEntry, RoomState, Subscription } from "../journal/journal.ts";
import type { Refusal } from "../wire/wire.ts";
import type { Entry } from "./entry.ts";
import type { Person } from "./person.ts";
import { Presence } from "./presence.ts";
import { RoomSettings } from "./room_settings.ts";
import type { Tail } from "./tail.ts";

/** Something that can say something in a room, and learns what became of it. */
export interface Sender {
  /** The room's name, in any case and width. */
  readonly room: string;
  readonly person: Person;
  readonly isAdmin: boolean;
  /**
   * The command is kept, or was before: as this entry. `shown`: the entry was shown before, so it does
   * not come through the log again. `isOther`: another command had already done what this one asks
   * for, so nothing in the log reports it.
   */
  kept(entry: LogEntry, shown: boolean, isOther: boolean): void;
  refuse(code: Refusal, detail: string, id?: string): void;
}

/** A follower of a room: one connection. */
export interface Member extends Sender {
  /** An observer follows without being present. */
  readonly observer: boolean;
  /** The newest message that it has, if that is of this epoch; it may come from another server. */
  readonly since?: number;
  /** The time of that message, if it is known. */
  readonly sinceAt?: number;
  /** The hub has let it in, as `person`. From now on it may read the tail, and has the room's name. */
  entered(room: Room, person: Person): void;
  /** Its newest message is not ours: it has another history, and must start again. */
  diverged(): void;
  /** The hub cannot let it in, or can no longer serve it. */
  rejected(): void;
  /** The tail has grown. Must return soon and never throw. */
  notify(): void;
}

/** A room that somebody follows. */
export class Room {
  readonly name: string;
  readonly tail: Tail;
  readonly presence: Presence;
  /** Brings what the journal appends, whichever server appended it. */
  readonly subscription: Subscription;
  readonly settings: RoomSettings;
  #messages: number;
  #version = 0;
  readonly #members = new Set<Member>();
  #fanningOut = false;

  /**
   * @param name the room's name
   * @param tail its tail, with the newest entries of the journal
   * @param subscription brings what the journal appends after the tail
   * @param state its settings; some of the tail's changes may be in it, and some may not
   * @param messages the number of messages that were ever said in it, up to the end of the tail
   */
  constructor(
    name: string,
    tail: Tail,
    subscription: Subscription,
    state: RoomState,
    messages: number,
  ) {
    this.#messages = messages;
    this.name = name;
    this.tail = tail;
    this.subscription = subscription;
    this.settings = new RoomSettings(state);
    for (const entry of tail.after(state.seq, tail.seq) ?? []) {
      if (entry.kind === "change") this.settings.apply(entry);
    }
    this.presence = new Presence(subscription, (entry) => this.push(entry));
  }

  /** The number of the newest entry of the log, published or not. */
  get seq(): number {
    return this.tail.seq;
  }

  /** The number of messages that were ever said in it. */
  get messages(): number {
    return this.#messages;
  }

  /** Counts the changes: what was read of the room before the last one may be out of date. */
  get version(): number {
    return this.#version;
  }

  /** Whether nothing follows it. */
  get empty(): boolean {
    return this.#members.size === 0;
  }

  /** The number of people who are present. */
  get count(): number {
    return this.presence.count;
  }

  /** Lets a member in, as a person who may be present already. */
  enter(member: Member): void {
    this.#members.add(member);
    const { person } = member;
    member.entered(this, member.observer ? person : this.presence.join(person));
  }

  /** Lets a member go; reports whether it was in. */
  leave(member: Member): boolean {
    if (!this.#members.delete(member)) return false;
    if (!member.observer) this.presence.leave(member.person.id);
    return true;
  }

  /** Adds to the log. Members see it with the next {@linkcode Room.fanOut}. */
  push(entry: Entry): void {
    this.tail.push(entry);
    if (entry.kind === "message") this.#messages++;
    if (entry.kind !== "change") return;
    this.settings.apply(entry);
    this.#version++;
  }

  /** Takes what the journal has appended since the last time, and what other servers report. */
  receive(): void {
    for (const entry of this.subscription.take()) this.push(entry);
    this.settings.forget(this.subscription.forgotten);
    for (const change of this.subscription.takePresence()) this.presence.applyRemote(change);
  }

  /** Notifies all members of what was pushed, in rounds, until there is nothing more. */
  fanOut(): void {
    if (!this.#fanningOut) this.#fanOut();
  }

  /**
   * A round takes several turns of the event loop, with some members each: the first writes start
   * sooner, other rooms get their turns, and the memory of the frames is reused while it is warm. What
   * is pushed during a round is published in the next, so that all members read the same slices.
   */
  async #fanOut(): Promise<void> {
    this.#fanningOut = true;
    for (let size; (size = this.tail.publish()) > 0;) {
      const atOnce = membersAtOnce(size);
      let left = atOnce;
      for (const member of this.#members) {
        if (left-- === 0) {
          await setImmediate();
          left = atOnce - 1;
        }
        member.notify();
      }
      // Without a pause nothing was pushed; otherwise the last members write before it is published.
      if (this.#members.size > atOnce) await setImmediate();
    }
    this.#fanningOut = false;
  }

  /** Rejects all members: they have messages that no longer exist, or missed some for good. */
  dissolve(): void {
    this.close();
    for (const member of this.#members) member.rejected();
    this.#members.clear();
  }

  /** Stops following the journal. */
  close(): void {
    this.presence.close();
    this.subscription.unsubscribe();
  }
}

function membersAtOnce(size: number): number {
  const { fanOutBytes, fanOutMembers } = LIMITS;
  return Math.max(1, Math.min(fanOutMembers, Math.floor(fanOutBytes / (size + 1))));
}
