/**
 * How the entries of a room are written in Redis, and read again. `log_lua.ts` says what the lines of an
 * element are.
 */

import { isChange, isKey, keyOf, targetOf } from "../changes.ts";
import { groupAt, isValidGroup } from "../groups.ts";
import type {
  Action,
  Attachment,
  Change,
  ChangeDraft,
  Draft,
  LogEntry,
  Message,
  MessageDraft,
  Reaction,
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
  if (type === "set") return JSON.stringify({ type, key: action.key, value: action.value });
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
  if (action.type === "set") {
    return [JSON.stringify(action.value), action.value === null ? "0" : "1"];
  }
  return ["", "on" in action && !action.on ? "0" : "1"];
}

type Changing = Omit<Change, "kind" | "seq" | "at"> & Pick<ChangeDraft, "condition">;

/** The number of words of a change that the function `draftAt` of the scripts reads. */
export const CHANGE_WORDS = 13;

/** These words. A change with an empty key is refused. */
function toChangeWords({ id, from, name, action, condition }: Changing, isValid = true): string[] {
  return [
    toId(id),
    toWho({ from, name }),
    toAction(action),
    isValid ? keyOf(action, from) : "",
    action.type,
    String(targetOf(action) ?? ""),
    from,
    toId(condition?.by),
    String(condition?.version ?? ""),
    ...valueOf(action),
    String(condition?.newest ?? ""),
    condition?.larger ? "1" : "",
  ];
}

/** The words of drafts for the script `APPEND`. */
export function toWords(drafts: readonly Draft[]): string[] {
  const words: string[] = [];
  for (let next = 0; next < drafts.length;) {
    const draft = drafts[next];
    const group = isChange(draft) ? groupAt(drafts, next) : undefined;
    words.push(...group ? toGroupWords(group) : toMessageWords(draft as MessageDraft));
    next += group?.length ?? 1;
  }
  return words;
}

function toGroupWords(group: readonly ChangeDraft[]): string[] {
  const isValid = isValidGroup(group);
  const words = group.length === 1 ? [] : ["g", String(group.length)];
  for (const draft of group) {
    words.push("c", String(draft.at), ...toChangeWords(draft, isValid && isKey(draft.action)));
  }
  return words;
}

function toMessageWords(draft: MessageDraft): string[] {
  const { at, id, text, files } = draft;
  const words = [String(at), toId(id), toWho(draft), toMore(draft), JSON.stringify(text)];
  return files ? ["f", ...words, toFileIds(files)] : ["m", ...words];
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
  const at = timeOf(head);
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

/** The time in an element's first line. */
export function timeOf(head: string): number {
  return Number(head.slice(head.indexOf(" ") + 1));
}

/** Whether an element is of an entry that is not kept. */
export function isMissing(element: string): boolean {
  return !element.includes("\n");
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
