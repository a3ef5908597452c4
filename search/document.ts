/**
 * What the index has of a message, and the expressions that find it.
 *
 * A document is a text of tokens with spaces in between: the words of the sender's name and what the message
 * has, each marked with a character that no word contains, then the words of its text. An expression is
 * in FTS5's syntax, of quoted tokens alone. It may find too much, since the index does not know which tokens
 * follow each other; `hits.ts` does.
 */

import type { Message } from "../journal/journal.ts";
import { shownName } from "../wire/wire.ts";
import type { Having, Query, Term } from "./query.ts";
import { tokensOf } from "./words.ts";

/** Marks tokens of a name and of what a message has; words have no characters for private use. */
const NAME = "\uE000";
const HAS = "\uE001";
const LINK = /https?:\/\/[^\s]/iu;

/** What is indexed of a message. */
export interface Indexed {
  readonly seq: number;
  readonly at: number;
  readonly name: string;
  readonly text: string;
  readonly has: readonly Having[];
}

/** What is indexed of a message. */
export function indexedOf({ seq, at, from, name, text, ...message }: Message): Indexed {
  const has: Having[] = [];
  const { files } = message;
  if (files && files.length > 0) has.push("file");
  if (LINK.test(text)) has.push("link");
  return { seq, at, name: shownName({ id: from, name }), text, has };
}

/** The document of a message. */
export function documentOf({ name, text, has }: Omit<Indexed, "seq" | "at">): string {
  return [
    ...tokensOf(name).map((token) => NAME + token),
    ...has.map((one) => HAS + one),
    ...tokensOf(text),
  ].join(" ");
}

/** The expression of a query. */
export function expressionOf({ terms, senders, has }: Query): string {
  const parts = terms.map((term) => all(term));
  parts.push(...has.map((one) => `"${HAS}${one}"`));
  if (senders.length > 0) {
    parts.push(`(${senders.map((term) => `(${all(term, NAME)})`).join(" OR ")})`);
  }
  return parts.join(" AND ");
}

function all({ tokens, isPrefix }: Term, mark = ""): string {
  const parts = tokens.map((token) => `"${mark}${token}"`);
  return parts.join(" AND ") + (isPrefix ? "*" : "");
}
