/** Answers to the senders of messages: each learns once what became of its draft. */

import { AppendError, type Message } from "../journal/journal.ts";
import type { Sender } from "./room.ts";

/** What became of a draft; undefined if the whole append failed. */
export type Answer = Message | AppendError | undefined;

/**
 * Answers a sender.
 *
 * @param id of the draft
 * @param seq the newest message that the room has shown
 */
export function answer(sender: Sender, id: string | undefined, answer: Answer, seq: number): void {
  if (answer && !(answer instanceof AppendError)) return sender.kept(answer, answer.seq <= seq);
  if (answer?.permanent) sender.refuse("bad_command", "this message cannot be kept", id);
  else sender.refuse("overloaded", "it could not be kept, try again later", id);
}
