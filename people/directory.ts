/**
 * The directory: members, sessions, links, bots, hidden rooms and the rules for people, as records.
 *
 * It is a log of the server's own, which no client can address, and every server that shares the
 * journal follows it. Its newest state is in memory, so whether a request may come in is decided
 * without waiting. A change of several records is kept all or none, and only if none of them has
 * changed since it was decided on: so names stay unique, an invitation is used once, and there is one
 * first admin, with however many servers. The changes of one server wait for each other, so only those
 * of different servers ever have to be decided again.
 *
 * It knows no rules itself. What a kind of record means is in the other files of this folder.
 */

import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import { AppendError, type Journal, type Json, UnreachableError } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { RecordTable } from "./record_table.ts";
import type { Kind, Put, Records } from "./records.ts";
import { SettingsLog } from "./settings_log.ts";

/** The name of its log, which no room can have. */
const LOG_NAME = "@directory";

export type { Put };

/** What was decided: the records to set, and the result once they are kept. */
export interface Decision<T> {
  readonly puts: readonly Put[];
  readonly result: T;
}

/** Is called for each record that has changed. */
export type Listener = (kind: Kind, id: string) => void;

/** Follows the directory of one journal. */
export class Directory {
  readonly #log: Log;
  readonly #table = new RecordTable();
  readonly #listeners = new Set<Listener>();
  #settings!: SettingsLog;
  #looking: ReturnType<typeof setInterval> | undefined;
  /** The newest of the changes that wait for each other, and how many there are. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  private constructor(log: Log) {
    this.#log = log;
  }

  /** Reads the directory, and follows it until {@linkcode Directory.close}. */
  static async open(journal: Journal, log: Log): Promise<Directory> {
    const directory = new Directory(log);
    directory.#settings = await SettingsLog.open(journal, LOG_NAME, {
      changed: (key, value) => directory.#set(key, value),
      failed: (error) => log.error("directory failed", { error }),
    });
    const look = () => void directory.#settings.look();
    directory.#looking = setInterval(look, LIMITS.directoryMs);
    return directory;
  }

  /** The record of a kind with this id. */
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    return this.#table.get(kind, id);
  }

  /** All records of a kind, by their ids. */
  all<K extends Kind>(kind: K): ReadonlyMap<string, Records[K]> {
    return this.#table.all(kind);
  }

  /** For how long the journal has not been reached, in milliseconds. */
  get age(): number {
    return performance.now() - this.#settings.reached;
  }

  /** Calls the listener after each change of a record, from wherever it comes. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /**
   * Changes records, all of them or none, {@linkcode LIMITS.group} at most.
   *
   * @param by the id of the person who does it, `""` for the operator
   * @param decide decides from the records as they are; called again if they have changed meanwhile.
   *   What it throws is thrown
   * @returns the result, once the records are kept and can be read here
   * @throws {UnreachableError} if they cannot be kept now, or too many changes wait
   */
  async change<T>(by: string, decide: () => Decision<T>): Promise<T> {
    if (this.#waiting >= LIMITS.directoryWaiting) throw new UnreachableError();
    this.#waiting++;
    const change = this.#last.then(() => this.#change(by, decide));
    this.#last = change.catch(() => {});
    try {
      return await change;
    } finally {
      this.#waiting--;
    }
  }

  async #change<T>(by: string, decide: () => Decision<T>): Promise<T> {
    let isNewest = false;
    for (let tries = 0; tries < LIMITS.directoryTries; tries++) {
      // Servers that were in each other's way do not try again at the same moment.
      if (tries > 1) await pause(Math.random() * tries * LIMITS.directoryRetryMs);
      const { puts, result } = decide();
      if (puts.length > 0 ? await this.#put(by, puts) : isNewest) return result;
      // No condition says that nothing need be changed: another server may have changed it just now.
      if (puts.length === 0) await this.refresh();
      isNewest = true;
    }
    throw new UnreachableError();
  }

  /** Returns false if a record has changed meanwhile. */
  async #put(by: string, puts: readonly Put[]): Promise<boolean> {
    const settings = this.#table.settings(puts).map(({ key, value }) => {
      return { key, value, condition: { newest: this.#settings.numberOf(key) } };
    });
    try {
      return await this.#settings.set(by, settings);
    } catch (error) {
      if (error instanceof AppendError && error.code !== "overloaded") throw error;
      if (!(error instanceof UnreachableError)) this.#log.error("journal failed", { error });
      throw new UnreachableError();
    }
  }

  /**
   * Takes everything that is kept by now.
   *
   * @throws {UnreachableError} if the journal cannot be reached now
   */
  refresh(): Promise<void> {
    return this.#settings.refresh();
  }

  #set(key: string, value: Json): void {
    for (const [kind, id] of this.#table.set(key, value)) {
      for (const listener of this.#listeners) listener(kind, id);
    }
  }

  /** Stops following. */
  close(): void {
    clearInterval(this.#looking);
    this.#settings.close();
  }
}
