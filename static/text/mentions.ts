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
