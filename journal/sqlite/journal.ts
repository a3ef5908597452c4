/**
 * A journal in a SQLite file, through `node:sqlite`, in WAL mode; or in memory, in a database that has
 * no file.
 *
 * A batch is one transaction. This process should be the only writer; what another one writes
 * nevertheless is reported and shown within a second. The view `log` shows all messages as they are
 * now, one row each, with the room's name, to anyone who reads the file while the server runs.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import { isChange } from "../changes.ts";
import type {
  AppendError,
  Awaitable,
  Draft,
  ImportTarget,
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
} from "../journal.ts";
import { LocalFeed } from "../local_feed.ts";
import { RoomTable } from "../room_table.ts";
import { Appender, isOfDraft } from "./appender.ts";
import { ChangeTable } from "./change_table.ts";
import { Connection } from "./connection.ts";
import { Eraser } from "./eraser.ts";
import { IN_MEMORY } from "./file.ts";
import { FileTable } from "./file_table.ts";
import { Importer } from "./importer.ts";
import { LogReader } from "./log_reader.ts";
import { MessageTable } from "./message_table.ts";
import { Numbering, type OpenRoom } from "./numbering.ts";
import { Ordinals } from "./ordinals.ts";

/** The options of the journal. */
export interface SqliteOptions {
  /** Messages kept per room, 0 for all. */
  readonly keep: number;
  /** `full` survives a loss of power, `normal` a crash of the process. */
  readonly sync: "normal" | "full";
  /** The largest text of a message, in bytes. */
  readonly maxMessage?: number;
  /** For how long deleted texts are collected, to be erased from the file together. */
  readonly eraseMs?: number;
  readonly log?: Log;
}

/** Keeps messages in a file. */
export class SqliteJournal implements ImportTarget {
  #epoch: string;
  #secret: string;
  readonly #connection: Connection;
  readonly #table: RoomTable;
  readonly #files: FileTable;
  readonly #changes: ChangeTable;
  readonly #numbering: Numbering;
  readonly #reader: LogReader;
  readonly #appender: Appender;
  readonly #importer: Importer;
  readonly #eraser: Eraser;
  readonly #feed = new LocalFeed((room, seq, limit) => this.after(room, seq, limit));
  #looking: ReturnType<typeof setInterval> | undefined;

