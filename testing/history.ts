/** Random histories of a room: messages and changes by several people, with retries of old commands. */

import type { Action, Attachment, Draft } from "../journal/journal.ts";
import { attachment, change, draft } from "./fakes.ts";
import type { Random } from "./random.ts";

/** More than the reactions of an emoji that are listed. */
const PEOPLE = Array.from({ length: 30 }, (_, n) => `member${n}`);
/** Few enough that some are named again. */
const FILES = 200;
const EMOJI = ["👍", "👍", "👍", "❤️"];

/** Makes drafts for one room. */
export class History {
  readonly #random: Random;
  readonly #hasFiles: boolean;
  readonly #sent: Draft[] = [];
  #count = 0;

  /**
   * @param hasFiles whether messages name files; a place to which a history was copied does not know
   *   those of deleted and forgotten messages
   */
  constructor(random: Random, hasFiles = true) {
    this.#random = random;
    this.#hasFiles = hasFiles;
  }

  /** The next command, of a room whose newest entry has this number. */
  next(head: number): Draft {
    const random = this.#random;
    const isRetry = this.#sent.length > 0 && random.chance(1, 10);
    const sent = isRetry ? this.#retry() : this.#command(head);
    this.#sent.push(sent);
    return sent;
  }

  /** An old command, as it was or with another content. */
  #retry(): Draft {
    const old = this.#random.pick(this.#sent);
    return this.#random.chance(1, 3) ? { ...this.#command(10), id: old.id } : old;
  }

  #command(head: number): Draft {
    const random = this.#random;
    const count = ++this.#count;
    const from = random.pick(PEOPLE);
    const id = random.chance(1, 2) ? `id${count}` : undefined;
    const base = { at: random.int(count), from, id };
    if (random.chance(1, 2)) {
      const reply = random.chance(1, 8) ? 1 + random.int(head + 1) : undefined;
      const files = this.#hasFiles && random.chance(1, 6) ? { files: this.#files() } : {};
      return draft(`text ${count}`, { ...base, ...(reply && { reply, to: [from] }), ...files });
    }
    const action = this.#action(count, Math.max(1, head - random.int(30)));
    if (action.type !== "edit" || random.chance(1, 2)) return change(action, base);
    return change(action, { ...base, condition: { by: from, version: action.of } });
  }

  /** None where an unknown file was asked for. */
  #files(): Attachment[] {
    const numbers = new Set(
      Array.from({ length: this.#random.int(4) }, () => this.#random.int(FILES)),
    );
    return Array.from(numbers, (n) => attachment(`file${n}`));
  }

  #action(count: number, of: number): Action {
    const random = this.#random;
    const on = random.chance(3, 4);
    const kind = random.int(20);
    if (kind < 6) return { type: "edit", of, text: random.chance(1, 5) ? "same" : `edit ${count}` };
    if (kind < 16) {
      // One message has most of the reactions.
      return { type: "react", of: kind < 12 ? 1 : of, emoji: random.pick(EMOJI), on };
    }
    if (kind < 17) return { type: "pin", of, on };
    return kind < 19 && of > 1
      ? { type: "delete", of }
      : { type: "room", topic: `topic ${random.int(3)}` };
  }
}
