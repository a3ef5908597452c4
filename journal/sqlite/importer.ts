/** Takes over what another journal kept, into the tables of a SQLite file, within a transaction. */

import { applyChange, targetOf } from "../changes.ts";
import type { Change, LogEntry, Message } from "../journal.ts";
import type { ChangeTable } from "./change_table.ts";
import type { Tables } from "./appender.ts";
import type { FileTable } from "./file_table.ts";
import type { MessageTable } from "./message_table.ts";
import type { Numbering, OpenRoom } from "./numbering.ts";

/** Takes over entries. */
export class Importer {
  readonly #messages: MessageTable;
  readonly #changes: ChangeTable;
  readonly #files: FileTable;
  readonly #numbering: Numbering;

  constructor({ messages, changes, files }: Tables, numbering: Numbering) {
    this.#messages = messages;
    this.#changes = changes;
    this.#files = files;
    this.#numbering = numbering;
  }

  /**
   * Adds entries of a room, see `ImportTarget.importEntries`; those that it has already change nothing.
   *
   * @param messages the number of messages that were ever said before the first of these
   */
  add(name: string, entries: readonly LogEntry[], messages: number): true {
    // Exactly this room: an older database may have others whose names differ only in case.
    const room = this.#numbering.openExact(name);
    const newer = entries.filter(({ seq }) => seq > room.seq);
    if (newer.length === 0) return true;
    if (firstOf(newer[0]) > room.seq + 1) this.#forget(room);
    room.messages = messages;
    let run: Message[] = [];
    for (const entry of newer) {
      const isNext = entry.kind === "message" &&
        (run.at(-1)?.seq ?? entry.seq - 1) === entry.seq - 1;
      if (!isNext) run = this.#flush(room, run);
      if (entry.kind === "message") run.push(entry);
      else this.#addOther(room, entry);
    }
    this.#flush(room, run);
    this.#changes.limit(room.number);
    return true;
  }

  /** What comes does not follow: clients are to learn that there is a gap. */
  #forget({ number, seq }: OpenRoom): void {
    this.#messages.forget(number, seq);
    this.#changes.forget(number, seq);
  }

  /** Adds consecutive messages; answers with the beginning of the next run. */
  #flush(room: OpenRoom, run: readonly Message[]): Message[] {
    if (run.length > 0) {
      this.#messages.addRows(room.number, run, run[0].seq - 1 - room.messages);
      for (const message of run) {
        this.#numbering.grow(room, message);
        if (message.files) this.#files.add(room.number, message.seq, message.files);
      }
    }
    return [];
  }

  #addOther(room: OpenRoom, entry: Exclude<LogEntry, Message>): void {
    if (entry.kind === "skip") this.#changes.addSuperseded(room.number, entry);
    else this.#addChange(room, entry);
    this.#numbering.grow(room, entry);
  }

  /** Its message may have been taken over before there was this change. */
  #addChange({ number }: OpenRoom, change: Change): void {
    this.#changes.supersede(number, change);
    this.#changes.add(number, change);
    const of = targetOf(change.action);
    const message = of === undefined ? undefined : this.#messages.find(number, of);
    const changed = message && applyChange(message, change);
    if (changed && changed !== message) this.#messages.replace(number, changed);
  }
}

function firstOf(entry: LogEntry): number {
  return entry.kind === "skip" ? entry.from : entry.seq;
}
