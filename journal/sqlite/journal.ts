/**
 * A journal in a SQLite file, through `node:sqlite`, in WAL mode.
 *
 * A batch is one transaction. A message is a row of `message`; but where a room is so busy that many
 * come in one batch, they are kept as one row of `page`, an array in JSON, which costs a third. Not
 * those with an `id`: a unique index keeps each once, not a cache. The view `log` shows both, one
 * row a message, with the room's name, to whoever reads the file while the server runs.
 *
 * This process is the only writer, so the numbers of the rooms it met are held in memory; whenever a
 * batch fails they are forgotten and read anew.
 */

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { LIMITS } from "../../config/limits.ts";
import {
  type Draft,
  type ImportTarget,
  type Message,
  type RoomSummary,
  toMessage,
} from "../journal.ts";
import { openFile } from "./file.ts";

const COLUMNS = "seq, at, member, name, avatar, text, id";
const NEWEST = `max(
  (SELECT coalesce(max(seq), 0) FROM message WHERE room = number),
  (SELECT coalesce(max(last), 0) FROM page WHERE room = number))`;

/** How many values a row has, and how many rows are added by one statement where there are many. */
const WIDTH = 8;
const ROWS = 16;

interface Numbered {
  readonly number: number;
  /** Its newest message. */
  seq: number;
  /** What the transaction adds to it. */
  added: Message[];
}

/** Keeps messages in a file. */
export class SqliteJournal implements ImportTarget {
  #epoch: string;
  readonly #db: DatabaseSync;
  readonly #keep: number;
  readonly #rooms = new Map<string, Numbered>();
  /** Whether the last transaction failed. */
  #failing = false;
  /** Rooms that the transaction adds to. */
  readonly #grown = new Set<Numbered>();
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertMany: StatementSync;
  readonly #insertPage: StatementSync;
  readonly #byId: StatementSync;
  readonly #after: StatementSync;
  readonly #pageAfter: StatementSync;
  readonly #before: StatementSync;
  readonly #pageBefore: StatementSync;
  readonly #room: StatementSync;
  readonly #newRoom: StatementSync;
  readonly #forget: StatementSync;
  readonly #forgetPages: StatementSync;
  readonly #list: StatementSync;

