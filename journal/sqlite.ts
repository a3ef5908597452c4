/**
 * A journal in a SQLite file, through `node:sqlite`, in WAL mode.
 *
 * A batch is one transaction, a message is one row of `message`, and the view `log` shows rows with
 * their room's name to whoever reads the file with other tools while the server runs. This process
 * is the only writer, so the numbers of the rooms it met are held in memory; whenever a batch fails
 * they are forgotten and read anew. `id` is kept once by a unique index, not by a cache.
 *
 * `user_version` is the schema's version: the file of an older server is brought up to date when it
 * is opened, that of a newer one is refused.
 */

import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { LIMITS } from "../config.ts";
import { type Draft, type Heir, JournalError, type Kept, type Said, said } from "../journal.ts";

/** Entry n takes a file from version n to version n + 1. What was released is never changed. */
const UPGRADES = [
  `
  CREATE TABLE journal (epoch TEXT NOT NULL);
  CREATE TABLE room (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE message (
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    member TEXT NOT NULL,
    name TEXT NOT NULL,
    avatar TEXT,
    text TEXT NOT NULL,
    id TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX message_id ON message (room, id) WHERE id IS NOT NULL;
  CREATE VIEW log AS
    SELECT room.name AS room, message.seq, at, member, message.name, avatar, text, id
    FROM message JOIN room ON room.number = message.room;
  `,
];

const COLUMNS = "seq, at, member, name, avatar, text, id";
const NEWEST = "(SELECT coalesce(max(seq), 0) FROM message WHERE room = number)";

/** How many values a row has, and how many rows are added by one statement where there are many. */
const WIDTH = 8;
const ROWS = 16;

/** A whole check of the file is worth its time up to this size. */
const CHECKED_BYTES = 64 * 1024 * 1024;

interface Numbered {
  number: number;
  seq: number;
}

/** Keeps messages in a file. */
export class SqliteJournal implements Heir {
  #epoch: string;
  readonly #db: DatabaseSync;
  readonly #keep: number;
  readonly #rooms = new Map<string, Numbered>();
  /** Rooms that the transaction added to. */
  readonly #grown = new Set<Numbered>();
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertMany: StatementSync;
  readonly #byId: StatementSync;
  readonly #after: StatementSync;
  readonly #before: StatementSync;
  readonly #room: StatementSync;
  readonly #newRoom: StatementSync;
  readonly #forget: StatementSync;
  readonly #list: StatementSync;

