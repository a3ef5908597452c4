/** Answers to the senders of commands: each learns once what became of its draft. */

import { AppendError, type LogEntry } from "../journal/journal.ts";
import type { Sender } from "./room.ts";

/** What became of a draft; undefined if the whole append failed. */
export type Answer = LogEntry | AppendError | undefined;

/**
 * Answers a sender.
 *
 * @param id of the draft
 * @param seq the newest entry that the room has shown
 */
export function answer(sender: Sender, id: string | undefined, kept: Answer, seq: number): void {
  if (!kept) return sender.refuse("overloaded", "it could not be kept, try again later", id);
  if (kept instanceof AppendError) return sender.refuse(kept.code, kept.message, id);
  const isOther = kept.id !== id;
  sender.kept(isOther ? { ...kept, id } : kept, kept.seq <= seq, isOther);
}
