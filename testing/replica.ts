/**
 * What a client knows of a room's log: it applies entries in their order, and pages beside them.
 *
 * The rules are those of PROTOCOL.md's "Applying", with nothing of a journal in them.
 */

import { LIMITS } from "../config/limits.ts";
import { applyChange, targetOf } from "../journal/changes.ts";
import type { Change, LogEntry, Message, MessagePage } from "../journal/journal.ts";

/** A copy of a room, up to an entry. */
export class Replica {
  /** The newest entry that it knows. */
  seq: number;
  readonly messages = new Map<number, Message>();
  topic: string | undefined;
  pins: number[] = [];

  /** @param seq the entry after which it begins */
  constructor(seq = 0) {
    this.seq = seq;
  }

  /**
   * Applies the next entries.
   *
   * @throws {RangeError} if they do not follow
   */
  apply(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const first = entry.kind === "skip" ? entry.from : entry.seq;
      if (first !== this.seq + 1) throw new RangeError(`${first} does not follow ${this.seq}`);
      this.seq = entry.seq;
      if (entry.kind === "message") this.#put(entry);
      if (entry.kind === "change") this.#change(entry);
    }
  }

  /** Takes over a page that was read at its head, which it may be behind or ahead of. */
  addPage({ messages }: MessagePage): void {
    for (const message of messages) this.#put(message);
  }

  #put(message: Message): void {
    const held = this.messages.get(message.seq);
    if (!held || (message.v ?? message.seq) > (held.v ?? held.seq)) {
      this.messages.set(message.seq, message);
    }
  }

  #change(change: Change): void {
    const { action } = change;
    const of = targetOf(action);
    const message = of === undefined ? undefined : this.messages.get(of);
    if (message) this.messages.set(message.seq, applyChange(message, change));
    if (action.type === "room") this.topic = action.topic || undefined;
    if (action.type !== "pin" && action.type !== "delete") return;
    const others = this.pins.filter((pinned) => pinned !== of);
    const isPinned = action.type === "pin" && action.on;
    this.pins = isPinned ? [action.of, ...others].slice(0, LIMITS.pins) : others;
  }
}