  /**
   * @param path the file, which is created if there is none, or `:memory:`
   * @throws {JournalError} if the file cannot be used, saying why
   */
  constructor(
    path: string,
    { keep, sync, maxMessage = 0, eraseMs = LIMITS.eraseMs, log }: SqliteOptions,
  ) {
    this.#connection = new Connection(path, {
      sync,
      probeBytes: LIMITS.probeBytes + 2 * maxMessage,
      onOthersWrote: () => this.#othersWrote(),
      log,
    });
    const { db } = this.#connection;
    const messages = new MessageTable(db);
    const changes = this.#changes = new ChangeTable(db);
    const ordinals = new Ordinals(db);
    const files = this.#files = new FileTable(db);
    this.#table = new RoomTable(db);
    this.#numbering = new Numbering(ordinals, changes, this.#table, keep || Infinity);
    const tables = { messages, changes, ordinals };
    this.#reader = new LogReader(this.#connection, this.#numbering, tables);
    this.#eraser = new Eraser(this.#connection, messages, changes, eraseMs);
    const written = { messages, changes, files };
    this.#appender = new Appender(this.#connection, written, this.#numbering);
    this.#importer = new Importer(written, this.#numbering);
    const { epoch, secret } = db.prepare("SELECT epoch, secret FROM journal").get()!;
    this.#epoch = String(epoch);
    this.#secret = String(secret);
    if (path !== IN_MEMORY) this.#looking = setInterval(() => this.#look(), LIMITS.lookMs);
  }

  get epoch(): string {
    return this.#epoch;
  }

  get secret(): string {
    return this.#secret;
  }

  append(drafts: readonly Draft[]): (LogEntry | AppendError)[] {
    const kept = this.#addTogether(drafts) ??
      this.#transact(() => this.#appender.addEach(drafts))!;
    if (drafts.some(isChange)) this.#eraser.note();
    if (this.#table.noted > LIMITS.roomsNoted) this.#writeRows();
    return kept;
  }

  /** Undefined if the drafts must be added one by one: an id exists already, or a draft is bad. */
  #addTogether(drafts: readonly Draft[]): (LogEntry | AppendError)[] | undefined {
    try {
      const isFlooded = drafts.length >= LIMITS.floodedBatch;
      return this.#transact(() => this.#appender.addAll(drafts), isFlooded);
    } catch (error) {
      if (!isOfDraft(error)) throw error;
    }
  }

  /** Runs the work in one transaction, which is rolled back if it throws or returns undefined. */
  #transact<T>(work: () => T | undefined, isFlooded = false): T | undefined {
    let result: T | undefined;
    let trimmed: OpenRoom[] = [];
    try {
      return result = this.#connection.transact(() => {
        const done = work();
        if (done === undefined) return;
        trimmed = this.#appender.trim();
        this.#changes.sweep();
        this.#numbering.writeRows();
        return done;
      }, isFlooded);
    } finally {
      const committed = result !== undefined;
      if (committed) {
        for (const { name, added } of this.#numbering.grown) this.#feed.publish(name, added);
        for (const room of trimmed) {
          this.#eraser.noteTrimmed(room);
          this.#feed.forget(room.name, room.forgotten);
        }
      } else this.#changes.reload();
      this.#numbering.end(committed);
    }
  }

  after(room: string, seq: number, limit: number): LogEntry[] {
    return this.#reader.after(room, seq, limit);
  }

  before(room: string, seq: number, limit: number): LogEntry[] {
    return this.#reader.before(room, seq, limit);
  }

  page(room: string, query: PageQuery): MessagePage {
    return this.#reader.page(room, query);
  }

  state(room: string): RoomState {
    return this.#reader.state(room);
  }

  settings(log: string, query: SettingsQuery): SettingsPage {
    return this.#reader.settings(log, query);
  }

  messagesUpTo(room: string, seq: number): number {
    return this.#reader.messagesUpTo(room, seq);
  }

  reaction(room: string, seq: number, emoji: string, after?: string): Reaction {
    return this.#reader.reaction(room, seq, emoji, after);
  }

  hasReacted(room: string, seq: number, emoji: string, member: string): boolean {
    return this.#reader.hasReacted(room, seq, emoji, member);
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

  files(room: string, ids: readonly string[]): ReadonlyMap<string, number> {
    const found = this.#numbering.find(room);
    return found ? this.#files.named(found.number, ids) : new Map();
  }

  forgetFiles(room: string, ids: readonly string[]): void {
    const found = this.#numbering.find(room);
    if (!found) return;
    this.#connection.transact(() => {
      this.#files.remove(found.number, ids);
      return true;
    });
  }

  adoptIdentity(epoch: string, secret: string): void {
    this.#connection.db.prepare("UPDATE journal SET epoch = ?, secret = ?").run(epoch, secret);
    this.#epoch = epoch;
    this.#secret = secret;
  }

  importEntries(name: string, entries: readonly LogEntry[], messages: number): void {
    if (entries.length === 0) return;
    this.#transact(() => this.#importer.add(name, entries, messages));
    this.#numbering.forget();
  }

  ready(): Promise<boolean> {
    return this.#connection.ready();
  }

  /** Called once a second. */
  #look(): void {
    this.#connection.look();
    this.#writeRows();
    this.#eraser.look();
  }

  /** The journal does that itself within a minute. */
  async erase(): Promise<string | undefined> {
    if (await this.#eraser.erase()) return;
    return "another program uses the database: end it, and try again";
  }

  /** Remembered numbers may be wrong, and rooms may have entries that were not published. */
  #othersWrote(): void {
    this.#numbering.forget();
    this.#changes.reload();
    this.#feed.refresh();
  }

  close(): void {
    clearInterval(this.#looking);
    this.#writeRows();
    this.#eraser.close();
    this.#connection.close();
  }
}
