/**
 * The contract of a journal, which keeps the logs of rooms. Its implementations are in this folder.
 *
 * A journal numbers the entries of each room from 1 without holes, across restarts, and across all
 * servers that share it. There are two kinds of entry: a {@linkcode Message}, which somebody said, and a
 * {@linkcode Change}, which was done to a message or to the room. The journal promises:
 *
 * - `append` answers for each draft, in their order: with the entry that it became, or with an
 *   {@linkcode AppendError} if it could not be kept. Once `append` returns, the entries survive a crash
 *   of this process. If it throws, each draft may or may not have been kept, and only an `id` makes it
 *   safe to try again.
 * - A change has one key, and only the newest change of a key counts. A superseded one keeps its number,
 *   time and `id`, nothing else: it is read as a {@linkcode Skip}. A deletion supersedes every other
 *   change of its message and removes its text; later changes of it are refused.
 * - A message is always read in its current state: with all of its changes applied.
 * - A change with a condition is kept only if the condition is true where the number is given, in the
 *   same transaction or script. A change that would change nothing is answered with the entry that
 *   already did it, as a `duplicate`.
 * - An `id` is kept once in a room, for messages and changes together, superseded ones included. A draft
 *   with an `id` that is kept already is answered with the first entry, as a `duplicate`, for as long as
 *   that is kept; if it asks for something else, it is refused.
 * - `at` never decreases within a room: a draft that is older than the newest entry gets the time of that
 *   entry.
 * - Reads see every append that has returned, oldest entry first, at one moment.
 * - Messages of a room other than the newest `keep` are forgotten with their changes, and of the
 *   superseded entries the newest {@linkcode LIMITS.superseded} are kept. Entries that are missing among
 *   the kept ones are read as a `Skip`.
 * - What is shown comes from a {@linkcode Subscription}, never from an answer of `append`, since only
 *   the subscription knows what other servers have appended in between.
 *
 * Methods may answer at once or with a promise; callers await.
 */

import type { Person } from "../hub/person.ts";
import type { RedisCounters } from "../telemetry/redis_counters.ts";

/** A value now, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

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

/** A message before it is kept. */
export interface MessageDraft extends DraftBase {
  /** 64 hex digits. */
  readonly avatar: string | undefined;
  readonly text: string;
  /** The message that it answers. */
  readonly reply?: number;
  /** The members that it mentions. */
  readonly to?: readonly string[];
}

/** The action of a change. `of` is the message that it changes. */
export type Action =
  | { readonly type: "edit"; readonly of: number; readonly text: string }
  | { readonly type: "delete"; readonly of: number }
  | { readonly type: "react"; readonly of: number; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly of: number; readonly on: boolean }
  | { readonly type: "room"; readonly topic: string };

/** A condition for a change, besides that its message exists and is not deleted. */
export interface Condition {
  /** The message was written by this member. */
  readonly by?: string;
  /** The version of the message's text: the seq of its newest edit, or its own. */
  readonly version?: number;
}

