/**
 * What changes do to messages: pure functions, which lead to the same as the server's.
 *
 * A change does nothing to a message that has it already (`seq` up to the message's `v`), so a copy
 * that was fetched ahead of the log stays right while the log catches up.
 */

import type { Message, MessageChange, React, Reaction } from "./protocol.ts";

/** The people whom a message lists for one emoji. */
const LISTED = 20;

/** The version of a message: its newest change, or its own number. */
export function versionOf({ seq, v }: Message): number {
  return v ?? seq;
}

/**
 * The version of a message's text, which `edit` may carry: the number of its newest edit, or its own.
 * Undefined for a message that was fetched after it had been edited.
 */
export function textVersionOf({ seq, edited, textVersion }: Message): number | undefined {
  return textVersion ?? (edited === undefined ? seq : undefined);
}

/**
 * The message after a change of it; the same object if it has that change already.
 *
 * @param me the id of this client's person
 */
export function applyChange(message: Message, change: MessageChange, me?: string): Message {
  const { seq: v, at } = change;
  if (v <= versionOf(message)) return message;
  switch (change.type) {
    case "edit":
      return { ...message, v, text: change.text, edited: at, textVersion: v };
    case "delete":
      return tombstone(message, v);
    case "react":
      return withReactions({ ...message, v }, react(message.reactions ?? {}, change, me));
    case "pin":
      return { ...message, v };
  }
}

/** What is left of a message that was deleted. */
function tombstone({ type, seq, at, from, name, id }: Message, v: number): Message {
  const message: Message = { type, seq, at, from, name, text: "", v, deleted: true };
  return id === undefined ? message : { ...message, id };
}

/**
 * Somebody is listed for as long as their newest reaction was among the first when it came. That
 * depends on nobody else's reactions, so those that were superseded need not be known.
 */
function react(
  reactions: Readonly<Record<string, Reaction>>,
  { from: member, emoji, on, count }: React,
  me: string | undefined,
): Record<string, Reaction> {
  const { [emoji]: _, ...others } = reactions;
  if (count === 0) return others;
  const before = Object.hasOwn(reactions, emoji) ? reactions[emoji] : undefined;
  const from = before?.from.filter((id) => id !== member) ?? [];
  if (on && count <= LISTED) from.push(member);
  const mine = member === me ? on : before?.mine;
  return { ...reactions, [emoji]: mine ? { count, from, mine } : { count, from } };
}

function withReactions(message: Message, reactions: Record<string, Reaction>): Message {
  const { reactions: _, ...rest } = message;
  return Object.keys(reactions).length > 0 ? { ...rest, reactions } : rest;
}

/**
 * The newer of two copies of a message. What only this client knows is carried over.
 *
 * @param held the copy that this client has changed itself
 */
export function newerOf(held: Message, copy: Message): Message {
  if (versionOf(copy) <= versionOf(held)) return held;
  if (copy.edited === undefined || held.textVersion === undefined) return copy;
  const isSameText = copy.edited === held.edited && copy.text === held.text;
  return isSameText ? { ...copy, textVersion: held.textVersion } : copy;
}

/**
 * The message with `mine` on the reactions that are this person's.
 *
 * @param held the copy before it: beyond those who are listed, it alone knows
 */
export function markMine(message: Message, me: string | undefined, held?: Message): Message {
  if (!message.reactions) return message;
  const marked = Object.entries(message.reactions).map(([emoji, { count, from }]) => {
    const wasMine = held?.reactions && Object.hasOwn(held.reactions, emoji) &&
      held.reactions[emoji].mine && count > from.length;
    const isMine = me !== undefined && (from.includes(me) || wasMine);
    return [emoji, isMine ? { count, from, mine: true } : { count, from }];
  });
  return { ...message, reactions: Object.fromEntries(marked) };
}
