/**
 * Keeps changes: decides in the transaction that gives the number whether one is still to be kept,
 * and brings its message up to date.
 */

import { applyChange, isSameCommand, judge, keyOf, targetOf, toChange } from "../changes.ts";
import {
  AppendError,
  type ChangeDraft,
  type Draft,
  type LogEntry,
  type Message,
} from "../journal.ts";
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

  /** Why a change would be refused now, if it would be. */
  refusalOf(room: OpenRoom, draft: ChangeDraft): AppendError | undefined {
    const { answer } = this.#judge(room, draft);
    return answer instanceof AppendError ? answer : undefined;
  }

  /** What a change is answered with that is not to be kept, and the message that it changes. */
  #judge(room: OpenRoom, draft: ChangeDraft): { answer?: Answer; message?: Message } {
    const duplicate = this.findDuplicate(room, draft);
    if (duplicate) return { answer: duplicate };
    const of = targetOf(draft.action);
    const message = of === undefined || of <= room.forgotten
      ? undefined
      : this.#messages.find(room.number, of);
    const newest = this.#changes.byKey(room.number, keyOf(draft.action, draft.from));
    const judged = judge(draft, message, newest);
    if (!judged || judged instanceof AppendError) return { answer: judged, message };
    return { answer: { ...judged, duplicate: true } };
  }

  /** Adds a change to a room, under the next number, unless it is refused or was there already. */
  add(room: OpenRoom, draft: ChangeDraft): Answer {
    const { answer, message } = this.#judge(room, draft);
    if (answer) return answer;
    const change = toChange(draft, room.seq + 1, room.at, message);
    this.#changes.supersede(room.number, change);
    this.#changes.add(room.number, change);
    if (message) this.#messages.replace(room.number, applyChange(message, change));
    return change;
  }
}
