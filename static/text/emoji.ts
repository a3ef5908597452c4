/** The emoji that can be picked: what fits a search, in which sections they are shown, and ways through these. */

import { foldedName } from "./rooms.ts";

/** One emoji: itself, its name, its search words joined by blanks, and the number of its group. */
export type Emoji = readonly [emoji: string, name: string, words: string, group: number];

/** A part of the picker. */
export interface Section {
  /** The number of its group; undefined: what fits a search, or was used lately. */
  readonly group?: number;
  readonly emoji: readonly Emoji[];
}

/** How many are in a row. */
export const COLUMNS = 8;
const MOST_FOUND = 20 * COLUMNS;

/** Those of a list that this browser knows: a newer one would be shown as several or as a box. */
export const known = (all: readonly Emoji[]): Emoji[] => {
  const one = /^\p{RGI_Emoji}$/v;
  return all.filter(([emoji]) => one.test(emoji));
};

/** The emoji by group, in their order. */
export function sectionsOf(all: readonly Emoji[]): Section[] {
  const groups = new Map<number, Emoji[]>();
  for (const one of all) {
    const group = groups.get(one[3]);
    if (group) group.push(one);
    else groups.set(one[3], [one]);
  }
  return [...groups].map(([group, emoji]) => ({ group, emoji }));
}

/**
 * The emoji that a search finds: each of its words is in a name or a search word, from its beginning on,
 * or anywhere where words are not separated. Those whose names begin with it come first.
 */
export function matching(all: readonly Emoji[], typed: string): Emoji[] {
  const wanted = foldedName(typed.trim());
  const terms = wanted.split(/\s+/).map((term) => /^\p{ASCII}/u.test(term) ? ` ${term}` : term);
  const found = all.filter(([emoji, name, words]) => {
    const text = foldedName(` ${name.replace(/[:-]/g, " ")} ${words} ${emoji}`);
    return terms.every((term) => text.includes(term));
  });
  const begins = ([, name]: Emoji) => Number(foldedName(name).startsWith(wanted));
  return found.sort((a, b) => begins(b) - begins(a)).slice(0, MOST_FOUND);
}

/** A way through the rows. */
export type Step = "before" | "after" | "up" | "down";

/**
 * The emoji that a step leads to, among all of the sections, one after the other.
 *
 * @param at the emoji where it begins
 * @param sizes how many there are in each section; a section begins a row
 */
export function stepped(at: number, step: Step, sizes: readonly number[]): number {
  const rows = rowsOf(sizes);
  const last = rows.at(-1)?.at(-1) ?? 0;
  if (step === "before") return Math.max(0, at - 1);
  if (step === "after") return Math.min(last, at + 1);
  const row = rows.findIndex((row) => row.includes(at));
  const to = rows[row + (step === "up" ? -1 : 1)];
  return to ? to[Math.min(rows[row].indexOf(at), to.length - 1)] : at;
}

function rowsOf(sizes: readonly number[]): number[][] {
  const rows: number[][] = [];
  let next = 0;
  for (const size of sizes) {
    for (const end = next + size; next < end;) {
      const length = Math.min(COLUMNS, end - next);
      rows.push(Array.from({ length }, () => next++));
    }
  }
  return rows;
}