/** A change before it is kept. */
export interface ChangeDraft extends DraftBase {
  readonly action: Action;
  readonly condition?: Condition;
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
export interface Change extends Omit<ChangeDraft, "room" | "condition">, Answered {
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

/** Messages for HTTP, read at one moment. */
export interface MessagePage {
  /** In their current state, oldest first. */
  readonly messages: readonly Message[];
  /** The newest entry at that moment, and its time. */
  readonly head: number;
  readonly at: number;
  /** Whether there are more in the direction that was asked for; of `around`, in either. */
  readonly more: boolean;
}

/** The messages of a page: the newest before one, the oldest after one, or those around one. */
export interface PageQuery {
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly limit: number;
}

/** The settings of a room, and the entry up to which they are true. */
export interface RoomState {
  readonly seq: number;
  readonly topic: string | undefined;
  /** The newest pinned messages, newest pin first, {@linkcode LIMITS.pins} at most. */
  readonly pins: readonly number[];
  /** The changes that set the room itself; they may be older than the oldest kept message. */
  readonly settings: readonly Change[];
}

/** A room that has messages, or that people of other servers are in. */
export interface RoomSummary {
  /** As it was first written. */
  readonly name: string;
  /** The newest entry's number and time; 0 in a room without any. */
  readonly seq: number;
  readonly at: number;
  /** The number of messages that were ever said in it. */
  readonly messages: number;
  /** The number of people in it on all servers, if servers can share this kind of journal. */
  readonly members?: number;
}

/** The rooms that a list should have. */
export interface RoomQuery {
  /** Ordered by name, after this one. Without it, ordered by newest activity. */
  readonly after?: string;
  /** Only rooms whose name contains this text, whatever its case and width. */
  readonly q?: string;
  /** Only the rooms that these names mean. */
  readonly names?: readonly string[];
  readonly limit: number;
}

/** Somebody on another server came (or changed their name), left, or types. */
export type RemotePresence =
  | { readonly kind: "here"; readonly person: Person }
  | { readonly kind: "gone"; readonly id: string }
  | { readonly kind: "typing"; readonly id: string };

/**
 * A subscription to a room, after some entry. Its entries come once, in order and without holes,
 * whichever server appended them.
 */
export interface Subscription {
  /** The epoch has changed, or messages were forgotten before they came: subscribe again. */
  readonly broken: boolean;
  /** The entries that came since the last call, {@linkcode LIMITS.batch} at most. */
  take(): readonly LogEntry[];
  /** The people who came, left and typed on other servers since the last call. */
  takePresence(): readonly RemotePresence[];
  /** Reports to the other servers that somebody is present (or has another name), or is not. */
  publishPresence(id: string, person: Person | undefined): void;
  /** Reports to the other servers that somebody types. */
  publishTyping(id: string): void;
  /** Resolves when everything that is kept by now can be taken. Rejects if that cannot be known. */
  refresh(): Awaitable<void>;
  /** Ends it. */
  unsubscribe(): void;
}

/** Keeps messages, with the promises above. */
export interface Journal {
  /** Names the numbering. A client that knows another epoch must forget what it has. */
  readonly epoch: string;
  /**
   * 64 random hex digits that belong to the database. Ids and sessions are computed with it, so it is
   * never shown or logged.
   */
  readonly secret: string;
  /** Keeps the drafts, and answers for each of them, in the same order. */
  append(drafts: readonly Draft[]): Awaitable<(LogEntry | AppendError)[]>;
  /** The oldest kept entries with a larger number than `seq`, `limit` at most. */
  after(room: string, seq: number, limit: number): Awaitable<LogEntry[]>;
  /** The newest entries with a smaller number than `seq`, `limit` at most, oldest first. */
  before(room: string, seq: number, limit: number): Awaitable<LogEntry[]>;
  /** A page of messages, without other entries. */
  page(room: string, query: PageQuery): Awaitable<MessagePage>;
  /** The settings of a room. */
  state(room: string): Awaitable<RoomState>;
  /** How many messages were ever said in a room up to the entry `seq`, forgotten ones included. */
  messagesUpTo(room: string, seq: number): Awaitable<number>;
  /**
   * The people who reacted to a message with an emoji, in their order, after one of them,
   * {@linkcode LIMITS.reactionsPage} at most; `count` is the number of all.
   */
  reaction(room: string, seq: number, emoji: string, after?: string): Awaitable<Reaction>;
  /** Whether a member has reacted to a message with an emoji. */
  hasReacted(room: string, seq: number, emoji: string, member: string): Awaitable<boolean>;
  /**
   * The name under which a room is kept: the name itself if there is a room of exactly this name or
   * none, else that of the oldest room whose name differs only in case or width.
   */
  resolve(room: string): Awaitable<string>;
  /** Lists rooms. Costs a few milliseconds at most, however many there are. */
  rooms(query: RoomQuery): Awaitable<RoomSummary[]>;
  /**
   * Follows a room after entry `seq`. When it resolves, everything that is kept by then can be taken.
   *
   * @param notify called at most once until the next `take`, when the subscription has broken or has
   *   something that does not come from this server's own `append`
   */
  subscribe(room: string, seq: number, notify: () => void): Awaitable<Subscription>;
  /** Counters of the link to where it keeps messages; absent where there is none. */
  readonly counters?: RedisCounters;
  /** Whether a message could be kept right now: the answer of `/readyz`. */
  ready(): Awaitable<boolean>;
  close(): Awaitable<void>;
}

/** A journal into which another one can be copied. */
export interface ImportTarget extends Journal {
  /** Takes over an epoch and a secret; only while it has no messages. */
  adoptIdentity(epoch: string, secret: string): Awaitable<void>;
  /**
   * Takes over the next entries of a room, under their own numbers, all or none of them. They come
   * after those it has; if the first does not follow the last, the entries between are forgotten.
   * Messages come in their current state, before the changes that led to it. A change that is older
   * than what it has is only taken over if it sets the room.
   *
   * @param messages how many messages were ever said in the room before the first message of them
   */
  importEntries(room: string, entries: readonly LogEntry[], messages: number): Awaitable<void>;
}

/** The journal cannot be opened. The message is one line that says what to do. */
export class JournalError extends Error {
  /** Distinguishes it from other errors. */
  override name = "JournalError";
}

/** The journal cannot be reached now. What was asked of it may have been done nevertheless. */
export class UnreachableError extends Error {
  override name = "UnreachableError";

  constructor() {
    super("the journal cannot be reached now");
  }
}

/**
 * The reason for which a draft is refused: its message is deleted or does not exist (`gone`), or was
 * written by somebody else (`not_allowed`); its text has another version (`changed`); its id belongs to
 * another command, or it is invalid in itself (`bad_command`); or it could not be kept now
 * (`overloaded`).
 */
export type AppendRefusal = "gone" | "not_allowed" | "changed" | "bad_command" | "overloaded";

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
  const { from, name, avatar, text, id, reply, to } = draft;
  const at = Math.max(draft.at, notBefore);
  const message: Message = { kind: "message", seq, at, from, name, avatar, text, id };
  if (reply === undefined && to === undefined) return message;
  return { ...message, ...(reply !== undefined && { reply }), ...(to !== undefined && { to }) };
}
