/**
 * What was done to messages and to the room, as lines for people. The names of members and whatever
 * else came from elsewhere is made printable.
 */

import type {
  Applied,
  Change,
  Delete,
  Edit,
  Pin,
  React,
  RoomChange,
  RoomState,
} from "../../sdk/mod.ts";
import { printable } from "./text.ts";

/** How a line names a message; `/edit` and the other commands take it. */
export function numberOf(seq: number): string {
  return `#${seq}`;
}

/** The line about a change, as `state` knows the people and the messages that it names. */
export function describeChange(
  change: Applied<Edit> | Applied<Delete> | Applied<React> | Applied<Pin> | Change,
  state: RoomState,
): string {
  const who = printable(nameOf(change, state));
  if (change.type === "room") return `${who} ${describeRoom(change, state)}`;
  const what = numberOf(change.of);
  switch (change.type) {
    case "edit":
      return `${who} edited ${what}: ${printable(change.text)}`;
    case "delete":
      return `${who} deleted ${what}`;
    case "pin":
      return `${who} ${change.on ? "pinned" : "unpinned"} ${what}`;
    case "react": {
      const emoji = printable(change.emoji);
      const times = change.count > 1 ? ` (${change.count})` : "";
      return change.on
        ? `${who} reacted to ${what} with ${emoji}${times}`
        : `${who} withdrew ${emoji} from ${what}`;
    }
  }
}

function describeRoom(
  { topic, title, added, removed, archived }: RoomChange,
  { members }: RoomState,
): string {
  const person = (id: string) => printable(members.get(id)?.name ?? id);
  if (topic !== undefined) {
    return topic ? `set the topic: ${printable(topic)}` : "removed the topic";
  }
  if (title !== undefined) return `named the room: ${printable(title)}`;
  if (added !== undefined) return `added ${person(added)}`;
  if (removed !== undefined) return `removed ${person(removed)}`;
  if (archived === undefined) return "changed the room";
  return archived ? "archived the room" : "opened the room again";
}

/** Whether the change is not already in the message as it was shown. */
export function isNews({ before, message }: { before?: unknown; message?: unknown }): boolean {
  return message === undefined || before !== message;
}

function nameOf(
  change: Change & { before?: { from: string; name: string } },
  state: RoomState,
): string {
  const { from } = change;
  if (change.type === "react") return change.name;
  const author = change.before?.from === from ? change.before.name : undefined;
  return state.members.get(from)?.name ?? author ?? "somebody";
}