  /**
   * @param path the file; it is made if there is none
   * @param keep messages kept per room, 0 for all
   * @param sync `full` survives a loss of power, `normal` a crash of the process
   * @throws {JournalError} if the file cannot be used, saying why
   */
  constructor(path: string, { keep, sync }: { keep: number; sync: "normal" | "full" }) {
    this.#keep = keep;
    this.#db = open(path, sync);
    const prepare = (sql: string) => this.#db.prepare(sql);
    this.#epoch = String(prepare("SELECT epoch FROM journal").get()!.epoch);
    this.#begin = prepare("BEGIN IMMEDIATE");
    this.#commit = prepare("COMMIT");
    this.#insert = prepare(insertion(1));
    this.#insertMany = prepare(insertion(ROWS));
    this.#byId = prepare(`SELECT ${COLUMNS} FROM message WHERE room = ? AND id = ?`);
    this.#after = prepare(
      `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`,
    );
    this.#before = prepare(
      `SELECT ${COLUMNS} FROM message WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    );
    this.#room = prepare(`SELECT number, ${NEWEST} AS seq FROM room WHERE name = ?`);
    this.#newRoom = prepare("INSERT INTO room (name) VALUES (?)");
    this.#forget = prepare("DELETE FROM message WHERE room = ? AND seq <= ?");
    this.#list = prepare(`SELECT name, ${NEWEST} AS seq FROM room`);
  }

  get epoch(): string {
    return this.#epoch;
  }

  append(drafts: readonly Draft[]): Said[] {
    if (this.#rooms.size > LIMITS.roomsRemembered) this.#rooms.clear();
    return this.#transact(() => this.#addAll(drafts)) ??
      this.#transact(() => drafts.map((draft) => this.#add(draft)))!;
  }

  /** Does it in one transaction, which is undone if it throws or comes to nothing. */
  #transact(work: () => Said[] | undefined): Said[] | undefined {
    this.#begin.run();
    let kept: Said[] | undefined;
    try {
      kept = work();
      if (kept) {
        this.#trim();
        this.#commit.run();
      }
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
    // A full disk has ended the transaction already.
    if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
  }

  /** Adds many rows at a time, hoping that no id was there already; undefined if one was. */
  #addAll(drafts: readonly Draft[]): Said[] | undefined {
    const kept: Said[] = [];
    let added = 0;
    let values: SQLInputValue[] = [];
    for (const draft of drafts) {
      const room = this.#find(draft.room) ?? this.#make(draft.room);
      const message = said(draft, ++room.seq);
      this.#grown.add(room);
      kept.push(message);
      pushRow(values, room.number, message);
      if (values.length < ROWS * WIDTH) continue;
      added += Number(this.#insertMany.run(...values).changes);
      values = [];
    }
    for (let at = 0; at < values.length; at += WIDTH) {
      added += Number(this.#insert.run(...values.slice(at, at + WIDTH)).changes);
    }
    return added === drafts.length ? kept : undefined;
  }

  #add(draft: Draft): Said {
    const room = this.#find(draft.room) ?? this.#make(draft.room);
    const message = said(draft, room.seq + 1);
    const values: SQLInputValue[] = [];
    pushRow(values, room.number, message);
    if (this.#insert.run(...values).changes === 0) {
      return fromRow(this.#byId.get(room.number, draft.id!)!);
    }
    room.seq++;
    this.#grown.add(room);
    return message;
  }

  #trim(): void {
    if (!this.#keep) return;
    for (const { number, seq } of this.#grown) {
      if (seq > this.#keep) this.#forget.run(number, seq - this.#keep);
    }
  }

  #find(name: string): Numbered | undefined {
    const known = this.#rooms.get(name);
    if (known) return known;
    const row = this.#room.get(name);
    return row && this.#remember(name, Number(row.number), Number(row.seq));
  }

  #make(name: string): Numbered {
    return this.#remember(name, Number(this.#newRoom.run(name).lastInsertRowid), 0);
  }

  #remember(name: string, number: number, seq: number): Numbered {
    const room = { number, seq };
    this.#rooms.set(name, room);
    return room;
  }

  #number(name: string): number {
    return this.#rooms.get(name)?.number ?? Number(this.#room.get(name)?.number ?? 0);
  }

  after(room: string, seq: number, limit: number): Said[] {
    return this.#after.all(this.#number(room), seq, limit).map(fromRow);
  }

  before(room: string, seq: number, limit: number): Said[] {
    const end = Math.min(seq, Number.MAX_SAFE_INTEGER);
    return this.#before.all(this.#number(room), end, limit).map(fromRow).reverse();
  }

  adopt(epoch: string): void {
    this.#db.prepare("UPDATE journal SET epoch = ?").run(epoch);
    this.#epoch = epoch;
  }

  inherit(room: string, messages: readonly Said[]): void {
    this.#transact(() => {
      const place = this.#find(room) ?? this.#make(room);
      for (const message of messages) {
        const values: SQLInputValue[] = [];
        pushRow(values, place.number, message);
        this.#insert.run(...values);
        place.seq = message.seq;
      }
      return [...messages];
    });
  }

  rooms(): Kept[] {
    return this.#list.all().map(({ name, seq }) => ({ name: String(name), seq: Number(seq) }));
  }

  ready(): boolean {
    return this.#db.isOpen;
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

function pushRow(values: SQLInputValue[], room: number, message: Said): void {
  const { seq, at, from, name, avatar, text, id } = message;
  values.push(room, seq, at, from, name, avatar ?? null, text, id ?? null);
}

type Row = Record<string, SQLOutputValue>;

function fromRow({ seq, at, member, name, avatar, text, id }: Row): Said {
  return {
    kind: "said",
    seq: Number(seq),
    at: Number(at),
    from: String(member),
    name: String(name),
    avatar: avatar === null ? undefined : String(avatar),
    text: String(text),
    id: id === null ? undefined : String(id),
  };
}

function open(path: string, sync: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: LIMITS.busyMs });
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${LIMITS.walPages}`);
    check(db);
    upgrade(db);
    return db;
  } catch (error) {
    db?.close();
    throw new JournalError(`--db: cannot use "${path}": ${reason(error as Error)}`);
  }
}

function check(db: DatabaseSync): void {
  const { bytes } = db.prepare(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  ).get()!;
  if (Number(bytes) > CHECKED_BYTES) return;
  const { quick_check } = db.prepare("PRAGMA quick_check(1)").get()!;
  if (quick_check !== "ok") throw new Error("database disk image is malformed");
}

function upgrade(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  const version = Number(db.prepare("PRAGMA user_version").get()!.user_version);
  if (version > UPGRADES.length) {
    throw new Error(
      `it is of version ${version}, made by a newer Hubbub; this one knows up to ${UPGRADES.length}`,
    );
  }
  for (const step of UPGRADES.slice(version)) db.exec(step);
  if (version === 0) {
    db.prepare("INSERT INTO journal (epoch) VALUES (?)").run(crypto.randomUUID());
  }
  db.exec(`PRAGMA user_version = ${UPGRADES.length}; COMMIT`);
}

/** What SQLite says, and what to do about it. */
function reason({ message }: Error): string {
  if (/not a database/.test(message)) return "this file is not a database, choose another";
  if (/malformed/.test(message)) return "the database is damaged, restore it from a backup";
  if (/already exists/.test(message)) return "it is another program's database, choose another";
  if (/unable to open/.test(message)) {
    return "the file cannot be opened or made there, check the path and its permissions";
  }
  if (/readonly/.test(message)) return "it cannot be written, check its permissions";
  if (/locked/.test(message)) return "another process holds it locked, stop that one first";
  return message;
}
