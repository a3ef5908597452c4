/**
 * Records: changes of a room's log that were decided elsewhere, such as in the directory.
 *
 * They go through the hub like everything that a room shows, all or none of them, but no rules apply to
 * them: the part that decided on them has asked.
 */

import {
  AppendError,
  type AppendRefusal,
  type ChangeDraft,
  type LogEntry,
} from "../journal/journal.ts";
import type { RecordCommand } from "./command.ts";
import type { Sender } from "./room.ts";

/**
 * Records drafts of one room, of which there is at least one.
 *
 * @param offer hands the command to the hub; false if too much waits already
 * @returns the entries that they become; rejects with an {@linkcode AppendError} if they are refused
 */
export function recordTo(
  offer: (command: RecordCommand) => boolean,
  drafts: readonly ChangeDraft[],
): Promise<LogEntry[]> {
  const { promise, resolve, reject } = Promise.withResolvers<LogEntry[]>();
  const entries: LogEntry[] = [];
  const { room, from: id, name } = drafts[0];
  const sender: Sender = {
    room,
    person: { id, name, avatar: undefined },
    isAdmin: false,
    kept(entry) {
      if (entries.push(entry) === drafts.length) resolve(entries);
    },
    refuse: (code, detail) => reject(new AppendError(code as AppendRefusal, detail)),
  };
  if (!offer({ kind: "record", sender, drafts })) sender.refuse("overloaded", "too much waits");
  return promise;
}
