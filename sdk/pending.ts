/**
 * What the commands in an outbox will do once they are kept, so that it can be shown until then.
 *
 * The room's state does not contain it: that is what the server says. Commands that were refused for
 * good do nothing.
 */

import type { Draft } from "./outbox_store.ts";

/** What will be done to one message. */
export interface PendingChange {
  /** Its new text. */
  readonly text?: string;
  readonly deleted?: true;
  /** By emoji: whether this person will have reacted with it. */
  readonly reactions?: Readonly<Record<string, boolean>>;
  readonly pinned?: boolean;
}

/** What will be done in a room. */
export interface Pending {
  /** By the number of the message. */
  readonly messages: ReadonlyMap<number, PendingChange>;
  readonly topic?: string;
}

/**
 * What these drafts will do; a later one counts more than an earlier one.
 *
 * @example
 * ```ts
 * pendingOf(room.outbox.drafts).messages.get(12)?.text; // the edit of message 12 that waits
 * ```
 */
export function pendingOf(drafts: Iterable<Draft>): Pending {
  const messages = new Map<number, PendingChange>();
  let topic: string | undefined;
  for (const { command, failed } of drafts) {
    if (failed || command.type === "say") continue;
    if (command.type === "room") topic = command.topic ?? topic;
    else messages.set(command.of, { ...messages.get(command.of), ...changeOf(command, messages) });
  }
  return topic === undefined ? { messages } : { messages, topic };
}

type OnMessage = Exclude<Draft["command"], { type: "say" | "room" }>;

function changeOf(command: OnMessage, before: ReadonlyMap<number, PendingChange>): PendingChange {
  switch (command.type) {
    case "edit":
      return { text: command.text };
    case "delete":
      return { deleted: true };
    case "react": {
      const { reactions } = before.get(command.of) ?? {};
      return { reactions: { ...reactions, [command.emoji]: command.on } };
    }
    case "pin":
      return { pinned: command.on };
  }
}
