/**
 * What changes do: their keys, whether they would change anything, and the message they lead to.
 *
 * Pure functions, the one place where this is said for the journals in this process; the scripts of
 * the Redis journal say the same in Lua, and a client that applies changes in their order gets the
 * same as well.
 */

import { LIMITS } from "../config/limits.ts";
import {
  type Action,
  AppendError,
  type Change,
  type ChangeDraft,
  type Condition,
  type Draft,
  type LogEntry,
  type Message,
} from "./journal.ts";

/**
 * What a change is a change of: `12/text`, `12/deleted`, `12/react/👍/MEMBER`, `12/pin`, `topic`, or
 * the key that it sets.
 * Only the newest change of a key counts.
 */
export function keyOf(action: Action, from: string): string {
  switch (action.type) {
    case "edit":
      return `${action.of}/text`;
    case "delete":
      return `${action.of}/deleted`;
    case "react":
      return `${action.of}/react/${action.emoji}/${from}`;
    case "pin":
      return `${action.of}/pin`;
    case "room":
      return "topic";
    case "set":
      return action.key;
  }
}

/** The message that an action changes; undefined for one that changes the room, or sets a key. */
export function targetOf(action: Action): number | undefined {
  return "of" in action ? action.of : undefined;
}

/** Whether a draft is of a change. */
export function isChange(draft: Draft): draft is ChangeDraft {
  return "action" in draft;
}

/** The change that a draft becomes. */
export function toChange(
  { at, from, name, id, action }: ChangeDraft,
  seq: number,
  notBefore: number,
  message: Message | undefined,
): Change {
  const change: Change = {
    kind: "change",
    seq,
    at: Math.max(at, notBefore),
    from,
    name,
    id,
    action,
  };
  if (action.type !== "react") return change;
  const { count = 0 } = message?.reactions?.[action.emoji] ?? {};
  return { ...change, count: count + (action.on ? 1 : -1) };
}

/** The message after a change of it; itself if it has seen that change, or is of a later state. */
export function applyChange(message: Message, change: Change): Message {
  const { action, seq: v, at } = change;
  if (v <= (message.v ?? message.seq)) return message;
  switch (action.type) {
    case "edit":
      return { ...message, v, text: action.text, edited: at, textVersion: v };
    case "delete":
      return tombstone(message, v);
    case "react":
      return react({ ...message, v }, action.emoji, change);
    default:
      return { ...message, v };
  }
}

/** What is left of a message that was deleted. */
function tombstone({ seq, at, from, name, id }: Message, v: number): Message {
  const avatar = undefined;
  return { kind: "message", seq, at, from, name, avatar, text: "", id, v, deleted: true };
}

/**
 * A member is listed for as long as their newest reaction was among the first when it came, which its
 * count says, and nobody moves up. So list and count depend on changes that are not superseded: a client
 * that was away, and does not get the others, comes to the same as all others.
 */
function react(
  message: Message,
  emoji: string,
  { action, from: member, count = 0 }: Change,
): Message {
  const { reactions: { [emoji]: reaction, ...others } = {}, ...rest } = message;
  if (count === 0) return isEmpty(others) ? rest : { ...rest, reactions: others };
  const from = reaction?.from.filter((id) => id !== member) ?? [];
  const isListed = "on" in action && action.on && count <= LIMITS.reactionFrom;
  if (isListed) from.push(member);
  return { ...rest, reactions: { ...message.reactions, [emoji]: { count, from } } };
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(record).length === 0;
}

/**
 * Judges a change before it is kept.
 *
 * @param message the message that it changes, if that is kept
 * @param newest the newest change of its key
 * @returns why it is refused, or the entry that already did it; undefined if it is to be kept
 */
export function judge(
  { action, condition }: ChangeDraft,
  message: Message | undefined,
  newest: Change | undefined,
): AppendError | LogEntry | undefined {
  const of = targetOf(action);
  if (of === undefined) return judgeSetting(action, condition, newest);
  if (!message) return new AppendError("gone", `there is no message ${of}`);
  if (condition?.by !== undefined && message.from !== condition.by) {
    return new AppendError("not_allowed", "somebody else wrote this message");
  }
  if (message.deleted) {
    return action.type === "delete" && newest || new AppendError("gone", "the message is deleted");
  }
  if (isDone(action, newest) || changesNothing(action, message, newest)) return newest ?? message;
  const version = message.textVersion ?? message.seq;
  if (condition?.version !== undefined && condition.version !== version) {
    return new AppendError("changed", "the text has changed since");
  }
  const { reactions = {} } = message;
  if (action.type !== "react" || Object.hasOwn(reactions, action.emoji)) return;
  if (Object.keys(reactions).length < LIMITS.reactionEmoji) return;
  return new AppendError("bad_command", "there are too many different reactions");
}

/** The same for a change of the room, or of one of the server's own logs. */
function judgeSetting(
  action: Action,
  { newest: expected, larger }: Condition = {},
  newest: Change | undefined,
): AppendError | LogEntry | undefined {
  if (!isKey(action)) return new AppendError("bad_command", "this is no key");
  if (expected !== undefined && expected !== (newest?.seq ?? 0)) {
    return new AppendError("changed", "its key has changed since");
  }
  if (isDone(action, newest)) return newest;
  if (larger && !isLarger(action, newest?.action)) {
    return new AppendError("changed", "the value is not larger");
  }
}

/** Whether an action may set what it sets. */
export function isKey(action: Action): boolean {
  if (action.type !== "set") return true;
  const { key } = action;
  return key.length <= LIMITS.key && key !== "topic" && /^[A-Za-z][^\p{Cc}\p{Cs}]*$/u.test(key);
}

function isLarger(action: Action, before: Action | undefined): boolean {
  if (action.type !== "set" || typeof action.value !== "number") return false;
  const least = before?.type === "set" ? before.value : undefined;
  return typeof least !== "number" || action.value > least;
}

/** Whether the newest change of an action's key has the same value. */
function isDone(action: Action, newest: Change | undefined): boolean {
  return newest !== undefined && valueOf(action) === valueOf(newest.action);
}

/** What an action sets its key to. */
function valueOf(action: Action): string | boolean {
  if (action.type === "edit") return action.text;
  if (action.type === "room") return action.topic;
  if (action.type === "set") return JSON.stringify(action.value);
  return action.type === "delete" || action.on;
}

/** Whether a message is already as an action would make it, though no change did that. */
function changesNothing(action: Action, message: Message, newest: Change | undefined): boolean {
  if (action.type === "edit") return action.text === message.text;
  return newest === undefined && "on" in action && !action.on;
}

/** Whether a draft asks for what an entry of the same `id` already is, so that it may be answered. */
export function isSameCommand(draft: Draft, first: LogEntry): boolean {
  if (first.kind === "skip") return true;
  if (first.kind === "message") {
    return !isChange(draft) && (draft.from === first.from || draft.text === first.text);
  }
  if (!isChange(draft) || draft.from !== first.from) return false;
  return keyOf(draft.action, draft.from) === keyOf(first.action, first.from) &&
    valueOf(draft.action) === valueOf(first.action);
}
