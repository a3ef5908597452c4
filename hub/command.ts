/** The commands to the hub: everything that happens in a room is one. */

import type { Action, MessageDraft } from "../journal/journal.ts";
import type { Member, Room, Sender } from "./room.ts";

/** What a message may have beside its text. */
export type Mentions = Pick<MessageDraft, "reply" | "to">;

/** A command to the hub. */
export type Command =
  | { kind: "say"; sender: Sender; text: string; id: string | undefined; more: Mentions }
  | { kind: "change"; sender: Sender; action: Action; id: string | undefined; version?: number }
  | { kind: "join" | "leave" | "typing"; member: Member }
  | { kind: "rename"; member: Member; name: string }
  | { kind: "opened"; asked: string; room: Room; fresh: boolean }
  | { kind: "failed"; asked: string; error: unknown }
  | { kind: "flushPresence" | "news"; room: Room };
