/** What tests of journals share. */

import { assert } from "@std/assert";
import {
  AppendError,
  type Draft,
  type Journal,
  type LogEntry,
  type Message,
} from "../journal/journal.ts";

/** Fails unless every draft was kept; answers with the messages. */
export function allKept(answers: readonly (LogEntry | AppendError)[]): Message[] {
  return answers.map((answer) => {
    assert(!(answer instanceof AppendError), `not kept: ${answer}`);
    assert(answer.kind === "message", `a ${answer.kind}`);
    return answer;
  });
}

/** Appends drafts that must all be kept. */
export async function keep(journal: Journal, drafts: readonly Draft[]): Promise<Message[]> {
  return allKept(await journal.append(drafts));
}
