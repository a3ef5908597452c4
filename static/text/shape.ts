/**
 * The kind of message that a text is, and how much of it is shown. All of it takes time linear in the
 * text's length.
 */

import { type Inline, inlineOf } from "./inline.ts";

const segmenter = new Intl.Segmenter();
const EMOJI = /^\p{RGI_Emoji}$/v;
/** The longest text that may be shown large: eight emoji, each joined of many. */
const LONGEST_EMOJI = 200;
const MOST_EMOJI = 8;

/** Whether the text is one to eight emoji, which are shown large. */
export function isEmoji(text: string): boolean {
  if (text.length > LONGEST_EMOJI) return false;
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment)
    .filter((grapheme) => grapheme.trim());
  return graphemes.length > 0 && graphemes.length <= MOST_EMOJI &&
    graphemes.every((grapheme) => EMOJI.test(grapheme));
}

/** The action, if the text is `/me does it`. */
export function actionOf(text: string): string | undefined {
  if (!/^\/me\s/.test(text)) return;
  return text.slice(3).trimStart() || undefined;
}

/** A row of a wide window has about this many characters. */
const ROW = 80;
const MOST_ROWS = 24;
const ROWS_WHEN_CUT = 16;

/** The beginning of a text that is too tall; undefined if all of it may be shown. */
export function cut(text: string): string | undefined {
  if (rowEnd(text, MOST_ROWS) === text.length) return;
  const end = rowEnd(text, ROWS_WHEN_CUT);
  // Not in the middle of a character that is made of many.
  const rest = segmenter.segment(text.slice(Math.max(0, end - ROW), end + ROW));
  const containing = rest.containing(Math.min(ROW, end));
  const inside = containing ? containing.index + Math.max(0, end - ROW) : end;
  return text.slice(0, inside || end).trimEnd();
}

/** Where this many rows end. */
function rowEnd(text: string, rows: number): number {
  let at = 0;
  for (let row = 0; row < rows && at < text.length; row++) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline + 1;
    at = Math.min(end, at + ROW);
  }
  return at;
}

/** A text as it is sent: without blank lines before and blanks after; the indentation stays. */
export function tidy(text: string): string {
  const kept = text.trimEnd();
  const blank = kept.length - kept.trimStart().length;
  return kept.slice(kept.lastIndexOf("\n", blank) + 1);
}

const LONGEST_LINE = 200;

/** The first line of a text that says something, without marks, short enough for a quote. */
export function oneLine(text: string): string {
  const lines = text.split("\n", MOST_ROWS).map((line) => line.replace(/^[\s>]+/, "").trim());
  const line = lines.find((line) => line && !line.startsWith("```")) ?? "";
  return plain(inlineOf(line.slice(0, LONGEST_LINE)));
}

const plain = (nodes: readonly Inline[]): string =>
  nodes.map((node) => "nodes" in node ? plain(node.nodes) : node.text).join("");
