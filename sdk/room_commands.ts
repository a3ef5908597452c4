/**
 * What can be done in a room: each method puts a command into the outbox.
 *
 * Each resolves when the command is kept or refused for good, and never rejects. A command that has
 * nothing to change is kept too: as the entry that did it before. Until then `pending` shows it; the
 * state changes only by what the server sends.
 */

import { textVersionOf } from "./changes.ts";
import type { SayCommand } from "./commands.ts";
import type { Outbox, Outcome } from "./outbox.ts";
import { type Pending, pendingOf } from "./pending.ts";
import type { RoomState } from "./room_state.ts";

/** A room's commands. */
export abstract class RoomCommands {
  /** What the server has sent. */
  abstract readonly state: RoomState;
  /** What it is not yet known to have kept. */
  abstract readonly outbox: Outbox;

  /** What the commands that wait will do. */
  get pending(): Pending {
    return pendingOf(this.outbox.drafts);
  }

  /** Says something, perhaps as the answer to a message, to certain people, or with files. */
  say(text: string, more: Pick<SayCommand, "reply" | "to" | "files"> = {}): Promise<Outcome> {
    const { reply, to, files } = more;
    return this.outbox.add({ type: "say", text, reply, to, files });
  }

  /**
   * Gives one of one's own messages another text. Refused (`changed`) if the text is no longer the one
   * that is shown, as far as its version is known.
   */
  edit(seq: number, text: string): Promise<Outcome> {
    const message = this.state.message(seq);
    // An edit that waits will have made another version, which has no number yet.
    const isPending = this.pending.messages.get(seq)?.text !== undefined;
    const v = message && !isPending ? textVersionOf(message) : undefined;
    return this.outbox.add({ type: "edit", of: seq, text, v });
  }

  /** Deletes a message. */
  remove(seq: number): Promise<Outcome> {
    return this.outbox.add({ type: "delete", of: seq });
  }

  /** Reacts to a message with an emoji, or withdraws that. */
  react(seq: number, emoji: string, on: boolean): Promise<Outcome> {
    return this.outbox.add({ type: "react", of: seq, emoji, on });
  }

  /** Pins a message, or unpins it. */
  pin(seq: number, on: boolean): Promise<Outcome> {
    return this.outbox.add({ type: "pin", of: seq, on });
  }

  /** Sets the room's topic; an empty one removes it. */
  setTopic(topic: string): Promise<Outcome> {
    return this.outbox.add({ type: "room", topic });
  }
}
