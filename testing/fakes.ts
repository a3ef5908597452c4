/**
 * Stand-ins for what surrounds the hub and a client: a member without a socket, a socket without a
 * network, a subscription that records, and the values that tests make most often.
 */

import type { Sink } from "../client/backpressure.ts";
import type { Entry } from "../hub/entry.ts";
import type { Person } from "../hub/person.ts";
import type { Member, Room } from "../hub/room.ts";
import type { Slice } from "../hub/tail.ts";
import type {
  Action,
  Attachment,
  Change,
  ChangeDraft,
  LogEntry,
  Message,
  MessageDraft,
  RemotePresence,
  RoomState,
  Subscription,
} from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import { within } from "./wait.ts";

/** A wire whose frames are the texts of messages, and the kinds of all other entries in brackets. */
export const words: Wire = {
  name: "words",
  decode: () => [],
  encode: (entries: readonly Entry[]) =>
    entries.map((entry) => entry.kind === "message" ? entry.text : `(${entry.kind})`),
  welcome: ({ reset }) => [reset ? "(welcome, reset)" : "(welcome)"],
  gap: (from, to) => [`(gap ${from}-${to})`],
  members: (members) => [`(members ${members.map(({ id }) => id)})`],
  refusal: (code) => [`(${code})`],
  pong: () => ["(pong)"],
};

export function person(id: string, name = ""): Person {
  return { id, name, avatar: undefined };
}

/** What a client that resumes after entry 4 of 9 is welcomed with. */
export function sampleWelcome(): Parameters<Wire["welcome"]>[0] {
  return {
    room: "r",
    you: person("ann"),
    role: "member",
    access: "open",
    epoch: "e",
    seq: 9,
    at: 90,
    after: 4,
    afterAt: 40,
    members: [],
    count: 0,
    topic: undefined,
    pins: [],
    reset: false,
  };
}

export function draft(text: string, more: Partial<MessageDraft> = {}): MessageDraft {
  return { room: "r", at: 1, from: "f", name: "", avatar: undefined, text, id: undefined, ...more };
}

/** A file that a message names. */
export function attachment(id: string, more: Partial<Attachment> = {}): Attachment {
  return { id, name: `${id}.txt`, type: "text/plain", size: 5, ...more };
}

/** A change, by the same member as {@linkcode draft}'s. */
export function change(action: Action, more: Partial<ChangeDraft> = {}): ChangeDraft {
  return { room: "r", at: 1, from: "f", name: "", id: undefined, action, ...more };
}

export function message(seq: number, text = `m${seq}`): Message {
  const { room: _, ...rest } = draft(text);
  return { kind: "message", seq, ...rest };
}

/** A change as it was kept, by the same member as {@linkcode draft}'s. */
export function kept(seq: number, action: Action, more: Partial<Change> = {}): Change {
  return { kind: "change", seq, at: 1, from: "f", name: "", id: undefined, action, ...more };
}

/** The numbers from the first to the last. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, n) => first + n);
}

/** Follows a room as a client does, and remembers what it gets. */
export class FakeMember implements Member {
  person: Person;
  room: string;
  readonly observer: boolean;
  readonly isAdmin: boolean;
  readonly since: number | undefined;
  isDiverged = false;
  /** The room, once it is in. */
  inside: Room | undefined;
  /** What the tail gave since it entered, a slice at a time. */
  readonly slices: Slice[] = [];
  /** What its commands became. */
  readonly answers: LogEntry[] = [];
  readonly keptSeqs: number[] = [];
  readonly duplicates: boolean[] = [];
  /** For each message of its own that was kept: whether it had been shown before. */
  readonly shownBefore: boolean[] = [];
  readonly refusals: string[] = [];
  isRejected = false;
  #index = 0;
  #wake = () => {};

  constructor(
    room: string,
    id: string,
    { name = "", observer = false, isAdmin = false, since }: {
      name?: string;
      observer?: boolean;
      isAdmin?: boolean;
      since?: number;
    } = {},
  ) {
    this.room = room;
    this.person = person(id, name);
    this.observer = observer;
    this.isAdmin = isAdmin;
    this.since = since;
  }

