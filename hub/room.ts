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

/** Whatever can say something in a room and learns what became of it. */
export interface Sender {
  /** The room's name, in any case and width. */
  readonly room: string;
  readonly person: Person;
  readonly isAdmin: boolean;
  /**
   * The command is kept, or had been: as this entry. `shown`: the entry had been shown before, so it
   * does not come by the log now. `isOther`: another command did already what this one asked for, so
   * nothing comes by the log that says so.
   */
  kept(entry: LogEntry, shown: boolean, isOther: boolean): void;
  refuse(code: Refusal, detail: string, id?: string): void;
}

/** What a room must be able to ask of those that follow it. */
export interface Member extends Sender {
  /** An observer follows without being present. */
  readonly observer: boolean;
  /** The newest message it has of this numbering, if any; another server may have sent it. */
  readonly since?: number;
  /** The time of that message, if it knows. */
  readonly sinceAt?: number;
  /** The hub has let it in, as `person`; from now on it may read the tail, and `room` is its name. */
  entered(room: Room, person: Person): void;
  /** Its newest message is not ours: it has another history, and starts again. */
  diverged(): void;
  /** The hub cannot let it in now, or must let it go. */
  rejected(): void;
  /** The tail has grown. Must return soon and never throw. */
  notify(): void;
}

/** A room that somebody follows. */
export class Room {
  readonly name: string;
  readonly tail: Tail;
  readonly presence: Presence;
  /** What the journal appends comes from here, whichever server appended it. */
  readonly subscription: Subscription;
  readonly settings: RoomSettings;
  #version = 0;
  readonly #members = new Set<Member>();
  #fanningOut = false;

  /**
   * @param name the room's name
   * @param tail its tail, with the newest entries of the journal
   * @param subscription what the journal appends after the tail
   * @param state what it is set to; of what the tail has, some may be in it and some may not
   */
  constructor(name: string, tail: Tail, subscription: Subscription, state: RoomState) {
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

  /** Counts the changes: what was read of the room before the last one may be out of date. */
  get version(): number {
    return this.#version;
  }

  /** Whether nobody follows it any more. */
  get empty(): boolean {
    return this.#members.size === 0;
  }

  /** How many people are present. */
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
    if (entry.kind !== "change") return;
    this.settings.apply(entry);
    this.#version++;
  }

  /** Takes from the journal what was appended since the last time, and what other servers report. */
  receive(): void {
    for (const entry of this.subscription.take()) this.push(entry);
    for (const change of this.subscription.takePresence()) this.presence.applyRemote(change);
  }

  /** Notifies everybody of what was pushed before, and of what will have been when all are. */
  fanOut(): void {
    if (!this.#fanningOut) this.#fanOut();
  }

  /**
   * Some members a turn: the first writes start sooner, other rooms get their turns, and the memory
   * of the frames is used again while it is warm. What is pushed meanwhile is published in the next
   * round, so that all members read the same slices of the tail.
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
      // Nothing was pushed while nothing was awaited; else those notified last write first.
      if (this.#members.size > atOnce) await setImmediate();
    }
    this.#fanningOut = false;
  }

  /** Rejects everybody: what they have is no longer true, or they missed what cannot be had. */
  dissolve(): void {
    this.close();
    for (const member of this.#members) member.rejected();
    this.#members.clear();
  }

  /** Follows the journal no longer. */
  close(): void {
    this.presence.close();
    this.subscription.unsubscribe();
  }
}

function membersAtOnce(size: number): number {
  const { fanOutBytes, fanOutMembers } = LIMITS;
  return Math.max(1, Math.min(fanOutMembers, Math.floor(fanOutBytes / (size + 1))));
}
