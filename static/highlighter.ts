/**
 * Colours code: a script of its own, which the page loads once it shows code in some language. It shares
 * no module with the page.
 *
 * The pieces hold every character of the code, in order. What the library would lose, what it does not
 * know and what would take long is not coloured.
 */

import { parse, type ParsedLine, type TokenType } from "sugar-high/core";
import { lang, languages } from "sugar-high/lang";

/** What a piece of code is, as far as it has a colour. */
export type Kind = "keyword" | "string" | "comment" | "name" | "property" | "added" | "removed";

/** A piece of code. */
export interface Piece {
  readonly kind?: Kind;
  readonly text: string;
}

/** Some languages take time quadratic in the length of a line, so both are limited. */
const MOST_CHARACTERS = 8_000;
const MOST_CHARACTERS_IN_LINE = 400;

const KINDS: Readonly<Partial<Record<TokenType, Kind>>> = {
  keyword: "keyword",
  string: "string",
  comment: "comment",
  class: "name",
  entity: "name",
  property: "property",
};

/** The kinds of whole lines. */
const LINES: Readonly<Record<string, Kind>> = {
  "diff-add": "added",
  "diff-remove": "removed",
  "diff-hunk": "comment",
  "diff-meta": "comment",
};

/**
 * The pieces of a code in a language; undefined if it is not coloured.
 *
 * @param language as it is written after the fence
 * @example
 * ```ts
 * highlight("let a", "ts"); // [{ kind: "keyword", text: "let" }, { text: " a" }]
 * ```
 */
export function highlight(code: string, language: string): Piece[] | undefined {
  const id = lang(language);
  const config = languages.find((language) => language.id === id)?.config;
  if (!config || code.length > MOST_CHARACTERS) return;
  if (code.split("\n").some((line) => line.length > MOST_CHARACTERS_IN_LINE)) return;
  const pieces = joined(parse(code, config).lines);
  if (pieces.map(({ text }) => text).join("") === code) return pieces;
}

/** Neighbours of one kind are one piece. */
function joined(lines: readonly ParsedLine[]): Piece[] {
  const pieces: Piece[] = [];
  let kind: Kind | undefined;
  let text = "";
  const add = (next: Kind | undefined, more: string) => {
    if (next !== kind && more.trim()) {
      if (text) pieces.push({ kind, text });
      [kind, text] = [next, ""];
    }
    text += more;
  };
  for (const [index, { annotations, tokens }] of lines.entries()) {
    if (index > 0) add(kind, "\n");
    const whole = LINES[annotations[0]];
    for (const { type, value } of tokens) add(whole ?? KINDS[type], value);
  }
  if (text) pieces.push({ kind, text });
  return pieces;
}
