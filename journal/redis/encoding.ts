/**
 * Messages as they stand in Redis: JSON without number and id, which stand beside it.
 */

import { type Draft, type Message, toMessage } from "../journal.ts";
import type { Reply } from "./client.ts";

/** A message in JSON. */
export function toText({ at, from, name, avatar, text }: Draft | Message): string {
  return JSON.stringify({ at, from, name, avatar, text });
}

/** An id in JSON, `""` for none. */
export function toId(id: string | undefined): string {
  return id === undefined ? "" : JSON.stringify(id);
}

type Fields = Pick<Message, "at" | "from" | "name" | "avatar" | "text">;

function toSaid(seq: number, { at, from, name, avatar, text }: Fields, id?: string): Message {
  return { kind: "message", seq, at, from, name, avatar, text, id };
}

/** The message of this JSON. */
export function fromText(seq: number, text: string, id: string | undefined): Message {
  return toSaid(seq, JSON.parse(text), id);
}

/** The message of an entry of a stream. */
export function fromEntry([key, [, text, , id]]: [string, string[]]): Message {
  return fromText(parseInt(key), text, id === undefined ? undefined : JSON.parse(id));
}

const NEWLINE = "\n".charCodeAt(0);
const decoder = new TextDecoder();

/** What was published in a room: a head of words, a newline, JSON. */
export interface News {
  readonly kind: string;
  /** Who tells: a batch's name, or a server's. */
  readonly from: string;
  readonly numbers: readonly number[];
  body(): string;
}

/** Takes apart what was published; the body only when it is asked for. */
export function parseNews(payload: Uint8Array): News {
  const end = payload.indexOf(NEWLINE);
  const [kind, from, ...numbers] = decoder.decode(payload.subarray(0, end)).split(" ");
  const body = () => decoder.decode(payload.subarray(end + 1));
  return { kind, from, numbers: numbers.map(Number), body };
}

/** The messages of a batch, as `APPEND` told it; undefined where it did not tell them. */
export function fromBatch(first: number, body: string): Message[] | undefined {
  const told: unknown[] = JSON.parse(body);
  if (told.length === 0) return;
  const messages: Message[] = [];
  for (let at = 0; at < told.length; at += 2) {
    const id = told[at] === 0 ? undefined : String(told[at]);
    messages.push(toSaid(first + messages.length, told[at + 1] as Fields, id));
  }
  return messages;
}

/** What became of the drafts of one room, from what `APPEND` answered. */
export function fromAppend(drafts: readonly Draft[], [first, ...again]: Reply[]): Message[] {
  let seq = Number(first);
  if (again.length === 0) return drafts.map((draft) => toMessage(draft, seq++));
  const kept: Message[] = [];
  for (let at = 0; at < again.length; at += 3) {
    const [index, old, text] = again.slice(at, at + 3);
    while (kept.length < Number(index)) kept.push(toMessage(drafts[kept.length], seq++));
    kept.push({ ...fromText(Number(old), String(text), drafts[kept.length].id), duplicate: true });
  }
  while (kept.length < drafts.length) kept.push(toMessage(drafts[kept.length], seq++));
  return kept;
}
