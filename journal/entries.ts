/**
 * The entries of a room's log, and the drafts that become them: what a message and a change consist of,
 * and why a draft is refused. What a journal promises about them is in `journal.ts`.
 */

interface DraftBase {
  readonly room: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The person's id. */
  readonly from: string;
  /** The person's name, `""` without one. */
  readonly name: string;
  /** Chosen by the sender, so that the command can be sent again without being kept twice. */
  readonly id: string | undefined;
}

/** A file that a message names, as everybody sees it; what is kept of it is in `files/`. */
export interface Attachment {
  /** 26 characters that nobody can guess. */
  readonly id: string;
  /** Without a path, and without anything invisible. */
  readonly name: string;
  /** The media type that its first bytes show, without a charset. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Of an image, as it is shown, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** What the sender says it shows, for those who do not see it. */
  readonly alt?: string;
}

/** A message before it is kept. */
export interface MessageDraft extends DraftBase {
  /** 64 hex digits. */
  readonly avatar: string | undefined;
  readonly text: string;
  /** The message that it answers. */
  readonly reply?: number;
  /** The members that it mentions. */
  readonly to?: readonly string[];
  /** The files that it names. None at all: one that was asked for cannot be named. */
  readonly files?: readonly Attachment[];
}

/** The action of a change. `of` is the message that it changes. */
export type Action =
  | { readonly type: "edit"; readonly of: number; readonly text: string }
  | { readonly type: "delete"; readonly of: number }
  | { readonly type: "react"; readonly of: number; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly of: number; readonly on: boolean }
  | { readonly type: "room"; readonly topic: string }
  | SetAction;

/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * Sets a key of a log to a value: a record of one of the server's own logs, such as a member or a read
 * mark. Two values are the same if their JSON is, the order of names included.
 *
 * A key begins with a letter from A to Z or a to z, has {@linkcode LIMITS.key} characters at most and
 * no control characters; `topic` is taken. `null` says that the key has no value any more; the key
 * itself is never forgotten, so whatever comes and goes without end must use a fixed set of keys again.
 */
export interface SetAction {
  readonly type: "set";
  readonly key: string;
  readonly value: Json;
}

/**
 * A condition for a change, besides that its message exists and is not deleted. `by` and `version` are
 * for changes of a message, `newest` and `larger` for those that set a key; they are refused as
 * `not_allowed` and `changed`.
 */
export interface Condition {
  /** The message was written by this member. */
  readonly by?: string;
  /** The version of the message's text: the seq of its newest edit, or its own. */
  readonly version?: number;
  /**
   * The newest change of the key has this `seq`; 0: there is none. It is checked even if the value
   * would stay the same, so of two who take the last use of something, one is refused.
   */
  readonly newest?: number;
  /** The value is a number, and larger than the key's, if that has a number. */
  readonly larger?: true;
}

/** A change before it is kept. */
export interface ChangeDraft extends DraftBase {
  readonly action: Action;
  readonly condition?: Condition;
  /**
   * Drafts that follow each other in one `append`, of one room and with the same group, are kept all or
   * none: if one is refused, all are, for the same reason. They set different keys (or the topic), and
   * there are {@linkcode LIMITS.group} at most.
   */
  readonly group?: number;
}

/** An entry before it is kept. */
export type Draft = MessageDraft | ChangeDraft;

/** Added to the entry in an answer of `append`. */
interface Answered {
  /** It was kept before, under the same id, or it would have changed nothing. */
  readonly duplicate?: true;
  /** The room's name, where the draft named it in another case or width. */
  readonly keptIn?: string;
}

/** The people who reacted with one emoji: their number, and the first of them. */
export interface Reaction {
  readonly count: number;
  /** {@linkcode LIMITS.reactionFrom} ids at most. */
  readonly from: readonly string[];
}

/** A message as it is now. */
export interface Message extends Omit<MessageDraft, "room">, Answered {
  readonly kind: "message";
  readonly seq: number;
  /** The seq of its newest change, if it has any. */
  readonly v?: number;
  /** When its text was last edited, and the `seq` of that edit. */
  readonly edited?: number;
  readonly textVersion?: number;
  /** Its text is gone. */
  readonly deleted?: true;
  /** By emoji, {@linkcode LIMITS.reactionEmoji} at most, in the order of their first reaction. */
  readonly reactions?: Readonly<Record<string, Reaction>>;
}

/** A change as it was kept. */
export interface Change extends Omit<ChangeDraft, "room" | "condition" | "group">, Answered {
  readonly kind: "change";
  readonly seq: number;
  /** For a reaction: the number of this emoji afterwards. */
  readonly count?: number;
}

/** Entries that were superseded; a reader misses nothing. */
export interface Skip extends Answered {
  readonly kind: "skip";
  readonly seq: number;
  /** The first of them; `seq` is the last. */
  readonly from: number;
  /** The time of the last; if that is not kept any more, of the next entry that is. */
  readonly at: number;
  /** The id of a single one. */
  readonly id?: string;
}

/** An entry of a room's log. */
export type LogEntry = Message | Change | Skip;

/**
 * The reason for which a draft is refused: its message is deleted or does not exist, or one of its files
 * cannot be named (`gone`); its message was written by somebody else (`not_allowed`); its text or its key
 * has changed since, or its value is not larger (`changed`); its id belongs to another command, or it is
 * invalid in itself (`bad_command`); or it could not be kept now (`overloaded`).
 */
export type AppendRefusal = "gone" | "not_allowed" | "changed" | "bad_command" | "overloaded";

/** A file of a draft cannot be named, whatever the reason. */
export function fileGone(): AppendError {
  const detail = "a file is not there, not yours, of another room, or in a message already";
  return new AppendError("gone", detail);
}

/** A draft that was not kept. `cause` is the reason, unless the sender is to blame. */
export class AppendError extends Error {
  override name = "AppendError";
  readonly code: AppendRefusal;

  constructor(code: AppendRefusal, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
  }
}

/**
 * The message that a draft becomes under the number `seq`.
 *
 * @param notBefore the time of the entry before it
 */
export function toMessage(draft: MessageDraft, seq: number, notBefore = 0): Message {
  const { from, name, avatar, text, id, reply, to, files } = draft;
  const at = Math.max(draft.at, notBefore);
  const message: Message = { kind: "message", seq, at, from, name, avatar, text, id };
  if (reply === undefined && to === undefined && files === undefined) return message;
  return {
    ...message,
    ...(reply !== undefined && { reply }),
    ...(to !== undefined && { to }),
    ...(files !== undefined && { files }),
  };
}
