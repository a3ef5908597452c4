/**
 * How the entries of a room are written in Redis, and read again. `log_lua.ts` says what the lines of an
 * element are.
 */

import { isChange, keyOf, targetOf } from "../changes.ts";
import type {
  Action,
  Attachment,
  Change,
  Draft,
  LogEntry,
  Message,
  Reaction,
  Skip,
} from "../journal.ts";

/** An id in JSON, `""` for none. */
function toId(id: string | undefined): string {
  return id === undefined ? "" : JSON.stringify(id);
}

function fromId(text: string): string | undefined {
  return text === "" ? undefined : JSON.parse(text);
}

function toWho({ from, name }: Pick<Draft, "from" | "name">): string {
  return JSON.stringify({ from, name });
}

type Fixed = Pick<Message, "avatar" | "reply" | "to" | "files">;

function toMore({ avatar, reply, to, files }: Fixed): string {
  const isPlain = avatar === undefined && reply === undefined && to === undefined;
  if (isPlain && files === undefined) return "";
  return JSON.stringify({ avatar, reply, to, files });
}

/** An action, always in the same words, so that the scripts can compare two. */
function toAction(action: Action): string {
  const { type } = action;
  if (type === "room") return JSON.stringify({ type, topic: action.topic });
  const { of } = action;
  if (type === "edit") return JSON.stringify({ type, of, text: action.text });
  if (type === "pin") return JSON.stringify({ type, of, on: action.on });
  if (type === "delete") return JSON.stringify({ type, of });
  return JSON.stringify({ type, of, emoji: action.emoji, on: action.on });
}

/** What the scripts need of an action: its value, and whether it sets something. */
function valueOf(action: Action): [value: string, on: string] {
  if (action.type === "edit") return [JSON.stringify(action.text), "1"];
  if (action.type === "react") return [action.emoji, action.on ? "1" : "0"];
  return ["", "on" in action && !action.on ? "0" : "1"];
}

type Changing = Omit<Change, "kind" | "seq" | "at"> & {
  readonly condition?: { readonly by?: string; readonly version?: number };
};

/** The words of a change that the function `draftAt` of the scripts reads. */
function toChangeWords({ id, from, name, action, condition }: Changing): string[] {
  return [
    toId(id),
    toWho({ from, name }),
    toAction(action),
    keyOf(action, from),
    action.type,
    String(targetOf(action) ?? ""),
    from,
    toId(condition?.by),
    String(condition?.version ?? ""),
    ...valueOf(action),
  ];
}

/** The words of a draft for the script `APPEND`. */
export function toWords(draft: Draft): string[] {
  const at = String(draft.at);
  if (isChange(draft)) return ["c", at, ...toChangeWords(draft)];
  const lines = [toId(draft.id), toWho(draft), toMore(draft), JSON.stringify(draft.text)];
  return draft.files ? ["f", at, ...lines, toFileIds(draft.files)] : ["m", at, ...lines];
}

/** The ids of files as one word. */
function toFileIds(files: readonly Attachment[]): string {
  return files.map(({ id }) => id).join(" ");
}

type Reactions = NonNullable<Message["reactions"]>;
type Listed = [emoji: string, count: number, from: string[] | Record<string, never>];

/** What its changes made of a message. */
interface Changed extends Pick<Message, "v" | "edited" | "textVersion" | "deleted"> {
  readonly reactions?: Listed[];
}

function toChanged({ v, edited, textVersion, deleted, reactions }: Message): string {
  if (v === undefined) return "";
  const listed = Object.entries(reactions ?? {})
    .map(([emoji, { count, from }]) => [emoji, count, from]);
  const some = listed.length > 0 ? listed : undefined;
  return JSON.stringify({ v, edited, textVersion, deleted, reactions: some });
}

/** Lua has one type for an object and an array, and writes an empty one as an object. */
function fromChanged(text: string): Partial<Message> {
  if (text === "") return {};
  const { reactions, ...rest }: Changed = JSON.parse(text);
  if (!Array.isArray(reactions)) return rest;
  const all: Record<string, Reaction> = {};
  for (const [emoji, count, from] of reactions) {
    all[emoji] = { count, from: Array.isArray(from) ? from : [] };
  }
  return { ...rest, reactions: all as Reactions };
}

/** A message as an element, without its first line. */
export function toElement(message: Message): string {
  const { id, text } = message;
  const lines = [toId(id), toWho(message), toMore(message), JSON.stringify(text)];
  return [...lines, toChanged(message)].join("\n");
}

/** The entry of an element. */
export function fromElement(seq: number, element: string): LogEntry {
  const [head, ...lines] = element.split("\n");
  const at = Number(head.slice(head.indexOf(" ") + 1));
  if (head[0] === "m") return fromMessage(seq, at, lines);
  if (head[0] === "c") return fromChange(seq, at, lines);
  return { kind: "skip", from: seq, seq, at, id: fromId(lines[0] ?? "") };
}

function fromMessage(seq: number, at: number, lines: string[]): Message {
  const [id, who, more, text, changed] = lines;
  const { from, name } = JSON.parse(who);
  const { avatar, ...fixed }: Fixed = more === "" ? {} as Fixed : JSON.parse(more);
  const base = { seq, at, from, name, avatar, text: JSON.parse(text), id: fromId(id) };
  return { kind: "message", ...base, ...fixed, ...fromChanged(changed) };
}

function fromChange(seq: number, at: number, [id, who, action, count]: string[]): Change {
  const { from, name } = JSON.parse(who);
  const base = { seq, at, from, name, id: fromId(id), action: JSON.parse(action) };
  return count === "" ? { kind: "change", ...base } : { kind: "change", ...base, count: +count };
}

/** Whether an element is of an entry that is not kept. */
export function isMissing(element: string): boolean {
  return !element.includes("\n");
}

/** How many entries {@linkcode fromElements} makes of these. */
export function countEntries(elements: readonly string[]): number {
  const isFirst = (n: number) => n === 0 || !isMissing(elements[n - 1]);
  return elements.filter((element, n) => !isMissing(element) || isFirst(n)).length;
}

/** The entries of elements that follow each other; those that are not kept are one `Skip` together. */
export function fromElements(first: number, elements: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = [];
  let missing: Skip | undefined;
  for (const [n, element] of elements.entries()) {
    const entry = fromElement(first + n, element);
    if (entry.kind === "skip" && isMissing(element)) {
      missing = { ...entry, from: missing?.from ?? entry.from };
      continue;
    }
    if (missing) entries.push(missing);
    missing = undefined;
    entries.push(entry);
  }
  return missing ? [...entries, missing] : entries;
}

/** The words of entries for the script `IMPORT`. */
export function toImportWords(entries: readonly LogEntry[]): string[] {
  return entries.flatMap((entry, n) => {
    const [seq, at] = [String(entry.seq), String(entry.at)];
    if (entry.kind === "message") {
      const words = [seq, toElement(entry), at, toId(entry.id)];
      return entry.files ? ["f", ...words, toFileIds(entry.files)] : ["m", ...words];
    }
    if (entry.kind === "skip") {
      const isKept = entry.from === entry.seq && entry.id !== undefined;
      return ["s", seq, at, String(entry.from), isKept ? `\n${toId(entry.id)}` : ""];
    }
    const next = entries[n + 1];
    const isOlder = next !== undefined && firstOf(next) > entry.seq + 1;
    return ["c", seq, at, String(entry.count ?? ""), ...toChangeWords(entry), isOlder ? "1" : ""];
  });
}

/** The first number that an entry is about. */
export function firstOf(entry: LogEntry): number {
  return entry.kind === "skip" ? entry.from : entry.seq;
}
