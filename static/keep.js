/**
 * What the browser remembers between visits: JSON, under keys that begin with "hubbub ". Where the disk
 * is forbidden or full, a value lives as long as the tab. `recall` vouches only for a value's kind.
 */

const PREFIX = "hubbub ";
const memory = {};
const disk = (() => {
  try {
    return globalThis.localStorage ?? memory;
  } catch {
    return memory;
  }
})();

export function recall(key, otherwise) {
  try {
    const value = JSON.parse(memory[PREFIX + key] ?? disk[PREFIX + key]);
    return value !== null && typeof value === typeof otherwise ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  const text = JSON.stringify(value);
  forget(key);
  try {
    disk[PREFIX + key] = text;
  } catch {
    memory[PREFIX + key] = text;
  }
}

export function forget(key) {
  delete memory[PREFIX + key];
  delete disk[PREFIX + key];
}

export const keysUnder = (start) =>
  Object.keys({ ...disk, ...memory }).map((key) => key.slice(PREFIX.length))
    .filter((key) => key.startsWith(start)).sort();
