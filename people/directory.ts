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
import { type Journal, type Json, UnreachableError } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Kind, Records } from "./records.ts";
import { SettingsLog } from "./settings_log.ts";

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
  readonly #kinds = new Map<Kind, Map<string, unknown>>();
  readonly #listeners = new Set<Listener>();
  #settings!: SettingsLog;
  #looking: ReturnType<typeof setInterval> | undefined;

  private constructor() {}

  /** Reads the directory, and follows it until {@linkcode Directory.close}. */
  static async open(journal: Journal, log: Log): Promise<Directory> {
    const directory = new Directory();
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
    return this.#kinds.get(kind)?.get(id) as Records[K] | undefined;
  }

  /** All records of a kind, by their ids. */
  all<K extends Kind>(kind: K): ReadonlyMap<string, Records[K]> {
    return (this.#kinds.get(kind) ?? NONE) as ReadonlyMap<string, Records[K]>;
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
      if (puts.length === 0) return result;
      const settings = puts.map(([kind, id, value]) => {
        const key = `${kind}/${id}`;
        const newest = this.#settings.numberOf(key);
        return { key, value: (value ?? null) as Json, condition: { newest } };
      });
      if (await this.#settings.set(by, settings)) return result;
    }
    throw new UnreachableError();
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
    const [kind, id] = split(key);
    const records = this.#kinds.get(kind) ?? new Map<string, unknown>();
    this.#kinds.set(kind, records);
    if (value === null) records.delete(id);
    else records.set(id, value);
    for (const listener of this.#listeners) listener(kind, id);
  }

  /** Stops following. */
  close(): void {
    clearInterval(this.#looking);
    this.#settings.close();
  }
}

const NONE: ReadonlyMap<string, unknown> = new Map();

function split(key: string): [kind: Kind, id: string] {
  const at = key.indexOf("/");
  return [key.slice(0, at) as Kind, key.slice(at + 1)];
}
