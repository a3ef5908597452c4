/**
 * A journal in a SQLite file, through `node:sqlite`, in WAL mode.
 *
 * A batch is one transaction. This process should be the only writer; what another one writes
 * nevertheless is reported and shown within a second. The view `log` has all messages, one row each, with
 * the room's name, for anyone who reads the file while the server runs.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import {
  AppendError,
  type Awaitable,
  type Draft,
  type ImportTarget,
  type Message,
  type RoomQuery,
  type RoomSummary,
  type Subscription,
  toMessage,
} from "../journal.ts";
import { LocalFeed } from "../local_feed.ts";
import { RoomTable } from "../room_table.ts";
import { Connection } from "./connection.ts";
import { MessageTable } from "./message_table.ts";
import { Numbering } from "./numbering.ts";

/** The options of the journal. */
export interface SqliteOptions {
  /** Messages kept per room, 0 for all. */
  readonly keep: number;
  /** `full` survives a loss of power, `normal` a crash of the process. */
  readonly sync: "normal" | "full";
  /** The largest text of a message, in bytes. */
  readonly maxMessage?: number;
  readonly log?: Log;
}

/** Keeps messages in a file. */
export class SqliteJournal implements ImportTarget {
  #epoch: string;
  #secret: string;
  readonly #keep: number;
  readonly #log: Log | undefined;
  readonly #connection: Connection;
  readonly #messages: MessageTable;
  readonly #table: RoomTable;
  readonly #numbering: Numbering;
  readonly #feed = new LocalFeed((room, seq, limit) => this.after(room, seq, limit));
  readonly #looking: ReturnType<typeof setInterval>;
  #reportedAt = -Infinity;

