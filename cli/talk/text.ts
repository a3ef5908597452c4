/**
 * What may reach a terminal: text without anything that steers it.
 *
 * Whatever came from elsewhere (names, texts, reasons) passes `tame` before it is printed. Colours
 * and cursor movements are added behind it, by `terminal.ts` and `scribe.ts` alone.
 */

const STEERING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/;
const graphemes = new Intl.Segmenter();

/** The text on one line, without control characters and without those that turn its direction. */
export function tame(text: unknown): string {
  return String(text ?? "").replace(/[\t\n]/g, " ").replace(STEERING, "");
}

/** What stands for one letter each to a reader, whatever it is made of. */
export function letters(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** How many columns a letter takes, about. */
function width(letter: string): number {
  return WIDE.test(letter) || letter.codePointAt(0)! > 0xffff ? 2 : 1;
}

/** The end of `left` and the beginning of `right` that fit into so many columns, `left` first. */
export function fit(left: string, right: string, columns: number): [string, string] {
  const take = (from: string[]) => {
    let text = "";
    for (const letter of from) {
      if ((columns -= width(letter)) < 0) break;
      text += letter;
    }
    return text;
  };
  const end = letters(take(letters(left).reverse())).reverse().join("");
  return [end, take(letters(right))];
}

/** How many columns the text takes, about. */
export function columnsOf(text: string): number {
  return letters(text).reduce((sum, letter) => sum + width(letter), 0);
}
