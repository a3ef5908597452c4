/**
 * A batch: the drafts that one append gives to the journal, and their senders.
 *
 * Permission is checked as a command becomes a draft, right before its entry gets its number. A command
 * that is not allowed is refused to its sender and is not in the batch.
 */

import type { Draft } from "../journal/journal.ts";
import type { ChangeCommand, RecordCommand, SayCommand } from "./command.ts";
import { draftOf } from "./draft.ts";
import { mentionsIn } from "./mentions.ts";
import { denialOf, type Rules } from "./permissions.ts";
import type { Presence } from "./presence.ts";
import type { Sender } from "./room.ts";

/** The people who are present in a room that is open. */
export type PresenceIn = (room: string) => Presence | undefined;

/** Collects drafts. */
export class Batch {
  readonly drafts: Draft[] = [];
  /** The sender of each draft. */
  readonly senders: Sender[] = [];
  readonly #rules: Rules;
  readonly #presenceIn: PresenceIn;
  /** The number of the last group in it. */
  #group = 0;

  constructor(rules: Rules, presenceIn: PresenceIn) {
    this.#rules = rules;
    this.#presenceIn = presenceIn;
  }

  /** An empty one, with the same rules. */
  next(): Batch {
    return new Batch(this.#rules, this.#presenceIn);
  }

  /** Adds what a command asks for in the room of this name, or refuses it. */
  add(command: SayCommand | ChangeCommand, room: string): void {
    const { sender, id } = command;
    const action = command.kind === "change" ? command.action : undefined;
    const denial = denialOf(action, sender, room, this.#rules);
    if (denial) return sender.refuse(denial.code, denial.detail, id);
    const isModerator = action?.type === "delete" && this.#rules.mayModerate(sender, room);
    const to = command.kind === "say" ? this.#mentioned(command, room) : undefined;
    this.drafts.push(draftOf(command, room, isModerator, to));
    this.senders.push(isModerator ? this.#moderator(sender, action.of, room) : sender);
  }

  /** The people whom a message mentions: those that its sender lists, else those that it names. */
  #mentioned({ text, mentions }: SayCommand, room: string): readonly string[] | undefined {
    let to = mentions?.to;
    if (!to) {
      if (!text.includes("@")) return;
      const presence = this.#presenceIn(room);
      to = mentionsIn(text, {
        find: (fold) => presence?.idNamed(fold) ?? this.#rules.personNamed(fold, room),
        mayBegin: (text, at) => presence?.mayBegin(text, at) || this.#rules.mayBegin(text, at),
      });
    }
    const may = to.filter((id) => this.#rules.admits(id, room));
    return may.length > 0 ? may : undefined;
  }

  #moderator(sender: Sender, of: number, room: string): Sender {
    const { person, isAdmin } = sender;
    return {
      room,
      person,
      isAdmin,
      kept: (entry, shown, isOther) => {
        if (!entry.duplicate) this.#rules.moderated(person.id, room, of);
        sender.kept(entry, shown, isOther);
      },
      refuse: (code, detail, id) => sender.refuse(code, detail, id),
    };
  }

  /** Adds what was decided elsewhere, as a group. */
  record({ sender, drafts }: RecordCommand): void {
    const group = ++this.#group;
    for (const draft of drafts) {
      this.drafts.push({ ...draft, group });
      this.senders.push(sender);
    }
  }
}
