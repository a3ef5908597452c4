/**
 * A hub over a journal that tests hold back and make fail.
 */

import { Hub } from "../hub.ts";
import type {
  AppendError,
  Awaitable,
  Draft,
  Journal,
  LogEntry,
  MessagePage,
  PageQuery,
  Reaction,
  RoomQuery,
  RoomState,
  RoomSummary,
  SettingsPage,
  SettingsQuery,
  Subscription,
} from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory.ts";
import { FakeMember, isInside } from "./fakes.ts";
import { rememberingLog, within } from "./support.ts";

/** A journal in memory whose work waits while it is held, and fails when it is set to. */
export class HeldJournal implements Journal {
  readonly epoch = "e";
  readonly secret = "0".repeat(64);
  /** The texts of every append that has begun. */
  readonly appends: string[][] = [];
  /** The rooms whose newest messages were asked for, in order. */
  readonly opened: string[] = [];
  /** The names whose rooms were asked for. */
  readonly resolved: string[] = [];
  /** How many rooms are being read now. */
  opening = 0;
  failing = false;
  readonly #inner = new MemoryJournal();
  readonly #heldRooms = new Map<string, PromiseWithResolvers<void>>();
  #held: PromiseWithResolvers<void> | undefined;
  #wake = () => {};

  /** Appends wait from now on. */
  hold(): void {
    this.#held = Promise.withResolvers();
  }

  /** Reading a room's newest messages waits from now on. */
  holdRoom(room: string): void {
    this.#heldRooms.set(room, Promise.withResolvers());
  }

  /** Nothing waits any more. */
  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
    for (const { resolve } of this.#heldRooms.values()) resolve();
    this.#heldRooms.clear();
  }

  /** Waits until the condition holds, looking whenever something is asked of the journal. */
  async until(condition: (journal: this) => boolean, what: string): Promise<void> {
    while (!condition(this)) {
      await within(new Promise<void>((resolve) => this.#wake = resolve), what);
    }
  }

  async append(drafts: readonly Draft[]): Promise<(LogEntry | AppendError)[]> {
    this.appends.push(drafts.map((draft) => "text" in draft ? draft.text : draft.action.type));
    const { failing } = this;
    this.#wake();
    await this.#held?.promise;
    if (failing) throw new Error("disk full");
    return this.#inner.append(drafts);
  }

  after(room: string, seq: number, limit: number): LogEntry[] {
    return this.#inner.after(room, seq, limit);
  }

  async before(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    this.opened.push(room);
    this.opening++;
    this.#wake();
    await this.#heldRooms.get(room)?.promise;
    this.opening--;
    if (room === "unreadable") throw new Error("unreadable");
    return this.#inner.before(room, seq, limit);
  }

  page(room: string, query: PageQuery): Awaitable<MessagePage> {
    return this.#inner.page(room, query);
  }

  state(room: string): Awaitable<RoomState> {
    return this.#inner.state(room);
  }

  erase(): Awaitable<string | undefined> {
    return this.#inner.erase();
  }

  settings(log: string, query: SettingsQuery): Awaitable<SettingsPage> {
    return this.#inner.settings(log, query);
  }

  messagesUpTo(room: string, seq: number): Awaitable<number> {
    return this.#inner.messagesUpTo(room, seq);
  }

  reaction(room: string, seq: number, emoji: string, after?: string): Awaitable<Reaction> {
    return this.#inner.reaction(room, seq, emoji, after);
  }

  hasReacted(room: string, seq: number, emoji: string, member: string): Awaitable<boolean> {
    return this.#inner.hasReacted(room, seq, emoji, member);
  }

  files(room: string, ids: readonly string[]): Awaitable<ReadonlyMap<string, number>> {
    return this.#inner.files(room, ids);
  }

  forgetFiles(room: string, ids: readonly string[]): Awaitable<void> {
    return this.#inner.forgetFiles(room, ids);
  }

  subscribe(room: string, seq: number, notify: () => void): Subscription {
    return this.#inner.subscribe(room, seq, notify);
  }

  resolve(room: string): string {
    this.resolved.push(room);
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

/** A condition to wait for: so many appends have begun. */
export const hasAppends = (count: number) => ({ appends }: HeldJournal) => appends.length >= count;

/** A hub with a journal that can be held back. */
export function openHub({ tail = 100, maxClients = 1_000 } = {}) {
  const journal = new HeldJournal();
  const log = rememberingLog();
  const hub = new Hub(journal, log, { tail, maxClients });
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
  await member.until(isInside, "entering");
  return member;
}
