/** Drafts of changes, as tests make them most often. */

import type { ChangeDraft, Journal, Json, Message } from "../journal/journal.ts";
import { change } from "./fakes.ts";

type More = Partial<ChangeDraft>;

export function edit(of: number, text: string, more: More = {}): ChangeDraft {
  return change({ type: "edit", of, text }, more);
}

export function remove(of: number, more: More = {}): ChangeDraft {
  return change({ type: "delete", of }, more);
}

export function pin(of: number, on = true): ChangeDraft {
  return change({ type: "pin", of, on });
}

export function topic(topic: string, more: More = {}): ChangeDraft {
  return change({ type: "room", topic }, more);
}

export function react(of: number, from: string, on = true, emoji = "👍"): ChangeDraft {
  return change({ type: "react", of, emoji, on }, { from });
}

/** Sets a key of the log `@log`. */
export function set(key: string, value: Json, more: More = {}): ChangeDraft {
  return change({ type: "set", key, value }, { room: "@log", ...more });
}

/** A message of the room `r`, in its current state. */
export async function messageOf(journal: Journal, seq: number): Promise<Message> {
  return (await journal.page("r", { after: seq - 1, limit: 1 })).messages[0];
}
