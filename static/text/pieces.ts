/**
 * A message's text as pieces: links, the reader's own name, and plain text in between. Together they
 * are the text, so nothing is lost and nothing becomes HTML.
 */

import { linksOf } from "./links.ts";
import { mentionOf } from "./mentions.ts";

/** A part of a text; a link's text is its address. */
export interface Piece {
  readonly kind: "text" | "link" | "mention";
  readonly text: string;
}

/** @param reader whose name is marked; nobody's if empty */
export function piecesOf(text: string, reader: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { start, end } of linksOf(text)) {
    pieces.push(...withMentions(text.slice(done, start), reader));
    pieces.push({ kind: "link", text: text.slice(start, end) });
    done = end;
  }
  return [...pieces, ...withMentions(text.slice(done), reader)];
}

function withMentions(text: string, reader: string): Piece[] {
  const pieces: Piece[] = [];
  const add = (kind: Piece["kind"], from: number, to: number) => {
    if (to > from) pieces.push({ kind, text: text.slice(from, to) });
  };
  let done = 0;
  for (const { 0: found, index } of reader ? text.matchAll(mentionOf(reader)) : []) {
    add("text", done, index);
    add("mention", index, done = index + found.length);
  }
  add("text", done, text.length);
  return pieces;
}
