/** What people are called, as far as the page has heard: those who are here, who spoke, who reacted. */

const MOST = 5_000;
const names = new Map<string, string>();

/** Somebody has this name now. */
export function hear(id: string, name: string): void {
  names.delete(id);
  names.set(id, name);
  if (names.size > MOST) names.delete(names.keys().next().value!);
}

/** Everybody of whom the page has heard, by id; the last ones last. */
export const heard = (): [id: string, name: string][] => [...names];

/** Their name; undefined if it was never heard. */
export const nameOf = (id: string): string | undefined => names.get(id);
