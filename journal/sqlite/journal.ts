/**
 * A journal in a SQLite file, through `node:sqlite`, in WAL mode.
 *
 * A batch is one transaction. A message is a row of `message`; but where a room is so busy that many
 * come in one batch, they are kept as one packed row of `page`, which costs a third. Not those with
 * an `id`: a unique index keeps each once, not a cache. The view `log` shows both, one row a message,
 * with the room's name, to anyone who reads the file while the server runs.
 *
 * This process is the only writer, so the numbers of the rooms it met are held in memory; whenever a
 * batch fails they are forgotten and read again.
 */

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import {
  AppendError,
  type Draft,
  type ImportTarget,
  type Message,
  type RoomSummary,
  type Subscription,
  toMessage,
} from "../journal.ts";
import { LocalFeed } from "../local_feed.ts";
import { openFile } from "./file.ts";
import { fromPage, fromRow, packPage, pushRow, ROWS, WIDTH } from "./rows.ts";
import { prepareAll, type Statements } from "./statements.ts";

interface NumberedRoom {
  readonly name: string;
  readonly number: number;
  /** Its newest message. */
  seq: number;
  /** What the transaction adds to it. */
  added: Message[];
}

/** How a file is kept. */
export interface SqliteOptions {
  /** Messages kept per room, 0 for all. */
  readonly keep: number;
  /** `full` survives a loss of power, `normal` a crash of the process. */
  readonly sync: "normal" | "full";
  readonly log?: Log;
}

/** Keeps messages in a file. */
export class SqliteJournal implements ImportTarget {
  #epoch: string;
  readonly #db: DatabaseSync;
  readonly #keep: number;
  readonly #sql: Statements;
  readonly #feed: LocalFeed;
  readonly #rooms = new Map<string, NumberedRoom>();
  /** Whether the last transaction failed. */
  #failing = false;
  /** Rooms that the transaction adds to. */
  readonly #grown = new Set<NumberedRoom>();

