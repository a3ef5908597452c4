/**
 * Addresses in a text: `http:` and `https:`, with what belongs to the sentence around them left out.
 *
 * The time is linear in the text's length: it is read once from the left, and each address once from
 * its end.
 */

/** Where an address is in a text: from `start`, up to and without `end`. */
export interface Link {
  readonly start: number;
  readonly end: number;
}

const SCHEME = /https?:\/\//giu;

/** Ends an address wherever it comes: spaces, quotes, full-width punctuation, direction marks. */
const STOP =
  /[\s\p{Cc}<>"`“”„«»‹›\u3000-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Ends a sentence rather than an address. */
const PUNCTUATION = new Set(".,;:!?…'’‘");
/** Belongs to the address unless it also stands before it: `*https://example.org/*`. */
const EMPHASIS = new Set("*_~");
const OPENING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** The addresses of a text, in order. */
export function linksOf(text: string): Link[] {
  const links: Link[] = [];
  SCHEME.lastIndex = 0;
  for (let found = SCHEME.exec(text); found; found = SCHEME.exec(text)) {
    const start = found.index;
    const limit = stopFrom(text, SCHEME.lastIndex);
    const end = trimmedEnd(text, start, limit);
    if (end > SCHEME.lastIndex && URL.canParse(text.slice(start, end))) links.push({ start, end });
    SCHEME.lastIndex = limit;
  }
  return links;
}

function stopFrom(text: string, from: number): number {
  let at = from;
  while (at < text.length && !STOP.test(text[at])) at++;
  return at;
}

/** Without punctuation and closing brackets that belong to the sentence. */
function trimmedEnd(text: string, start: number, limit: number): number {
  const surplus = surplusOf(text, start, limit);
  let end = limit;
  for (; end > start; end--) {
    const char = text[end - 1];
    if (PUNCTUATION.has(char) || (EMPHASIS.has(char) && text[start - 1] === char)) continue;
    const opening = OPENING[char];
    if (!opening || surplus[opening] <= 0) break;
    surplus[opening]--;
  }
  return end;
}

/** How many closing brackets there are more than opening ones, by the opening one. */
function surplusOf(text: string, start: number, limit: number): Record<string, number> {
  const surplus: Record<string, number> = { "(": 0, "[": 0, "{": 0 };
  for (let at = start; at < limit; at++) {
    const char = text[at];
    if (char in surplus) surplus[char]--;
    else if (OPENING[char]) surplus[OPENING[char]]++;
  }
  return surplus;
}
