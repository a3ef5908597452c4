/**
 * The words of a text, as the index and the queries have them.
 *
 * A word is a run of letters, marks and digits, without regard to case, width and accents. Scripts that
 * write no spaces (Chinese, Japanese, Korean, Thai …) have no words to find, so each pair of neighbouring
 * letters is a token, and the last letter of a run once more by itself: then any part of a run, from
 * one letter on, is found by tokens that follow each other.
 *
 * Tokens have no characters but letters, marks and digits, and ASCII letters are in lower case. FTS5's
 * tokenizer `ascii` takes them as they are, so what the index finds and what is marked are the same.
 */

import { LIMITS } from "../config/limits.ts";

/** `pair` and `last` are of scripts without spaces: two letters, and the last one of a run. */
export type WordKind = "word" | "pair" | "last";

/** A token, and where it is in the text, in UTF-16 code units. */
export interface Word {
  readonly token: string;
  readonly kind: WordKind;
  readonly start: number;
  readonly end: number;
  /** The end of its first letter, for a pair. */
  readonly firstEnd: number;
}

const ASCII = /^[\0-\x7f]*$/;
/** A run of a script without spaces (the first group), or a word. */
const RUNS =
  /([[\p{L}\p{N}\p{M}]&&[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]]+)|[[\p{L}\p{N}\p{M}]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]]+/gv;
/** Accents and vowel signs without which a word is the same, and the Arabic stretching line. */
const ACCENTS = /[\p{M}&&[\p{sc=Zinh}\p{sc=Arab}\p{sc=Hebr}\p{sc=Cyrl}\p{sc=Syrc}]]|\u0640/gv;
/** What a compatibility form may contain besides letters: `½` has a slash. */
const OTHERS = /[^\p{L}\p{N}\p{M}]+/gv;
const COMPLEX = /[\p{M}\uff9e\uff9f]|[^\0-\uffff]/v;
/** A letter with its marks, those of half-width kana included. */
const LETTERS = /[^\p{M}\uff9e\uff9f][\p{M}\uff9e\uff9f]*/gsv;

/**
 * The words of a text, in order.
 *
 * @example
 * ```ts
 * wordsOf("Café 東京都").map(({ token }) => token); // ["cafe", "東京", "京都", "都"]
 * ```
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(RUNS)) {
    const [run, unspaced] = match;
    if (unspaced === undefined) addWord(words, run, match.index);
    else addPairs(words, run, match.index);
  }
  return words;
}

/** The tokens of a text, in order. */
export function tokensOf(text: string): string[] {
  return wordsOf(text).map(({ token }) => token);
}

function addWord(words: Word[], run: string, start: number): void {
  const token = foldWord(run).slice(0, LIMITS.search.token);
  const end = start + run.length;
  if (token) words.push({ token, kind: "word", start, end, firstEnd: end });
}

/** A word without case, width and accents. */
function foldWord(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase();
  return word.normalize("NFKD").replace(ACCENTS, "").replace(OTHERS, "").toLowerCase()
    .replaceAll("ς", "σ").replaceAll("ß", "ss").normalize("NFC");
}

interface Letter {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function addPairs(words: Word[], run: string, at: number): void {
  let before: Letter | undefined;
  for (const letter of lettersOf(run, at)) {
    if (before) addPair(words, before, letter);
    before = letter;
  }
  if (!before) return;
  const { text: token, start, end } = before;
  words.push({ token, kind: "last", start, end, firstEnd: end });
}

function addPair(words: Word[], first: Letter, second: Letter): void {
  const token = first.text + second.text;
  const { start, end: firstEnd } = first;
  words.push({ token, kind: "pair", start, end: second.end, firstEnd });
}

/** The letters of a run; one that stands for several (`ゟ`) is all of them. */
function lettersOf(run: string, at: number): Letter[] {
  if (isSimple(run)) {
    return Array.from(run, (text, n) => ({ text, start: at + n, end: at + n + 1 }));
  }
  const letters: Letter[] = [];
  for (const { 0: letter, index } of run.matchAll(LETTERS)) {
    const start = at + index;
    const folded = letter.normalize("NFKC").replace(OTHERS, "").toLowerCase();
    for (const [text] of folded.matchAll(LETTERS)) {
      letters.push({ text, start, end: start + letter.length });
    }
  }
  return letters;
}

/** Whether each code unit is a letter of its own, as it is in nearly every text. */
function isSimple(run: string): boolean {
  return !COMPLEX.test(run) && run.normalize("NFKC") === run;
}
