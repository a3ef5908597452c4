/**
 * Adds drafts to the tables of a SQLite file, within a transaction.
 *
 * At first all of them together, several messages with one statement, assuming that each id is new and
 * each value can be kept. If that fails, the transaction is rolled back, and they are added one by one.
 */

import { isChange } from "../changes.ts";
import { groupAt, isValidGroup } from "../groups.ts";
import {
  AppendError,
  type Change,
  type ChangeDraft,
  type Draft,
  fileGone,
  type Message,
  toMessage,
} from "../journal.ts";
import type { ChangeTable } from "./change_table.ts";
import { type Answer, ChangeWriter } from "./change_writer.ts";
import type { Connection } from "./connection.ts";
import type { FileTable } from "./file_table.ts";
import type { MessageTable } from "./message_table.ts";
import type { Numbering, OpenRoom } from "./numbering.ts";

/** The tables that drafts are added to. */
export interface Tables {
  readonly messages: MessageTable;
  readonly changes: ChangeTable;
  readonly files: FileTable;
}

/** Adds drafts. */
export class Appender {
  readonly #connection: Connection;
  readonly #messages: MessageTable;
  readonly #changes: ChangeTable;
  readonly #files: FileTable;
  readonly #numbering: Numbering;
  readonly #writer: ChangeWriter;

  constructor(
    connection: Connection,
    { messages, changes, files }: Tables,
    numbering: Numbering,
  ) {
    this.#connection = connection;
    this.#messages = messages;
    this.#changes = changes;
    this.#files = files;
    this.#numbering = numbering;
    this.#writer = new ChangeWriter(messages, changes);
  }

  /** Adds them all; undefined if an id exists already. */
  addAll(drafts: readonly Draft[]): Answer[] | undefined {
    const answers: Answer[] = [];
    while (answers.length < drafts.length) {
      const draft = drafts[answers.length];
      const room = this.#numbering.open(draft.room);
      if (!isChange(draft) && !draft.files) {
        answers.push(this.#numbering.add(room, draft));
        continue;
      }
      if (!this.#store(room)) return;
      this.#remove(room);
      answers.push(...this.#addGroup(room, groupAt(drafts, answers.length)));
      this.#numbering.dropIfEmpty(room);
    }
    for (const room of this.#numbering.grown) if (!this.#store(room)) return;
    return answers;
  }

  /** Writes what was added to a room to its tables; false if an id exists already. */
  #store(room: OpenRoom): boolean {
    const from = room.stored;
    if (from === room.added.length) return true;
    room.stored = room.added.length;
    // A change or a message with files is stored at once, and everything before it: these are messages.
    const messages = (from === 0 ? room.added : room.added.slice(from)) as Message[];
    const hasChanges = room.seq > room.messages;
    if (hasChanges && messages.some(({ id }) => this.#isChange(room, id))) return false;
    return this.#messages.add(room.number, messages, room.seq - room.messages);
  }

  #isChange({ number }: OpenRoom, id: string | undefined): boolean {
    return id !== undefined && this.#changes.byId(number, id) !== undefined;
  }

  /** Adds them one by one, or group by group, and says for each why not. */
  addEach(drafts: readonly Draft[]): Answer[] {
    const answers: Answer[] = [];
    while (answers.length < drafts.length) answers.push(...this.#try(drafts, answers.length));
    return answers;
  }

  #try(drafts: readonly Draft[], start: number): Answer[] {
    const draft = drafts[start];
    const room = this.#numbering.open(draft.room);
    const group = isChange(draft) ? groupAt(drafts, start) : undefined;
    const before = this.#numbering.snapshot(room);
    this.#remove(room);
    try {
      return this.#connection.attempt(() =>
        group ? this.#addGroup(room, group) : [this.#add(room, draft)]
      );
    } catch (error) {
      if (!isOfDraft(error)) throw error;
      this.#numbering.restore(room, before);
      const refusal = new AppendError("bad_command", "it cannot be kept", error);
      return (group ?? [draft]).map(() => refusal);
    } finally {
      this.#numbering.dropIfEmpty(room);
    }
  }

  /** All or none of them are kept. */
  #addGroup(room: OpenRoom, group: readonly ChangeDraft[]): Answer[] {
    const refusal = this.#refusalOf(room, group);
    return group.map((draft) => refusal ?? this.#add(room, draft));
  }

  #refusalOf(room: OpenRoom, group: readonly ChangeDraft[]): AppendError | undefined {
    if (group.length === 1) return;
    if (!isValidGroup(group)) return new AppendError("bad_command", "this is no group");
    for (const draft of group) {
      const refusal = this.#writer.refusalOf(room, draft);
      if (refusal) return refusal;
    }
  }

  #add(room: OpenRoom, draft: Draft): Answer {
    const answer = isChange(draft) ? this.#writer.add(room, draft) : this.#addMessage(room, draft);
    if (answer instanceof AppendError) return answer;
    if (!answer.duplicate) {
      this.#numbering.grow(room, answer);
      room.added.push(answer as Message | Change);
      room.stored = room.added.length;
    }
    return draft.room === room.name ? answer : { ...answer, keptIn: room.name };
  }

  #addMessage(room: OpenRoom, draft: Exclude<Draft, { action: unknown }>): Answer {
    const duplicate = this.#writer.findDuplicate(room, draft);
    if (duplicate) return duplicate;
    const { number, seq } = room;
    if (draft.files && !this.#files.claim(number, seq + 1, draft.files)) return fileGone();
    const message = toMessage(draft, room.seq + 1, room.at);
    this.#messages.addRows(room.number, [message], room.seq - room.messages);
    return message;
  }

  /**
   * Forgets what is no longer kept of the rooms that have grown; returns those of which messages are.
   * Where nothing but messages was ever kept, they stay in the tables until they are many.
   */
  trim(): OpenRoom[] {
    const trimmed: OpenRoom[] = [];
    for (const room of this.#numbering.grown) {
      const { number } = room;
      const hasChanges = room.seq > room.messages;
      if (this.#numbering.trim(room)) {
        if (hasChanges || this.#numbering.isRemovalDue(room)) this.#remove(room);
        trimmed.push(room);
      }
      if (hasChanges && room.added.some(({ kind }) => kind === "change")) {
        this.#changes.limit(number);
      }
    }
    return trimmed;
  }

  /** Removes what is forgotten of a room from the tables. */
  #remove(room: OpenRoom): void {
    const { number, forgotten, removed, seq, messages } = room;
    if (forgotten === removed) return;
    room.removed = forgotten;
    this.#messages.forget(number, forgotten);
    if (seq > messages) this.#changes.forget(number, forgotten);
  }
}

/** SQLite's codes for a value that is too big, breaks a constraint, or has another type. */
const OF_DRAFT = [18, 19, 20, 25];

/** Whether the reason is a draft and not the file: `node:sqlite` cannot bind every value. */
export function isOfDraft(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code !== "ERR_SQLITE_ERROR"
    ? error instanceof TypeError
    : OF_DRAFT.includes(errcode! & 0xff);
}
