/**
 * The Markdown of a message, line by line: paragraphs, fenced code, quotes and lists. There are no
 * headings, no tables, no pictures and no HTML: these stay text.
 *
 * The time is linear in the text's length: each line is read once at each depth, and depths end. A code
 * block holds every character between its fences.
 */

import { type Inline, inlineOf } from "./inline.ts";

/** A part of a message that stands on lines of its own. */
export type Block =
  | { readonly kind: "paragraph"; readonly nodes: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string; readonly language: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | {
    readonly kind: "list";
    readonly start?: number;
    readonly items: readonly (readonly Block[])[];
  };

/** Quotes and lists inside one another; what is deeper is text. */
const MOST_DEPTH = 4;

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3}(?:[-*+]|(\d{1,9})[.)])) +(?=\S)/;

/** The blocks of a text. */
export function markdownOf(text: string): Block[] {
  return blocksOf(text.split("\n"), 0);
}

/** Takes lines from the front of `rest`. */
interface Lines {
  readonly all: readonly string[];
  at: number;
}

function blocksOf(all: readonly string[], depth: number): Block[] {
  const lines: Lines = { all, at: 0 };
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const finish = () => {
    const text = paragraph.join("\n");
    if (text.trim()) blocks.push({ kind: "paragraph", nodes: inlineOf(text) });
    paragraph = [];
  };
  while (lines.at < all.length) {
    const block = blockAt(lines, depth, paragraph.length > 0);
    if (block) {
      finish();
      blocks.push(block);
    } else {
      const line = all[lines.at++];
      if (line.trim()) paragraph.push(line);
      else finish();
    }
  }
  finish();
  return blocks;
}

/** @param isInside whether a paragraph would be interrupted */
function blockAt(lines: Lines, depth: number, isInside: boolean): Block | undefined {
  const line = lines.all[lines.at];
  const [, fence, language] = FENCE.exec(line) ?? [];
  if (fence) return code(lines, fence.length, language.trim());
  if (depth >= MOST_DEPTH) return;
  if (QUOTE.test(line)) return quote(lines, depth);
  const item = ITEM.exec(line);
  // A year that begins a line of a paragraph is not an item.
  if (item && !(isInside && item[2] && item[2] !== "1")) return list(lines, depth, item[2]);
}

/** Without a second fence the code goes on to the end. */
function code(lines: Lines, length: number, language: string): Block {
  const from = ++lines.at;
  const end = new RegExp(`^ {0,3}\`{${length},}\\s*$`);
  while (lines.at < lines.all.length && !end.test(lines.all[lines.at])) lines.at++;
  const text = lines.all.slice(from, lines.at++).join("\n");
  return { kind: "code", text, language };
}

function quote(lines: Lines, depth: number): Block {
  const inside: string[] = [];
  while (QUOTE.test(lines.all[lines.at] ?? "")) {
    inside.push(lines.all[lines.at++].replace(QUOTE, ""));
  }
  return { kind: "quote", blocks: blocksOf(inside, depth + 1) };
}

function list(lines: Lines, depth: number, number: string | undefined): Block {
  const items: Block[][] = [];
  while (true) {
    const item = ITEM.exec(lines.all[lines.at] ?? "");
    if (!item || (item[2] === undefined) !== (number === undefined)) break;
    items.push(blocksOf(itemLines(lines, item[0].length), depth + 1));
  }
  return number === undefined
    ? { kind: "list", items }
    : { kind: "list", start: Number(number), items };
}

/** The first line of an item, and those that are indented below it. */
function itemLines(lines: Lines, indent: number): string[] {
  const inside = [lines.all[lines.at++].slice(indent)];
  while (lines.at < lines.all.length) {
    const line = lines.all[lines.at];
    const isBlank = !line.trim();
    const own = isBlank ? lines.all[lines.at + 1] ?? "" : line;
    if (!/^ {2}\s*\S/.test(own) && !/^\t+\S/.test(own)) break;
    inside.push(line.replace(/^(?:\t| {1,9})/, (space) => space.slice(indent)));
    lines.at++;
  }
  return inside;
}
