/**
 * The records of the directory in memory, and the keys under which its log has them.
 *
 * A journal never forgets a key. So records that come and go without end, whose ids are random, share
 * numbered keys, which are used again once their record is gone: `session/17` says of which session it
 * is. The key of every other record is `KIND/ID`, so that two records of one id exclude each other.
 */

import type { Json } from "../journal/journal.ts";
import type { Kind, Put, Records } from "./records.ts";

/** The kinds whose records share keys. */
const SHARING: ReadonlySet<Kind> = new Set<Kind>(["session", "link"]);

const NONE: ReadonlyMap<string, unknown> = new Map();

/** A record that has changed. */
export type Changed = readonly [kind: Kind, id: string];

/** A key of the log, and its value for a record. */
export interface KeyValue {
  readonly key: string;
  /** `null`: there is no record. */
  readonly value: Json;
}

/** Holds records. */
export class RecordTable {
  readonly #kinds = new Map<Kind, Map<string, unknown>>();
  /** Of the shared keys: the id of the record in each, and the key of each record. */
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  /** The shared keys without a record, and how many keys there are. */
  readonly #free = new Map<Kind, Set<string>>();
  readonly #counts = new Map<Kind, number>();

  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    return this.#kinds.get(kind)?.get(id) as Records[K] | undefined;
  }

  all<K extends Kind>(kind: K): ReadonlyMap<string, Records[K]> {
    return (this.#kinds.get(kind) ?? NONE) as ReadonlyMap<string, Records[K]>;
  }

  /** What the log must be set to for these records. */
  settings(puts: readonly Put[]): KeyValue[] {
    const taken = new Set<string>();
    return puts.map(([kind, id, record]) => {
      const isShared = SHARING.has(kind);
      const key = isShared ? this.#sharedKey(kind, id, taken) : `${kind}/${id}`;
      taken.add(key);
      if (record === undefined) return { key, value: null };
      return { key, value: (isShared ? [id, record] : record) as Json };
    });
  }

  /** The key of a record; of a new one a free key, at random since other servers take some, too. */
  #sharedKey(kind: Kind, id: string, taken: ReadonlySet<string>): string {
    const own = this.#keys.get(`${kind}/${id}`);
    if (own !== undefined) return own;
    const free = [...this.#free.get(kind) ?? []].filter((key) => !taken.has(key));
    if (free.length > 0) return free[Math.floor(Math.random() * free.length)];
    for (let number = this.#counts.get(kind) ?? 0;; number++) {
      const key = `${kind}/${number}`;
      if (!taken.has(key)) return key;
    }
  }

  /** Takes the value of a key, and returns the records that this changes. */
  set(key: string, value: Json): Changed[] {
    const at = key.indexOf("/");
    const kind = key.slice(0, at) as Kind;
    if (SHARING.has(kind)) return this.#setShared(kind, key, value as [string, Json] | null);
    const id = key.slice(at + 1);
    this.#put(kind, id, value);
    return [[kind, id]];
  }

  #setShared(kind: Kind, key: string, value: [id: string, record: Json] | null): Changed[] {
    const before = this.#ids.get(key);
    const after = value?.[0];
    this.#counts.set(kind, Math.max(this.#counts.get(kind) ?? 0, Number(key.split("/")[1]) + 1));
    const free = this.#free.get(kind) ?? new Set();
    this.#free.set(kind, free);
    if (before !== undefined && before !== after) {
      this.#ids.delete(key);
      this.#keys.delete(`${kind}/${before}`);
      this.#put(kind, before, null);
    }
    if (after === undefined) free.add(key);
    else {
      free.delete(key);
      this.#ids.set(key, after);
      this.#keys.set(`${kind}/${after}`, key);
      this.#put(kind, after, value![1]);
    }
    return [...new Set([before, after])].filter((id) => id !== undefined).map((id) => [kind, id]);
  }

  #put(kind: Kind, id: string, value: unknown): void {
    const records = this.#kinds.get(kind) ?? new Map<string, unknown>();
    this.#kinds.set(kind, records);
    if (value === null) records.delete(id);
    else records.set(id, value);
  }
}
