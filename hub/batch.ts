/**
 * A batch: the drafts that one append gives to the journal, and their senders.
 *
 * Permission is checked as a command becomes a draft, right before its entry gets its number. A command
 * that is not allowed is refused to its sender and is not in the batch.
 */

import type { Draft } from "../journal/journal.ts";
import type { ChangeCommand, SayCommand } from "./command.ts";
import { draftOf } from "./draft.ts";
import { denialOf, type Rules } from "./permissions.ts";
import type { Sender } from "./room.ts";

/** Collects drafts. */
export class Batch {
  readonly drafts: Draft[] = [];
  /** The sender of each draft. */
  readonly senders: Sender[] = [];
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** An empty one, with the same rules. */
  next(): Batch {
    return new Batch(this.#rules);
  }

  /** Adds what a command asks for in the room of this name, or refuses it. */
  add(command: SayCommand | ChangeCommand, room: string): void {
    const { sender, id } = command;
    const action = command.kind === "change" ? command.action : undefined;
    const denial = denialOf(action, sender, room, this.#rules);
    if (denial) return sender.refuse(denial.code, denial.detail, id);
    const isModerator = action?.type === "delete" && this.#rules.mayModerate(sender, room);
    this.drafts.push(draftOf(command, room, isModerator));
    this.senders.push(sender);
  }
}
