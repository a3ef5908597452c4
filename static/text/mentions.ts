/** `@name` in a text. */

const MOST_NAMES = 50;
const patterns = new Map<string, RegExp>();

/**
 * Finds `@name` as a word and not inside an email address. Scripts without cases may go on without a
 * space. The pattern has no repetition, so the time is linear in the text's length.
 */
export function mentionOf(name: string): RegExp {
  let pattern = patterns.get(name);
  if (!pattern) {
    const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    pattern = new RegExp(`(?<![\\w.+-])@${literal}(?![\\p{Lu}\\p{Ll}\\p{M}\\p{N}_])`, "giu");
    if (patterns.size >= MOST_NAMES) patterns.clear();
    patterns.set(name, pattern);
  }
  pattern.lastIndex = 0;
  return pattern;
}

/** Whether a text mentions this person. */
export const mentions = (text: string, name: string): boolean =>
  name !== "" && mentionOf(name).test(text);

const LONGEST = 64;

/** Where the `@` is that begins a name in front of the cursor; undefined if there is none. */
export function startOf(text: string, cursor: number): number | undefined {
  const start = Math.max(0, cursor - LONGEST);
  const found = /(?:^|[^\w.+-])@[^\s@]*$/u.exec(text.slice(start, cursor));
  return found ? start + found.index + found[0].lastIndexOf("@") : undefined;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The ids of those whom a text mentions. A longer name counts before a shorter one that it begins with,
 * and of two people with one name the one who comes first in `chosen`.
 */
export function meant(text: string, chosen: readonly Named[], others: readonly Named[]): string[] {
  let rest = text;
  const ids = new Set<string>();
  // The sort keeps the order of names that are equally long.
  const people = [...chosen, ...others].sort((a, b) => b.name.length - a.name.length);
  for (const { id, name } of people) {
    if (!mentions(rest, name)) continue;
    ids.add(id);
    const isChosenTwice = chosen.filter((other) => other.name === name).length > 1;
    if (!isChosenTwice) rest = rest.replace(mentionOf(name), " ");
  }
  return [...ids];
}
