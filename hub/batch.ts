/**
 * A batch: the drafts that one append gives to the journal, and their senders.
 *
 * Permission is checked as a command becomes a draft, right before its entry gets its number. A command
 * that is not allowed is refused to its sender and is not in the batch.
 */

import type { Draft } from "../journal/journal.ts";
import type { ChangeCommand, RecordCommand, SayCommand } from "./command.ts";
import { draftOf } from "./draft.ts";
import { mentionsIn, type Names } from "./mentions.ts";
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
  /** The time of its entries, which is that of the first; 0 before it. */
  #at = 0;
  /** The names in the room of the last message that may have one. */
  #names: RoomNames | undefined;

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
    this.#at ||= Date.now();
    this.drafts.push(draftOf(command, room, this.#at, isModerator, to));
    this.senders.push(isModerator ? this.#moderator(sender, action.of, room) : sender);
  }

  /** The people whom a message mentions: those that its sender lists, else those that it names. */
  #mentioned({ text, mentions }: SayCommand, room: string): readonly string[] | undefined {
    const to = mentions?.to ?? (text.includes("@") ? mentionsIn(text, this.#namesIn(room)) : []);
    if (to.length === 0) return;
    const may = to.filter((id) => this.#rules.admits(id, room));
    return may.length > 0 ? may : undefined;
  }

  #namesIn(room: string): RoomNames {
    const presence = this.#presenceIn(room);
    if (this.#names?.isOf(room, presence)) return this.#names;
    return this.#names = new RoomNames(room, presence, this.#rules);
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

/** The names that a text in a room may mention: of everybody who is present, and of people who are known. */
class RoomNames implements Names {
  readonly #room: string;
  readonly #presence: Presence | undefined;
  readonly #rules: Rules;

  constructor(room: string, presence: Presence | undefined, rules: Rules) {
    this.#room = room;
    this.#presence = presence;
    this.#rules = rules;
  }

  isOf(room: string, presence: Presence | undefined): boolean {
    return this.#room === room && this.#presence === presence;
  }

  find(fold: string): string | undefined {
    return this.#presence?.idNamed(fold) ?? this.#rules.personNamed(fold, this.#room);
  }

  mayBegin(text: string, at: number): boolean {
    return this.#presence?.mayBegin(text, at) || this.#rules.mayBegin(text, at);
  }
}
