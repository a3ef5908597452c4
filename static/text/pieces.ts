/**
 * A text as pieces: the reader's own name, and plain text in between. Together they are the text, so
 * nothing is lost and nothing becomes HTML.
 */

import { mentionOf } from "./mentions.ts";

/** A part of a text. */
export interface Piece {
  readonly kind: "text" | "mention";
  readonly text: string;
}

/** @param reader whose name is marked; nobody's if empty */
export function piecesOf(text: string, reader: string): Piece[] {
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
