/** The commands to the hub: everything that happens in a room is one. */

import type { Action, ChangeDraft, MessageDraft } from "../journal/journal.ts";
import type { Member, Room, Sender } from "./room.ts";

/** What a message may have beside its text. */
export type Mentions = Pick<MessageDraft, "reply" | "to" | "files">;

/** Says something. */
export interface SayCommand {
  readonly kind: "say";
  readonly sender: Sender;
  readonly text: string;
  readonly id?: string;
  readonly mentions?: Mentions;
}

/** Changes a message or a room. */
export interface ChangeCommand {
  readonly kind: "change";
  readonly sender: Sender;
  readonly action: Action;
  readonly id?: string;
  /** The version of the text that an editor saw. */
  readonly version?: number;
}

/** Records changes of one room, all or none, which were decided elsewhere. */
export interface RecordCommand {
  readonly kind: "record";
  readonly sender: Sender;
  readonly drafts: readonly ChangeDraft[];
}

/** A command to the hub. */
export type Command =
  | SayCommand
  | ChangeCommand
  | RecordCommand
  | { readonly kind: "join" | "leave" | "typing"; readonly member: Member }
  | { readonly kind: "rename"; readonly member: Member; readonly name: string }
  | {
    readonly kind: "opened";
    readonly asked: string;
    readonly room: Room;
    readonly fresh: boolean;
  }
  | { readonly kind: "failed"; readonly asked: string; readonly error: unknown }
  | { readonly kind: "flushPresence" | "news"; readonly room: Room };