  entered(room: Room, person: Person): void {
    this.inside = room;
    this.room = room.name;
    this.person = person;
    this.#index = room.tail.end;
    this.#wake();
  }

  diverged(): void {
    this.isDiverged = true;
  }

  rejected(): void {
    this.isRejected = true;
    this.#wake();
  }

  notify(): void {
    const { tail } = this.inside!;
    while (this.#index < tail.published) {
      const slice = tail.read(words, this.#index);
      if (!slice) throw new Error("it fell behind");
      this.slices.push(slice);
      this.#index = slice.end!;
    }
    this.#wake();
  }

  kept(entry: LogEntry, shown: boolean): void {
    this.answers.push(entry);
    this.keptSeqs.push(entry.seq);
    this.duplicates.push(entry.duplicate === true);
    this.shownBefore.push(shown);
    this.#wake();
  }

  refuse(code: string, _detail: string, id?: string): void {
    this.refusals.push(id ? `${code} ${id}` : code);
    this.#wake();
  }

  /** What the tail showed since it entered: texts, and kinds in brackets. */
  get shown(): string[] {
    return this.slices.flatMap(({ frames }) => frames);
  }

  /** The texts of the messages that the tail showed since it entered. */
  get texts(): string[] {
    return this.shown.filter((text) => !text.startsWith("("));
  }

  /** Waits until the condition holds. */
  async until(condition: (member: this) => boolean, what: string): Promise<void> {
    while (!condition(this)) {
      await within(new Promise<void>((resolve) => this.#wake = resolve), what);
    }
  }
}

/** Conditions to wait for. */
export const isInside = ({ inside }: FakeMember) => inside !== undefined;
export const hasShown = (count: number) => ({ texts }: FakeMember) => texts.length >= count;
export const hasAnswers = (count: number) => ({ keptSeqs, refusals }: FakeMember) =>
  keptSeqs.length + refusals.length >= count;

/** A socket whose peer is the test: what is sent stays in it until it is taken. */
export class FakeSink implements Sink {
  bufferedAmount = 0;
  /** The most that ever waited in it. */
  most = 0;
  closeCode: number | undefined;
  readonly lines: string[] = [];

  send(frame: string): void {
    this.lines.push(...frame.split("\n"));
    this.bufferedAmount += frame.length;
    this.most = Math.max(this.most, this.bufferedAmount);
  }

  close(code: number): void {
    this.closeCode = code;
    this.bufferedAmount = 0;
  }

  /** The peer reads. */
  take(bytes: number): void {
    this.bufferedAmount = bytes < this.bufferedAmount ? this.bufferedAmount - bytes : 0;
  }

  /** The objects of these types that were sent, on the JSON wire. */
  // deno-lint-ignore no-explicit-any -- objects of the wire
  all(...types: string[]): any[] {
    return this.lines.map((line) => JSON.parse(line)).filter(({ type }) => types.includes(type));
  }
}

/** A subscription that gives what the test puts into it, and records what is published. */
export class FakeSubscription implements Subscription {
  broken = false;
  forgotten = 0;
  isOver = false;
  /** How often it was asked to look for what is kept by now. */
  refreshes = 0;
  readonly messages: Message[] = [];
  readonly presence: RemotePresence[] = [];
  /** `ann` came, `-ann` went, `ann...` types. */
  readonly published: string[] = [];

  take(): Message[] {
    return this.messages.splice(0);
  }

  takePresence(): RemotePresence[] {
    return this.presence.splice(0);
  }

  publishPresence(id: string, person: Person | undefined): void {
    this.published.push(person ? id : `-${id}`);
  }

  publishTyping(id: string): void {
    this.published.push(`${id}...`);
  }

  refresh(): void {
    this.refreshes++;
  }

  unsubscribe(): void {
    this.isOver = true;
  }
}

/** What a room is set to in which nothing was ever set. */
export const NO_SETTINGS: RoomState = { seq: 0, topic: undefined, pins: [] };

/** A room as the page cache knows it. */
export const roomOf = (name: string, version = 0) => ({ name, version });

/** The text of a message; undefined for any other entry. */
export const textOf = (entry: LogEntry) => entry.kind === "message" ? entry.text : undefined;
