/**
 * Where a query matches a message as it is now, and the piece of its text that shows it.
 *
 * The index may be a little behind, so a message that it names is a result only if it matches here: what
 * somebody has removed from a text cannot be found out by searching for it.
 */

import { LIMITS } from "../config/limits.ts";
import type { Indexed } from "./document.ts";
import type { Query, Term } from "./query.ts";
import { type Word, wordsOf } from "./words.ts";

/** A part of a text, in UTF-16 code units: from `start`, up to and without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The hits of a query in the text of a message, in order and apart; undefined if it does not match. */
export function hitsOf({ terms, senders, has }: Query, message: Indexed): Range[] | undefined {
  if (!has.every((one) => message.has.includes(one))) return;
  const name = senders.length > 0 ? wordsOf(message.name) : [];
  if (senders.length > 0 && !senders.some((term) => find(term, name).length > 0)) return;
  const words = wordsOf(message.text);
  const ranges: Range[] = [];
  for (const term of terms) {
    const found = find(term, words);
    if (found.length === 0) return;
    ranges.push(...found);
  }
  return joined(ranges);
}

/** The places of a term. */
function find({ tokens, isPrefix }: Term, words: readonly Word[]): Range[] {
  const ranges: Range[] = [];
  const last = tokens.length - 1;
  for (let at = 0; at + last < words.length; at++) {
    const isHere = tokens.every((token, n) => {
      const { token: word } = words[at + n];
      return isPrefix && n === last ? word.startsWith(token) : word === token;
    });
    if (!isHere) continue;
    const { kind, firstEnd, end } = words[at + last];
    // The beginning of a pair is one letter.
    ranges.push({ start: words[at].start, end: isPrefix && kind === "pair" ? firstEnd : end });
  }
  return ranges;
}

/** The ranges in order, those that overlap as one. */
function joined(ranges: Range[]): Range[] {
  ranges.sort((a, b) => a.start - b.start);
  const apart: { start: number; end: number }[] = [];
  for (const { start, end } of ranges) {
    const before = apart.at(-1);
    if (before && start <= before.end) before.end = Math.max(before.end, end);
    else apart.push({ start, end });
  }
  return apart;
}

/**
 * The piece of a text around its first hit, on one line: strings of which the second, fourth … are hits.
 *
 * @example
 * ```ts
 * snippetOf("see you tomorrow", [{ start: 4, end: 7 }]); // ["see ", "you", " tomorrow"]
 * ```
 */
export function snippetOf(text: string, hits: readonly Range[]): string[] {
  const { snippet, lead } = LIMITS.search;
  const start = hits.length > 0 ? boundary(text, Math.max(0, hits[0].start - lead)) : 0;
  const end = boundary(text, Math.min(text.length, start + snippet));
  const pieces = [start > 0 ? "…" : ""];
  let at = start;
  for (const hit of hits) {
    if (hit.start >= end) break;
    pieces[pieces.length - 1] += text.slice(at, hit.start);
    at = Math.min(hit.end, end);
    pieces.push(text.slice(hit.start, at), "");
  }
  pieces[pieces.length - 1] += text.slice(at, end) + (end < text.length ? "…" : "");
  return pieces.map((piece) => piece.replace(/\s+/gu, " "));
}

/** The next place where a text can be cut, after a space if one is near. */
function boundary(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return at;
  const { lead } = LIMITS.search;
  const space = text.slice(at, at + lead / 2).search(/\s/u);
  if (space >= 0) return at + space + 1;
  const letter = text.slice(at).search(/[^\p{M}\uDC00-\uDFFF\u200D]/u);
  return letter < 0 ? text.length : at + letter;
}
