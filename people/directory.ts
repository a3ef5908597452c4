/**
 * The directory: members, sessions, links, bots, hidden rooms and the rules for people, as records.
 *
 * It is a log of the server's own, which no client can address, and every server that shares the
 * journal follows it. Its newest state is in memory, so whether a request may come in is decided
 * without waiting. A change of several records is kept all or none, and only if none of them has
 * changed since it was decided on: so names stay unique, an invitation is used once, and there is one
 * first admin, with however many servers.
 *
 * It knows no rules itself. What a kind of record means is in the other files of this folder.
 */

import { LIMITS } from "../config/limits.ts";
import {
  AppendError,
  type Change,
  type ChangeDraft,
  type Journal,
  type Json,
  type Subscription,
  UnreachableError,
} from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Kind, Records } from "./records.ts";

/** The name of its log, which no room can have. */
const LOG_NAME = "@directory";

/** Sets a record; without a value it removes it. */
export type Put = {
  [K in Kind]: readonly [kind: K, id: string, value: Records[K] | undefined];
}[Kind];

/** What was decided: the records to set, and the result once they are kept. */
export interface Decision<T> {
  readonly puts: readonly Put[];
  readonly result: T;
}

/** Is called for each record that has changed. */
export type Listener = (kind: Kind, id: string) => void;

/** Follows the directory of one journal. */
export class Directory {
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #kinds = new Map<Kind, Map<string, unknown>>();
  /** The number of the newest change of each key, also of records that were removed. */
  readonly #seqs = new Map<string, number>();
  readonly #listeners = new Set<Listener>();
  #subscription: Subscription | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  #reading: Promise<void> | undefined;
  /** When the journal was last reached (`performance.now()`). */
  #reached = -Infinity;

  private constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
  }

  /** Reads the directory, and follows it until {@linkcode Directory.close}. */
  static async open(journal: Journal, log: Log): Promise<Directory> {
    const directory = new Directory(journal, log);
    await directory.#read();
    directory.#looking = setInterval(() => void directory.#look(), LIMITS.directoryMs);
    return directory;
  }

  /** The record of a kind with this id. */
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    return this.#kinds.get(kind)?.get(id) as Records[K] | undefined;
  }

  /** All records of a kind, by their ids. */
  all<K extends Kind>(kind: K): ReadonlyMap<string, Records[K]> {
    return (this.#kinds.get(kind) ?? NONE) as ReadonlyMap<string, Records[K]>;
  }

  /** For how long the journal has not been reached, in milliseconds. */
  get age(): number {
    return performance.now() - this.#reached;
  }

  /** Calls the listener after each change of a record, from wherever it comes. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /**
   * Changes records, all of them or none.
   *
   * @param by the id of the person who does it, `""` for the operator
   * @param decide decides from the records as they are; called again if they have changed meanwhile.
   *   What it throws is thrown
   * @returns the result, once the records are kept and can be read here
   * @throws {UnreachableError} if they cannot be kept now
   */
  async change<T>(by: string, decide: () => Decision<T>): Promise<T> {
    for (let tries = 0; tries < LIMITS.directoryTries; tries++) {
      const { puts, result } = decide();
      if (puts.length === 0 || await this.#append(by, puts)) return result;
    }
    throw new UnreachableError();
  }

  /** Returns false if a record has changed meanwhile. */
  async #append(by: string, puts: readonly Put[]): Promise<boolean> {
    const answers = await this.#journal.append(puts.map((put) => this.#draft(by, put)));
    await this.refresh();
    const refusal = answers.find((answer) => answer instanceof AppendError);
    if (!refusal) return true;
    if (refusal.code === "changed") return false;
    throw refusal;
  }

  #draft(by: string, [kind, id, value]: Put): ChangeDraft {
    const key = `${kind}/${id}`;
    return {
      room: LOG_NAME,
      at: Date.now(),
      from: by,
      name: "",
      id: undefined,
      action: { type: "set", key, value: (value ?? null) as Json },
      condition: { newest: this.#seqs.get(key) ?? 0 },
      group: 1,
    };
  }

  /**
   * Takes everything that is kept by now.
   *
   * @throws {UnreachableError} if the journal cannot be reached now
   */
  async refresh(): Promise<void> {
    await this.#subscription?.refresh();
    this.#reached = performance.now();
    await this.#take();
  }

  async #look(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      if (!(error instanceof UnreachableError)) this.#log.error("directory failed", { error });
    }
  }

  async #take(): Promise<void> {
    const subscription = this.#subscription!;
    for (let entries; !subscription.broken && (entries = subscription.take()).length > 0;) {
      for (const entry of entries) if (entry.kind === "change") this.#apply(entry);
    }
    if (subscription.broken) await (this.#reading ??= this.#readAgain());
  }

  async #readAgain(): Promise<void> {
    this.#subscription?.unsubscribe();
    try {
      await this.#read();
    } finally {
      this.#reading = undefined;
    }
  }

  /** Records that are read are those of this moment; what is newer comes with the subscription. */
  async #read(): Promise<void> {
    const known = new Set(this.#seqs.keys());
    let head: number | undefined;
    for (let after: string | undefined, more = true; more;) {
      const page = await this.#journal.settings(LOG_NAME, { after, limit: LIMITS.page });
      head ??= page.head;
      more = page.changes.length === LIMITS.page;
      for (const change of page.changes) known.delete(this.#apply(change, true));
      after = page.changes.at(-1)?.action.key;
    }
    for (const key of known) this.#set(key, 0, null);
    this.#subscription = await this.#journal.subscribe(
      LOG_NAME,
      head ?? 0,
      () => void this.#look(),
    );
    await this.refresh();
  }

  /** Applies a change unless it is known, and returns its key. After a lost tail any is accepted. */
  #apply({ seq, action }: Change, isRead = false): string {
    if (action.type !== "set") return "";
    const known = this.#seqs.get(action.key) ?? 0;
    if (isRead ? seq !== known : seq > known) this.#set(action.key, seq, action.value);
    return action.key;
  }

  #set(key: string, seq: number, value: unknown): void {
    const [kind, id] = split(key);
    const records = this.#kinds.get(kind) ?? new Map<string, unknown>();
    this.#kinds.set(kind, records);
    if (value === null) records.delete(id);
    else records.set(id, value);
    if (seq === 0) this.#seqs.delete(key);
    else this.#seqs.set(key, seq);
    for (const listener of this.#listeners) listener(kind, id);
  }

  /** Stops following. */
  close(): void {
    clearInterval(this.#looking);
    this.#subscription?.unsubscribe();
  }
}

const NONE: ReadonlyMap<string, unknown> = new Map();

function split(key: string): [kind: Kind, id: string] {
  const at = key.indexOf("/");
  return [key.slice(0, at) as Kind, key.slice(at + 1)];
}
