/**
 * How messages, people and publications are written in Redis, and read again.
 *
 * A message is JSON without number and id, which are kept beside it. A person is the field
 * `NODE/ID` with the value `[name, avatar]` in JSON. A publication is a head of words, a newline, and
 * a body in JSON:
 *
 * - `s BATCH FIRST COUNT WHOLE TIME`: a batch was kept, by the script `APPEND`, which says more.
 * - `p NODE`: how some people on this node are now, as {@linkcode Change}s.
 * - `t NODE`: somebody on this node types, by their id.
 */

import type { Person } from "../../hub/person.ts";
import { type Draft, type Message, toMessage } from "../journal.ts";
import type { Reply } from "./caller.ts";

/** A message in JSON. */
export function toText({ at, from, name, avatar, text }: Draft | Message): string {
  return JSON.stringify({ at, from, name, avatar, text });
}

/** An id in JSON, `""` for none. */
export function toId(id: string | undefined): string {
  return id === undefined ? "" : JSON.stringify(id);
}

type Fields = Pick<Message, "at" | "from" | "name" | "avatar" | "text">;

function withSeq(seq: number, { at, from, name, avatar, text }: Fields, id?: string): Message {
  return { kind: "message", seq, at, from, name, avatar, text, id };
}

/** The message of this JSON. */
export function fromText(seq: number, text: string, id: string | undefined): Message {
  return withSeq(seq, JSON.parse(text), id);
}

/** The message of an entry of a stream. */
export function fromEntry([key, [, text, , id]]: [string, string[]]): Message {
  return fromText(parseInt(key), text, id === undefined ? undefined : JSON.parse(id));
}

/** The messages of a batch, as `APPEND` published it; undefined where it left them out. */
export function fromBatch(first: number, body: string): Message[] | undefined {
  const published: unknown[] = JSON.parse(body);
  if (published.length === 0) return;
  const messages: Message[] = [];
  for (let at = 0; at < published.length; at += 2) {
    const id = published[at] === 0 ? undefined : String(published[at]);
    messages.push(withSeq(first + messages.length, published[at + 1] as Fields, id));
  }
  return messages;
}

/**
 * The messages that new drafts become, from the number `first` on, when the message before them is of
 * this time: as `APPEND` does it, none is older than the one before.
 */
export function fromDrafts(drafts: readonly Draft[], first: number, time: number): Message[] {
  return drafts.map((draft, n) => {
    time = Math.max(time, draft.at);
    return toMessage({ ...draft, at: time }, first + n);
  });
}

/** What became of the drafts of one room, from what `APPEND` answered. */
export function fromAppend(drafts: readonly Draft[], answer: Reply[]): Message[] {
  const [first, time, ...rest] = answer;
  const duplicates = new Map<number, Message>();
  for (let n = 0; n < rest.length; n += 3) {
    const [index, seq, text] = [Number(rest[n]), Number(rest[n + 1]), String(rest[n + 2])];
    duplicates.set(index, { ...fromText(seq, text, drafts[index].id), duplicate: true });
  }
  const added = drafts.filter((_, index) => !duplicates.has(index));
  const messages = fromDrafts(added, Number(first), Number(time)).values();
  return drafts.map((_, index) => duplicates.get(index) ?? messages.next().value!);
}

/** A person on a node, by their id: the value of the field, or undefined if they are not there. */
export type Change = readonly [id: string, value: string | undefined];

/** The value of a person's field. */
export function toValue({ name, avatar }: Person): string {
  return JSON.stringify([name, avatar]);
}

/** The person of a field's value. */
export function toPerson(id: string, value: string): Person {
  const [name, avatar] = JSON.parse(value);
  return { id, name, avatar: avatar ?? undefined };
}

/** The field of a person on a node. */
export function fieldOf(node: string, id: string): string {
  return `${node}/${id}`;
}

/** The values of the fields of a room, by node and by the person's id. */
export function groupByNode(fields: readonly string[]): Map<string, Map<string, string>> {
  const nodes = new Map<string, Map<string, string>>();
  for (let at = 0; at < fields.length; at += 2) {
    const [field, value] = [fields[at], fields[at + 1]];
    const slash = field.indexOf("/");
    const node = field.slice(0, slash);
    let people = nodes.get(node);
    if (!people) nodes.set(node, people = new Map());
    people.set(field.slice(slash + 1), value);
  }
  return nodes;
}

/** A publication of changes. */
export function toChanges(node: string, changes: readonly Change[]): string {
  return `p ${node}\n${JSON.stringify(changes)}`;
}

/** The changes in the body of a publication. */
export function fromChanges(body: string): Change[] {
  const changes: [string, string | null][] = JSON.parse(body);
  return changes.map(([id, value]) => [id, value ?? undefined]);
}

/** A publication that somebody types. */
export function toTyping(node: string, id: string): string {
  return `t ${node}\n${JSON.stringify(id)}`;
}

/** A publication, taken apart. */
export interface Publication {
  readonly kind: string;
  /** The batch's name, or the node's. */
  readonly from: string;
  readonly numbers: readonly number[];
  body(): string;
}

const NEWLINE = "\n".charCodeAt(0);
const decoder = new TextDecoder();

/** Takes a publication apart; its body only when it is asked for. */
export function parsePublication(payload: Uint8Array): Publication {
  const end = payload.indexOf(NEWLINE);
  const [kind, from, ...numbers] = decoder.decode(payload.subarray(0, end)).split(" ");
  const body = () => decoder.decode(payload.subarray(end + 1));
  return { kind, from, numbers: numbers.map(Number), body };
}
