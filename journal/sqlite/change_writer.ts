/**
 * Keeps changes: decides in the transaction that gives the number whether one is still to be kept,
 * and brings its message up to date.
 */

import { applyChange, isSameCommand, judge, keyOf, targetOf, toChange } from "../changes.ts";
import { AppendError, type ChangeDraft, type Draft, type LogEntry } from "../journal.ts";
import type { ChangeTable } from "./change_table.ts";
import type { MessageTable } from "./message_table.ts";
import type { OpenRoom } from "./numbering.ts";

/** What became of a draft. */
export type Answer = LogEntry | AppendError;

/** Writes the changes of one file. */
export class ChangeWriter {
  readonly #messages: MessageTable;
  readonly #changes: ChangeTable;

  constructor(messages: MessageTable, changes: ChangeTable) {
    this.#messages = messages;
    this.#changes = changes;
  }

  /** What a draft is answered with whose id is there already. */
  findDuplicate({ number }: OpenRoom, draft: Draft): Answer | undefined {
    if (draft.id === undefined) return;
    const first = this.#messages.byId(number, draft.id) ?? this.#changes.byId(number, draft.id);
    if (!first) return;
    return isSameCommand(draft, first)
      ? { ...first, duplicate: true }
      : new AppendError("bad_command", "this id is another command's");
  }

  /** Adds a change to a room, under the next number, unless it is refused or was there already. */
  add(room: OpenRoom, draft: ChangeDraft): Answer {
    const duplicate = this.findDuplicate(room, draft);
    if (duplicate) return duplicate;
    const of = targetOf(draft.action);
    const message = of === undefined || of <= room.forgotten
      ? undefined
      : this.#messages.find(room.number, of);
    const newest = this.#changes.byKey(room.number, keyOf(draft.action, draft.from));
    const judged = judge(draft, message, newest);
    if (judged instanceof AppendError) return judged;
    if (judged) return { ...judged, duplicate: true };
    const change = toChange(draft, room.seq + 1, room.at, message);
    this.#changes.supersede(room.number, change);
    this.#changes.add(room.number, change);
    if (message) this.#messages.replace(room.number, applyChange(message, change));
    return change;
  }
}
