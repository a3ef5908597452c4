/** What tests of journals share. */

import { assert } from "@std/assert";
import {
  AppendError,
  type Draft,
  type Journal,
  type LogEntry,
  type Message,
} from "../journal/journal.ts";

/** Fails unless every draft was kept as a message; answers with those. */
export function allKept(answers: readonly (LogEntry | AppendError)[]): Message[] {
  return answers.map((answer) => {
    assert(!(answer instanceof AppendError), `not kept: ${answer}`);
    return asMessage(answer);
  });
}

/** Fails unless the entry is a message. */
export function asMessage(entry: LogEntry): Message {
  assert(entry.kind === "message", `it is a ${entry.kind}`);
  return entry;
}

/** The texts of entries that are all messages. */
export function textsOf(entries: readonly LogEntry[]): string[] {
  return entries.map((entry) => asMessage(entry).text);
}

/** Appends messages that must all be kept. */
export async function keep(journal: Journal, drafts: readonly Draft[]): Promise<Message[]> {
  return allKept(await journal.append(drafts));
}
