/**
 * What changes do: their keys, whether they would change anything, and the message they lead to.
 *
 * Pure functions, the one place where this is said for the journals in this process; the scripts of
 * the Redis journal say the same in Lua, and a client that applies changes in their order gets the
 * same as well.
 */

import { LIMITS } from "../config/limits.ts";
import type { Action, Change, ChangeDraft, Draft, LogEntry, Message, Reaction } from "./journal.ts";

/**
 * What a change is a change of: `12/text`, `12/deleted`, `12/react/👍/MEMBER`, `12/pin`, `topic`.
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
  }
}

/** The message that an action changes; undefined for one that changes the room. */
export function targetOf(action: Action): number | undefined {
  return action.type === "room" ? undefined : action.of;
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

/** The message after a change of it. */
export function applyChange(message: Message, change: Change): Message {
  const { action, seq: v, at } = change;
  switch (action.type) {
    case "edit":
      return { ...message, v, text: action.text, edited: at, textVersion: v };
    case "delete":
      return tombstone(message, v);
    case "react":
      return { ...message, v, reactions: react(message.reactions ?? {}, action, change.from) };
    default:
      return { ...message, v };
  }
}

/** What is left of a message that was deleted. */
function tombstone({ seq, at, from, name, id }: Message, v: number): Message {
  const avatar = undefined;
  return { kind: "message", seq, at, from, name, avatar, text: "", id, v, deleted: true };
}

type React = Extract<Action, { type: "react" }>;

/**
 * A member is listed for as long as their newest reaction was among the first when it came, which its
 * count says, and nobody moves up. So whether they are depends on this one change alone: a client that
 * was away, and does not get what was superseded, comes to the same list as all others.
 */
function react(
  reactions: Readonly<Record<string, Reaction>>,
  { emoji, on }: React,
  member: string,
): Readonly<Record<string, Reaction>> | undefined {
  const { count, from } = reactions[emoji] ?? { count: 0, from: [] };
  const others = from.filter((id) => id !== member);
  const left = count + (on ? 1 : -1);
  if (on && left <= LIMITS.reactionFrom) others.push(member);
  const { [emoji]: _, ...rest } = reactions;
  if (left <= 0) return Object.keys(rest).length > 0 ? rest : undefined;
  return { ...reactions, [emoji]: { count: left, from: others } };
}

/** Whether a draft asks for what an entry of the same `id` already is, so that it may be answered. */
export function isSameCommand(draft: Draft, first: LogEntry): boolean {
  if (first.kind === "skip") return true;
  if (first.kind === "message") {
    return !isChange(draft) && (draft.from === first.from || draft.text === first.text);
  }
  if (!isChange(draft) || draft.from !== first.from) return false;
  return keyOf(draft.action, draft.from) === keyOf(first.action, first.from);
}
