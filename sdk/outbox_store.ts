/**
 * Where an outbox keeps what waits: in memory, or in a browser's storage.
 *
 * In storage every command has a key of its own, so that two tabs never overwrite each other's.
 */

import { type Check, object, optional, text, time } from "./check.ts";
import { checkCommand, type Command } from "./commands.ts";

/** A command that the server is not yet known to have kept. */
export interface Draft {
  /** The server keeps a command with an id once. */
  readonly id: string;
  /** When it was written; drafts are sent in this order. */
  readonly at: number;
  /** Who wrote it. It is not sent as anybody else. */
  readonly author: string;
  readonly command: Command;
  /** Why it was refused for good. It waits until somebody retries or removes it. */
  readonly failed?: { readonly code: string; readonly detail: string };
}

/** Where drafts are kept. */
export interface OutboxStore {
  /** How many there are. */
  readonly size: number;
  /** All of them, oldest first. */
  all(): Iterable<Draft>;
  get(id: string): Draft | undefined;
  /** Adds it, or replaces the one with its id in its place. */
  put(draft: Draft): void;
  delete(id: string): void;
  /** Calls back when somebody else (another tab) has changed something; the result ends that. */
  onForeignChange?(changed: () => void): () => void;
}

/** A store that lives as long as the program. */
export class MemoryStore implements OutboxStore {
  readonly #drafts = new Map<string, Draft>();

  get size(): number {
    return this.#drafts.size;
  }

  all(): Iterable<Draft> {
    return this.#drafts.values();
  }

  get(id: string): Draft | undefined {
    return this.#drafts.get(id);
  }

  put(draft: Draft): void {
    this.#drafts.set(draft.id, draft);
  }

  delete(id: string): void {
    this.#drafts.delete(id);
  }
}

/** What a store needs of a browser's `localStorage`. */
export interface KeyValueStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const checkDraft: Check<Draft> = object<Draft>({
  id: text,
  at: time,
  author: text,
  command: checkCommand,
  failed: optional(object({ code: text, detail: text })),
});

/**
 * A store in a browser's storage, which tabs of the same origin share. What the storage does not
 * take, because it is full or forbidden, lives as long as the tab.
 *
 * @example
 * ```ts
 * new WebStore(localStorage, "hubbub unsent tea ");
 * ```
 */
export class WebStore implements OutboxStore {
  readonly #storage: KeyValueStorage;
  readonly #prefix: string;
  readonly #rest = new MemoryStore();

  /** @param prefix what this store's keys begin with, and no other's */
  constructor(storage: KeyValueStorage, prefix: string) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#keys().length + this.#rest.size;
  }

  all(): Draft[] {
    const stored = this.#keys().map((key) => this.#read(key)).filter((draft) => !!draft);
    return [...stored, ...this.#rest.all()].sort((a, b) => a.at - b.at);
  }

  get(id: string): Draft | undefined {
    return this.all().find((draft) => draft.id === id);
  }

  put(draft: Draft): void {
    this.#rest.delete(draft.id);
    try {
      this.#storage.setItem(this.#keyOf(draft), JSON.stringify(draft));
    } catch {
      this.#rest.put(draft);
    }
  }

  delete(id: string): void {
    this.#rest.delete(id);
    for (const key of this.#keys()) if (key.endsWith(` ${id}`)) this.#storage.removeItem(key);
  }

  onForeignChange(changed: () => void): () => void {
    const listener = ({ key }: { key?: string | null }) => {
      if (key == null || key.startsWith(this.#prefix)) changed();
    };
    // The event is a browser's; elsewhere it never comes.
    addEventListener("storage", listener as EventListener);
    return () => removeEventListener("storage", listener as EventListener);
  }

  #keyOf({ at, id }: Draft): string {
    return `${this.#prefix}${String(at).padStart(15, "0")} ${id}`;
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.#storage.length }, (_, n) => this.#storage.key(n));
    return keys.filter((key) => key?.startsWith(this.#prefix)).sort() as string[];
  }

  #read(key: string): Draft | undefined {
    try {
      return checkDraft(JSON.parse(this.#storage.getItem(key) ?? ""));
    } catch {
      return undefined;
    }
  }
}