  /**
   * @param path the file; it is made if there is none
   * @throws {JournalError} if the file cannot be used, saying why
   */
  constructor(path: string, { keep, sync, log }: SqliteOptions) {
    this.#keep = keep || Infinity;
    this.#db = openFile(path, sync);
    this.#sql = prepareAll(this.#db);
    this.#epoch = String(this.#sql.epoch.get()!.epoch);
    this.#feed = new LocalFeed(
      (room, seq, limit) => this.after(room, seq, limit),
      (room) => log?.error("another server writes to the same file", { room }),
    );
  }

  get epoch(): string {
    return this.#epoch;
  }

  append(drafts: readonly Draft[]): (Message | AppendError)[] {
    if (this.#rooms.size > LIMITS.roomsRemembered) this.#rooms.clear();
    return this.#addTogether(drafts) ??
      this.#transact(() => drafts.map((draft) => this.#addOne(draft)))!;
  }

  /** Undefined if the drafts must be added one by one: an id was there already, or one is no good. */
  #addTogether(drafts: readonly Draft[]): Message[] | undefined {
    try {
      return this.#transact(() => this.#addAll(drafts));
    } catch (error) {
      if (!isOfDraft(error)) throw error;
    }
  }

  /** Runs the work in one transaction, which is undone if it throws or comes to nothing. */
  #transact<T>(work: () => T | undefined): T | undefined {
    this.#failing = true;
    this.#sql.begin.run();
    let result: T | undefined;
    try {
      result = work();
      if (result) {
        this.#trim();
        this.#sql.commit.run();
      }
      this.#failing = false;
    } catch (error) {
      result = undefined;
      this.#failing = !isOfDraft(error);
      throw error;
    } finally {
      this.#finish(result !== undefined);
    }
    return result;
  }

  #finish(committed: boolean): void {
    for (const room of this.#grown) {
      if (committed) this.#feed.publish(room.name, room.added);
      room.added = [];
    }
    this.#grown.clear();
    if (committed) return;
    this.#rooms.clear();
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // A full disk has ended the transaction already.
    }
  }

  /** Adds them all, hoping that no id was there already; undefined if one was. */
  #addAll(drafts: readonly Draft[]): Message[] | undefined {
    const kept = drafts.map((draft) => this.#number(this.#open(draft.room), draft));
    for (const { number, added } of this.#grown) {
      if (added.length >= LIMITS.rowLeast && added.every(({ id }) => id === undefined)) {
        this.#addPages(number, added);
      } else if (!this.#addRows(number, added)) return;
    }
    return kept;
  }

  #number(room: NumberedRoom, draft: Draft): Message {
    const message = toMessage(draft, ++room.seq);
    this.#grown.add(room);
    room.added.push(message);
    return message;
  }

  #addPages(room: number, added: readonly Message[]): void {
    for (let from = 0; from < added.length; from += LIMITS.rowMost) {
      const page = added.slice(from, from + LIMITS.rowMost);
      this.#sql.insertPage.run(room, page.at(-1)!.seq, page[0].seq, packPage(page));
    }
  }

  /** Adds many rows at a time; false if an id was there already. */
  #addRows(room: number, added: readonly Message[]): boolean {
    let changes = 0;
    let values: SQLInputValue[] = [];
    for (const message of added) {
      pushRow(values, room, message);
      if (values.length < ROWS * WIDTH) continue;
      changes += Number(this.#sql.insertMany.run(...values).changes);
      values = [];
    }
    for (let at = 0; at < values.length; at += WIDTH) {
      changes += Number(this.#sql.insert.run(...values.slice(at, at + WIDTH)).changes);
    }
    return changes === added.length;
  }

  #addOne(draft: Draft): Message | AppendError {
    const room = this.#open(draft.room);
    try {
      const message = toMessage(draft, room.seq + 1);
      if (!this.#addRows(room.number, [message])) {
        return { ...fromRow(this.#sql.byId.get(room.number, draft.id!)!), duplicate: true };
      }
    } catch (error) {
      if (isOfDraft(error)) return new AppendError(error, true);
      throw error;
    }
    return this.#number(room, draft);
  }

  #trim(): void {
    for (const { number, seq } of this.#grown) {
      if (seq <= this.#keep) continue;
      this.#sql.forget.run(number, seq - this.#keep);
      this.#sql.forgetPages.run(number, seq - this.#keep);
    }
  }

  #find(name: string): NumberedRoom | undefined {
    const known = this.#rooms.get(name);
    if (known) return known;
    const row = this.#sql.room.get(name);
    return row && { name, number: Number(row.number), seq: Number(row.seq), added: [] };
  }

  /** The room, made if there is none, and remembered. */
  #open(name: string): NumberedRoom {
    const room = this.#find(name) ?? {
      name,
      number: Number(this.#sql.newRoom.run(name).lastInsertRowid),
      seq: 0,
      added: [],
    };
    this.#rooms.set(name, room);
    return room;
  }

  after(name: string, seq: number, limit: number): Message[] {
    const room = this.#find(name);
    if (!room) return [];
    let from = Math.max(seq, this.#forgotten(room));
    const found = this.#sql.after.all(room.number, from, limit).map(fromRow);
    const paged: Message[] = [];
    while (paged.length < limit) {
      const page = this.#sql.pageAfter.get(room.number, from);
      if (!page) break;
      for (const message of fromPage(page)) if (message.seq > from) paged.push(message);
      from = Number(page.last);
    }
    return found.concat(paged).sort(bySeq).slice(0, limit);
  }

  before(name: string, seq: number, limit: number): Message[] {
    const room = this.#find(name);
    if (!room) return [];
    const oldest = this.#forgotten(room) + 1;
    let end = Math.min(seq, room.seq + 1);
    const found = this.#sql.before.all(room.number, end, limit).map(fromRow);
    const paged: Message[] = [];
    while (paged.length < limit) {
      const page = this.#sql.pageBefore.get(room.number, end, room.number, end, end);
      if (!page) break;
      for (const message of fromPage(page)) if (message.seq < end) paged.push(message);
      end = Number(page.first);
    }
    return found.concat(paged).filter(({ seq }) => seq >= oldest).sort(bySeq).slice(-limit);
  }

  /** The newest message beyond `keep`: it may still be in a packed row with others. */
  #forgotten(room: NumberedRoom): number {
    return Math.max(0, room.seq - this.#keep);
  }

  subscribe(room: string, seq: number, notify: () => void): Subscription {
    return this.#feed.subscribe(room, seq, notify);
  }

  setEpoch(epoch: string): void {
    this.#sql.setEpoch.run(epoch);
    this.#epoch = epoch;
  }

  importMessages(name: string, messages: readonly Message[]): void {
    this.#transact(() => {
      const room = this.#open(name);
      this.#addRows(room.number, messages);
      room.seq = messages.at(-1)?.seq ?? room.seq;
      return true;
    });
  }

  rooms(): RoomSummary[] {
    return this.#sql.list.all().map(({ name, seq }) => ({ name: String(name), seq: Number(seq) }));
  }

  /** After a batch that could not be kept it tries whether another one could: waits as that would. */
  ready(): boolean {
    try {
      if (this.#failing) this.#transact(() => this.#touch());
      else this.#db.exec("SELECT 1");
      return true;
    } catch {
      return false;
    }
  }

  #touch(): true {
    this.#db.exec("UPDATE journal SET epoch = epoch");
    return true;
  }

  close(): void {
    this.#db.close();
  }
}

/** SQLite's codes for a value that is too big, breaks a constraint, or has another type. */
const OF_DRAFT = [18, 19, 20, 25];

/** Whether one draft is to blame, rather than the file: `node:sqlite` cannot bind every value. */
function isOfDraft(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code !== "ERR_SQLITE_ERROR"
    ? error instanceof TypeError
    : OF_DRAFT.includes(errcode! & 0xff);
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}