  /**
   * @param path the file; it is created if there is none
   * @throws {JournalError} if the file cannot be used, saying why
   */
  constructor(path: string, { keep, sync, maxMessage = 0, log }: SqliteOptions) {
    this.#keep = keep || Infinity;
    this.#log = log;
    this.#connection = new Connection(path, {
      sync,
      probeBytes: LIMITS.probeBytes + 2 * maxMessage,
      onOthersWrote: () => this.#othersWrote(),
      log,
    });
    const { db } = this.#connection;
    this.#messages = new MessageTable(db);
    this.#table = new RoomTable(db);
    this.#numbering = new Numbering(this.#messages, this.#table);
    const { epoch, secret } = db.prepare("SELECT epoch, secret FROM journal").get()!;
    this.#epoch = String(epoch);
    this.#secret = String(secret);
    this.#looking = setInterval(() => this.#look(), LIMITS.lookMs);
  }

  get epoch(): string {
    return this.#epoch;
  }

  get secret(): string {
    return this.#secret;
  }

  // Keeping.

  append(drafts: readonly Draft[]): (Message | AppendError)[] {
    const kept = this.#addTogether(drafts) ??
      this.#transact(() => drafts.map((draft) => this.#addOne(draft)))!;
    if (this.#table.noted > LIMITS.roomsNoted) this.#writeRows();
    return kept;
  }

  /** Undefined if the drafts must be added one by one: an id exists already, or a draft is bad. */
  #addTogether(drafts: readonly Draft[]): Message[] | undefined {
    try {
      return this.#transact(() => this.#addAll(drafts));
    } catch (error) {
      if (!isOfDraft(error)) throw error;
    }
  }

  /** Runs the work in one transaction, which is rolled back if it throws or returns undefined. */
  #transact<T>(work: () => T | undefined): T | undefined {
    let result: T | undefined;
    try {
      return result = this.#connection.transact(() => {
        const done = work();
        if (done === undefined) return;
        this.#trim();
        this.#numbering.writeRows();
        return done;
      });
    } finally {
      const committed = result !== undefined;
      if (committed) {
        for (const { name, added } of this.#numbering.grown) this.#feed.publish(name, added);
      }
      this.#numbering.end(committed);
    }
  }

  #trim(): void {
    for (const { number, seq } of this.#numbering.grown) {
      if (seq > this.#keep) this.#messages.forget(number, seq - this.#keep);
    }
  }

  /** Adds all drafts, assuming that no id exists already; undefined if one does. */
  #addAll(drafts: readonly Draft[]): Message[] | undefined {
    const numbering = this.#numbering;
    const kept = drafts.map((draft) => numbering.add(numbering.open(draft.room), draft));
    for (const { number, added } of numbering.grown) {
      if (!this.#messages.add(number, added)) return;
    }
    return kept;
  }

  #addOne(draft: Draft): Message | AppendError {
    const room = this.#numbering.open(draft.room);
    try {
      const message = toMessage(draft, room.seq + 1, room.at);
      if (this.#messages.add(room.number, [message])) return this.#numbering.add(room, draft);
      return { ...this.#messages.byId(room.number, draft.id!), duplicate: true };
    } catch (error) {
      if (!isOfDraft(error)) throw error;
      this.#numbering.dropIfEmpty(room);
      return new AppendError(error, true);
    }
  }

  // Reading.

  after(name: string, seq: number, limit: number): Message[] {
    const room = this.#numbering.find(name);
    if (!room) return [];
    return this.#messages.after(room.number, Math.max(seq, this.#forgotten(room.seq)), limit);
  }

  before(name: string, seq: number, limit: number): Message[] {
    const room = this.#numbering.find(name);
    if (!room) return [];
    const forgotten = this.#forgotten(room.seq);
    return this.#messages.before(room.number, Math.min(seq, room.seq + 1), limit)
      .filter(({ seq }) => seq > forgotten);
  }

  /** The newest message that is no longer kept; it may still be in a packed row with others. */
  #forgotten(newest: number): number {
    return Math.max(0, newest - this.#keep);
  }

  resolve(room: string): string {
    return this.#numbering.resolve(room);
  }

  rooms(query: RoomQuery): Awaitable<RoomSummary[]> {
    this.#writeRows();
    return this.#table.list(query);
  }

  /** Writes the rows that are out of date. If that is not possible now, it is done later. */
  #writeRows(): void {
    if (this.#table.noted === 0) return;
    try {
      this.#connection.withoutWaiting(() =>
        this.#connection.transact(() => {
          this.#table.flush();
          return true;
        })
      );
      this.#table.flushed();
    } catch {
      // Another process holds a lock, or nothing can be kept: then appends fail and say why.
    }
  }

  subscribe(room: string, seq: number, notify: () => void): Subscription {
    return this.#feed.subscribe(room, seq, notify);
  }

  // Taking over.

  adoptIdentity(epoch: string, secret: string): void {
    this.#connection.db.prepare("UPDATE journal SET epoch = ?, secret = ?").run(epoch, secret);
    this.#epoch = epoch;
    this.#secret = secret;
  }

  importMessages(name: string, messages: readonly Message[]): void {
    const newest = messages.at(-1);
    if (!newest) return;
    this.#transact(() => {
      // Exactly this room: an older database may have others whose names differ only in case.
      const room = this.#numbering.openExact(name);
      this.#messages.addRows(room.number, messages);
      this.#numbering.grow(room, newest);
      return true;
    });
  }

  // Its state.

  ready(): Promise<boolean> {
    return this.#connection.ready();
  }

  /** Called once a second. */
  #look(): void {
    this.#connection.look();
    this.#writeRows();
  }

  /** Remembered numbers may be wrong, and rooms may have messages that were not published. */
  #othersWrote(): void {
    this.#numbering.forget();
    this.#feed.refresh();
    const now = performance.now();
    if (now - this.#reportedAt < LIMITS.reportMs) return;
    this.#reportedAt = now;
    const advice = "several servers need a Redis, see --db";
    this.#log?.error("another process writes to the same database", { advice });
  }

  close(): void {
    clearInterval(this.#looking);
    this.#writeRows();
    this.#connection.close();
  }
}

/** SQLite's codes for a value that is too big, breaks a constraint, or has another type. */
const OF_DRAFT = [18, 19, 20, 25];

/** Whether the reason is a draft and not the file: `node:sqlite` cannot bind every value. */
function isOfDraft(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code !== "ERR_SQLITE_ERROR"
    ? error instanceof TypeError
    : OF_DRAFT.includes(errcode! & 0xff);
}
