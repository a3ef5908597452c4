/**
 * How answers, people and publications are written in Redis, and read again; `log_encoding.ts` says that
 * of entries.
 *
 * A person is the field `NODE/ID` with the value `[name, avatar]` in JSON. A publication is a head of
 * words, a newline, and a body, which is in JSON if it is of people:
 *
 * - `s BATCH FIRST COUNT WHOLE TIME FORGOTTEN`: a batch was kept, by the script `APPEND`, which says more.
 * - `p NODE`: how some people on this node are now, as {@linkcode Change}s.
 * - `t NODE`: somebody on this node types, by their id.
 */

import type { Person } from "../../hub/person.ts";
import { isChange, isSameCommand } from "../changes.ts";
import {
  AppendError,
  type AppendRefusal,
  type Draft,
  fileGone,
  type LogEntry,
} from "../journal.ts";
import { toMessage } from "../journal.ts";
import type { Reply } from "./caller.ts";
import { fromElement } from "./log_encoding.ts";

/** The entries of a batch, as `APPEND` published it; undefined where it left them out. */
export function fromBatch(first: number, body: string): LogEntry[] | undefined {
  if (body === "") return;
  return body.split("\0").map((element, n) => fromElement(first + n, element));
}

/**
 * The messages that new drafts become, from the number `first` on, when the entry before them is of
 * this time: as `APPEND` does it, none is older than the one before.
 */
export function fromDrafts(drafts: readonly Draft[], first: number, time: number): LogEntry[] {
  return drafts.map((draft, n) => {
    const entry = toEntry(draft, first + n, time, undefined);
    time = entry.at;
    return entry;
  });
}

function toEntry(draft: Draft, seq: number, time: number, count: number | undefined): LogEntry {
  if (!isChange(draft)) return toMessage(draft, seq, time);
  const { from, name, id, action } = draft;
  const at = Math.max(draft.at, time);
  const change: LogEntry = { kind: "change", seq, at, from, name, id, action };
  return count === undefined ? change : { ...change, count };
}

const REASONS: Readonly<Record<string, string>> = {
  gone: "the message is deleted, or there is none",
  not_allowed: "somebody else wrote this message",
  changed: "it has changed since",
  bad_command: "there are too many different reactions, or this is no key or no group",
};

/** What became of the drafts of one room, from what `APPEND` answered. */
export function fromAppend(drafts: readonly Draft[], answer: Reply[]): (LogEntry | AppendError)[] {
  const replies = new Map<number, [what: string, value: string]>();
  for (let n = 2; n < answer.length; n += 3) {
    replies.set(Number(answer[n]), [String(answer[n + 1]), String(answer[n + 2])]);
  }
  let [next, time] = [Number(answer[0]), Number(answer[1])];
  return drafts.map((draft, index) => {
    const [what, value] = replies.get(index) ?? ["n", ""];
    if (what === "e" && value === "file") return fileGone();
    if (what === "e") return new AppendError(value as AppendRefusal, REASONS[value]);
    if (what !== "n") return toDuplicate(draft, fromElement(Number(what.slice(1)), value));
    const entry = toEntry(draft, next++, time, value === "" ? undefined : Number(value));
    time = entry.at;
    return entry;
  });
}

/** An entry that was there already, for a draft of the same id or one that would change nothing. */
function toDuplicate(draft: Draft, first: LogEntry): LogEntry | AppendError {
  const isOther = draft.id !== undefined && draft.id === first.id && !isSameCommand(draft, first);
  if (isOther) return new AppendError("bad_command", "this id is another command's");
  return { ...first, duplicate: true };
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
