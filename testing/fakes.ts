/**
 * Stand-ins for the neighbours of the hub: a member without a socket and a journal that can be held
 * back, made to fail, and asked what it was given.
 */

import { Hub } from "../hub.ts";
import type {
  AppendError,
  Awaitable,
  Draft,
  Journal,
  Message,
  RoomQuery,
  RoomSummary,
  Subscription,
} from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory.ts";
import type { Member, Room } from "../hub/room.ts";
import type { Entry } from "../hub/entry.ts";
import type { Person } from "../hub/person.ts";
import type { Wire } from "../wire/wire.ts";
import { rememberingLog, within } from "./support.ts";

/** A wire whose frames are what was said, and the kind of what was not. */
export const words: Wire = {
  name: "words",
  decode: () => [],
  encode: (entries: readonly Entry[]) =>
    entries.map((entry) => entry.kind === "message" ? entry.text : `(${entry.kind})`),
  welcome: () => [],
  gap: () => [],
  members: () => [],
  refusal: () => [],
};

export function person(id: string, name = ""): Person {
  return { id, name, avatar: undefined };
}

export function draft(text: string, more: Partial<Draft> = {}): Draft {
  return { room: "r", at: 1, from: "f", name: "", avatar: undefined, text, id: undefined, ...more };
}

export function said(seq: number, text = `m${seq}`): Message {
  const { room: _, ...rest } = draft(text);
  return { kind: "message", seq, ...rest };
}

/** Follows a room as a client does, and remembers. */
export class FakeMember implements Member {
  person: Person;
  room: string;
  readonly observer: boolean;
  log: Room | undefined;
  /** What the tail showed since it entered. */
  readonly shown: string[] = [];
  readonly keptSeqs: number[] = [];
  readonly duplicates: boolean[] = [];
  readonly refusals: string[] = [];
  away = false;
  #index = 0;
  #wake = () => {};

  constructor(room: string, id: string, { name = "", watcher = false } = {}) {
    this.room = room;
    this.person = person(id, name);
    this.observer = watcher;
  }

  entered(room: Room, person: Person): void {
    this.log = room;
    this.room = room.name;
    this.person = person;
    this.#index = room.tail.end;
    this.#wake();
  }

  rejected(): void {
    this.away = true;
    this.#wake();
  }

  notify(): void {
    const tail = this.log!.tail;
    while (this.#index < tail.published) {
      const stretch = tail.read(words, this.#index);
      if (!stretch) throw new Error("too late");
      this.shown.push(...stretch.frames);
      this.#index = stretch.end!;
    }
    this.#wake();
  }

  kept(message: Message): void {
    this.keptSeqs.push(message.seq);
    this.duplicates.push(message.duplicate === true);
    this.#wake();
  }

  refuse(code: string, _detail: string, id?: string): void {
    this.refusals.push(id ? `${code} ${id}` : code);
    this.#wake();
  }

  /** What was said since it entered. */
  get heard(): string[] {
    return this.shown.filter((text) => !text.startsWith("("));
  }

  async until(condition: (member: this) => boolean, what: string): Promise<void> {
    while (!condition(this)) {
      await within(new Promise<void>((resolve) => this.#wake = resolve), what);
    }
  }
}

/** A journal in memory whose appends wait while it is held, and fail when told to. */
export class HeldJournal implements Journal {
  readonly epoch = "e";
  readonly secret = "0".repeat(64);
  /** The texts of every append that has begun. */
  readonly appends: string[][] = [];
  /** The rooms that were opened. */
  readonly opened: string[] = [];
  failing = false;
  readonly #inner = new MemoryJournal();
  #held: PromiseWithResolvers<void> | undefined;
  #begun = () => {};

  hold(): void {
    this.#held = Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  /** Resolves when so many appends have begun. */
  async begun(count: number): Promise<void> {
    while (this.appends.length < count) {
      await within(new Promise<void>((resolve) => this.#begun = resolve), `${count} appends`);
    }
  }

  async append(drafts: readonly Draft[]): Promise<(Message | AppendError)[]> {
    this.appends.push(drafts.map(({ text }) => text));
    const { failing } = this;
    this.#begun();
    await this.#held?.promise;
    if (failing) throw new Error("disk full");
    return this.#inner.append(drafts);
  }

  after(room: string, seq: number, limit: number): Message[] {
    return this.#inner.after(room, seq, limit);
  }

  before(room: string, seq: number, limit: number): Message[] {
    this.opened.push(room);
    if (room === "unreadable") throw new Error("unreadable");
    return this.#inner.before(room, seq, limit);
  }

  subscribe(room: string, seq: number, notify: () => void): Subscription {
    return this.#inner.subscribe(room, seq, notify);
  }

  resolve(room: string): string {
    return this.#inner.resolve(room);
  }

  rooms(query: RoomQuery): Awaitable<RoomSummary[]> {
    return this.#inner.rooms(query);
  }

  ready(): boolean {
    return true;
  }

  close(): void {}
}

/** A hub with a journal that can be held back. */
export function openHub() {
  const journal = new HeldJournal();
  const log = rememberingLog();
  const hub = new Hub(journal, log, { tail: 100, maxClients: 1_000 });
  return {
    hub,
    journal,
    log,
    async [Symbol.asyncDispose]() {
      journal.release();
      await hub.close();
    },
  };
}

/** Lets somebody in, and waits until they are. */
export async function join(hub: Hub, room: string, id: string, name = ""): Promise<FakeMember> {
  const member = new FakeMember(room, id, { name });
  hub.join(member);
  await member.until(({ log }) => log !== undefined, "entering");
  return member;
}

/** Conditions to wait for: so many messages heard, so many of one's own answered. */
export const heard = (count: number) => (member: FakeMember) => member.heard.length >= count;
export const answered = (count: number) => ({ keptSeqs, refusals }: FakeMember) =>
  keptSeqs.length + refusals.length >= count;
