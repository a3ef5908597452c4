/**
 * Text on a terminal: without anything that controls it, and how wide it is.
 *
 * Whatever came from elsewhere (names, texts, reasons) passes `printable` before it is printed.
 * Colours and cursor movements are added afterwards, by `terminal.ts` and `formatter.ts` alone.
 */

import stringWidth from "string-width";

const CONTROLS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const segmenter = new Intl.Segmenter();

/** The text on one line, without control characters and without those that turn its direction. */
export function printable(text: unknown): string {
  return String(text ?? "").replace(/[\t\n]/g, " ").replace(CONTROLS, "");
}

/** What a reader takes for one letter each, whatever it is made of. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many columns the text takes. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** The end of `left` and the beginning of `right` that fit into this many columns, `left` first. */
export function fit(left: string, right: string, columns: number): [string, string] {
  const take = (from: string[]) => {
    const taken: string[] = [];
    for (const grapheme of from) {
      if ((columns -= columnsOf(grapheme)) < 0) break;
      taken.push(grapheme);
    }
    return taken;
  };
  const end = take(graphemes(left).reverse()).reverse().join("");
  return [end, take(graphemes(right)).join("")];
}
