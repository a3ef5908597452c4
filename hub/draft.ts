/** Drafts: what a command that is to be kept asks the journal for. */

import type { Draft } from "../journal/journal.ts";
import type { ChangeCommand, SayCommand } from "./command.ts";
import { conditionOf } from "./permissions.ts";

/**
 * The draft of a command in the room of this name. A moderator may delete what others said there.
 *
 * @param at the time of the batch that it is in
 * @param to the people whom a message mentions
 */
export function draftOf(
  command: SayCommand | ChangeCommand,
  room: string,
  at: number,
  isModerator: boolean,
  to?: readonly string[],
): Draft {
  const { sender, id } = command;
  const { id: from, name, avatar } = sender.person;
  if (command.kind === "say") {
    const { text, mentions } = command;
    if (!mentions && !to) return { room, at, from, name, avatar, text, id };
    const { reply, files } = mentions ?? {};
    return { room, at, from, name, avatar, text, id, reply, to, files };
  }
  const { action, version } = command;
  const condition = conditionOf(action, sender, isModerator, version);
  return { room, at, from, name, id, action, condition };
}