  /**
   * @param path the file; it is made if there is none
   * @param keep messages kept per room, 0 for all
   * @param sync `full` survives a loss of power, `normal` a crash of the process
   * @throws {JournalError} if the file cannot be used, saying why
   */
  constructor(path: string, { keep, sync }: { keep: number; sync: "normal" | "full" }) {
    this.#keep = keep || Infinity;
    this.#db = openFile(path, sync);
    const prepare = (sql: string) => this.#db.prepare(sql);
    this.#epoch = String(prepare("SELECT epoch FROM journal").get()!.epoch);
    this.#begin = prepare("BEGIN IMMEDIATE");
    this.#commit = prepare("COMMIT");
    this.#insert = prepare(insertion(1));
    this.#insertMany = prepare(insertion(ROWS));
    this.#insertPage = prepare("INSERT INTO page VALUES (?, ?, ?, ?)");
    this.#byId = prepare(`SELECT ${COLUMNS} FROM message WHERE room = ? AND id = ?`);
    this.#after = prepare(
      `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`,
    );
    this.#pageAfter = prepare(
      "SELECT first, last, messages FROM page WHERE room = ? AND last > ? ORDER BY last LIMIT 1",
    );
    this.#before = prepare(
      `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    );
    // Only the first page that ends at `seq` or later can begin before it. (Deno 2.4 knows no `?1`.)
    this.#pageBefore = prepare(
      `SELECT first, last, messages FROM page WHERE room = ? AND first < ? AND last <= coalesce(
        (SELECT min(last) FROM page WHERE room = ? AND last >= ?), ?) ORDER BY last DESC LIMIT 1`,
    );
    this.#room = prepare(`SELECT number, ${NEWEST} AS seq FROM room WHERE name = ?`);
    this.#newRoom = prepare("INSERT INTO room (name) VALUES (?)");
    this.#forget = prepare("DELETE FROM message WHERE room = ? AND seq <= ?");
    this.#forgetPages = prepare("DELETE FROM page WHERE room = ? AND last <= ?");
    this.#list = prepare(`SELECT name, ${NEWEST} AS seq FROM room`);
  }

  get epoch(): string {
    return this.#epoch;
  }

  append(drafts: readonly Draft[]): Message[] {
    if (this.#rooms.size > LIMITS.roomsRemembered) this.#rooms.clear();
    return this.#transact(() => this.#addAll(drafts)) ??
      this.#transact(() => drafts.map((draft) => this.#add(draft)))!;
  }

  /** Does it in one transaction, which is undone if it throws or comes to nothing. */
  #transact(work: () => Message[] | undefined): Message[] | undefined {
    this.#failing = true;
    this.#begin.run();
    let kept: Message[] | undefined;
    try {
      kept = work();
      if (kept) {
        this.#trim();
        this.#commit.run();
      }
      this.#failing = false;
      return kept;
    } catch (error) {
      kept = undefined;
      throw error;
    } finally {
      this.#grown.clear();
      if (!kept) this.#undo();
    }
  }

  #undo(): void {
    this.#rooms.clear();
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // A full disk has ended the transaction already.
    }
  }

  /** Adds them all, hoping that no id was there already; undefined if one was. */
  #addAll(drafts: readonly Draft[]): Message[] | undefined {
    const kept: Message[] = [];
    for (const draft of drafts) {
      const room = this.#open(draft.room);
      const message = toMessage(draft, ++room.seq);
      this.#grown.add(room);
      room.added.push(message);
      kept.push(message);
    }
    for (const room of this.#grown) {
      const { number, added } = room;
      room.added = [];
      if (added.length >= LIMITS.rowLeast && added.every(({ id }) => id === undefined)) {
        this.#addPages(number, added);
      } else if (!this.#addRows(number, added)) return;
    }
    return kept;
  }

  #addPages(room: number, added: Message[]): void {
    for (let from = 0; from < added.length; from += LIMITS.rowMost) {
      const page = added.slice(from, from + LIMITS.rowMost);
      const rows = page.map(({ at, from, name, avatar, text }) => [at, from, name, avatar, text]);
      this.#insertPage.run(room, page.at(-1)!.seq, page[0].seq, JSON.stringify(rows));
    }
  }

  /** Adds many rows at a time; false if an id was there already. */
  #addRows(room: number, added: readonly Message[]): boolean {
    let changes = 0;
    let values: SQLInputValue[] = [];
    for (const message of added) {
      pushRow(values, room, message);
      if (values.length < ROWS * WIDTH) continue;
      changes += Number(this.#insertMany.run(...values).changes);
      values = [];
    }
    for (let at = 0; at < values.length; at += WIDTH) {
      changes += Number(this.#insert.run(...values.slice(at, at + WIDTH)).changes);
    }
    return changes === added.length;
  }

  #add(draft: Draft): Message {
    const room = this.#open(draft.room);
    const message = toMessage(draft, room.seq + 1);
    if (!this.#addRows(room.number, [message])) {
      return fromRow(this.#byId.get(room.number, draft.id!)!);
    }
    room.seq++;
    this.#grown.add(room);
    return message;
  }

  #trim(): void {
    for (const { number, seq } of this.#grown) {
      if (seq <= this.#keep) continue;
      this.#forget.run(number, seq - this.#keep);
      this.#forgetPages.run(number, seq - this.#keep);
    }
  }

  #find(name: string): Numbered | undefined {
    const known = this.#rooms.get(name);
    if (known) return known;
    const row = this.#room.get(name);
    return row && { number: Number(row.number), seq: Number(row.seq), added: [] };
  }

  /** The room, made if there is none, and remembered. */
  #open(name: string): Numbered {
    const room = this.#find(name) ??
      { number: Number(this.#newRoom.run(name).lastInsertRowid), seq: 0, added: [] };
    this.#rooms.set(name, room);
    return room;
  }

  after(name: string, seq: number, limit: number): Message[] {
    const room = this.#find(name);
    if (!room) return [];
    let from = Math.max(seq, this.#forgotten(room));
    const found = this.#after.all(room.number, from, limit).map(fromRow);
    const paged: Message[] = [];
    while (paged.length < limit) {
      const page = this.#pageAfter.get(room.number, from);
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
    const found = this.#before.all(room.number, end, limit).map(fromRow);
    const paged: Message[] = [];
    while (paged.length < limit) {
      const page = this.#pageBefore.get(room.number, end, room.number, end, end);
      if (!page) break;
      for (const message of fromPage(page)) if (message.seq < end) paged.push(message);
      end = Number(page.first);
    }
    return found.concat(paged).filter(({ seq }) => seq >= oldest).sort(bySeq).slice(-limit);
  }

  /** The newest message that is over `keep`: it may still stand in a page with others. */
  #forgotten(room: Numbered): number {
    return Math.max(0, room.seq - this.#keep);
  }

  setEpoch(epoch: string): void {
    this.#db.prepare("UPDATE journal SET epoch = ?").run(epoch);
    this.#epoch = epoch;
  }

  importMessages(name: string, messages: readonly Message[]): void {
    this.#transact(() => {
      const room = this.#open(name);
      this.#addRows(room.number, messages);
      room.seq = messages.at(-1)?.seq ?? room.seq;
      return [...messages];
    });
  }

  rooms(): RoomSummary[] {
    return this.#list.all().map(({ name, seq }) => ({ name: String(name), seq: Number(seq) }));
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

  #touch(): Message[] {
    this.#db.exec("UPDATE journal SET epoch = epoch");
    return [];
  }

  close(): void {
    this.#db.close();
  }
}

function insertion(rows: number): string {
  const row = "(?, ?, ?, ?, ?, ?, ?, ?)";
  return `INSERT INTO message (room, ${COLUMNS}) VALUES ${Array(rows).fill(row).join(", ")}
    ON CONFLICT (room, id) WHERE id IS NOT NULL DO NOTHING`;
}

function pushRow(values: SQLInputValue[], room: number, message: Message): void {
  const { seq, at, from, name, avatar, text, id } = message;
  values.push(room, seq, at, from, name, avatar ?? null, text, id ?? null);
}

type Row = Record<string, SQLOutputValue>;

function fromRow({ seq, at, member, name, avatar, text, id }: Row): Message {
  return {
    kind: "message",
    seq: Number(seq),
    at: Number(at),
    from: String(member),
    name: String(name),
    avatar: avatar === null ? undefined : String(avatar),
    text: String(text),
    id: id === null ? undefined : String(id),
  };
}

function fromPage({ first, messages }: Row): Message[] {
  const rows: [number, string, string, string | null, string][] = JSON.parse(String(messages));
  return rows.map(([at, from, name, avatar, text], index) => ({
    kind: "message",
    seq: Number(first) + index,
    at,
    from,
    name,
    avatar: avatar ?? undefined,
    text,
    id: undefined,
  }));
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}
