/**
 * Values that the browser keeps between visits: JSON, under keys that begin with "hubbub ". Where storage
 * is forbidden or full, a value lives as long as the tab. `recall` vouches only for a value's kind.
 */

import type { KeyValueStorage } from "../../sdk/mod.ts";

const PREFIX = "hubbub ";

/** Values that the browser refused to keep. */
const memory = new Map<string, string>();

/** The browser's storage, or none. */
const storage: Storage | undefined = (() => {
  try {
    return globalThis.localStorage;
  } catch {
    return;
  }
})();

/** Storage for the outbox; without the browser's, its own memory takes over. */
export const outboxStorage: KeyValueStorage = storage ?? {
  length: 0,
  key: () => null,
  getItem: () => null,
  setItem() {
    throw new Error("there is no storage");
  },
  removeItem() {},
};

export const keyOf = (key: string): string => PREFIX + key;

/** The value of a key, if it is of the same kind as `otherwise`. */
export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = memory.get(key) ?? storage?.getItem(keyOf(key));
    const value = JSON.parse(text ?? "null");
    return value !== null && typeof value === typeof otherwise ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.delete(key);
  try {
    if (!storage) throw new Error("there is no storage");
    storage.setItem(keyOf(key), text);
  } catch {
    memory.set(key, text);
  }
}

export function forget(key: string): void {
  memory.delete(key);
  storage?.removeItem(keyOf(key));
}
