/**
 * Who may do what: decided where a change is drafted, for a room that everybody may enter.
 *
 * What must still be true when the change gets its number (a message exists, was written by its
 * editor) becomes a condition, which the journal checks.
 */

import type { Action, Condition } from "../journal/journal.ts";

/** Whoever asks for a change. */
export interface Asker {
  readonly person: { readonly id: string };
  readonly isAdmin: boolean;
}

/**
 * People edit and delete their own messages, admins delete any; everybody reacts, pins and sets the
 * topic.
 *
 * @param version the version of the text that an editor saw
 */
export function conditionOf(action: Action, asker: Asker, version?: number): Condition {
  const isOwnOnly = action.type === "edit" || action.type === "delete" && !asker.isAdmin;
  return { by: isOwnOnly ? asker.person.id : undefined, version };
}
