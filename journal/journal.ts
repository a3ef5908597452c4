/**
 * The contract of what keeps rooms' logs. Its kinds are in this folder.
 *
 * A journal numbers what it keeps: in a room the first entry is 1 and there are no holes, across
 * restarts and, where several servers share it, across all of them. There are two kinds of entry:
 * a {@linkcode Message}, which somebody said, and a {@linkcode Change}, which was done to a message
 * or to the room. What the journal promises:
 *
 * - `append` answers for each draft, in their order: with the entry it became, or with an
 *   {@linkcode AppendError} if that draft could not be kept. Once it returns, the entries survive a
 *   crash of this process. If it throws, a draft may or may not have been kept: only its `id` makes
 *   it safe to try again.
 * - A change has one key, and only the newest change of a key counts. A superseded one keeps its
 *   number, time and `id`, nothing else: it is read as a {@linkcode Skip}. A deletion supersedes
 *   every other change of its message and takes its text away; later changes of it are refused.
 * - A message is always read in its current state: with all of its changes applied.
 * - A change that carries a condition is kept only if that is true where the number is given, in the
 *   same transaction or script. One that would change nothing is answered with the entry that already
 *   did it, as a `duplicate`.
 * - An `id` is kept once in a room, for messages and changes together, superseded ones included. A
 *   draft whose `id` is there already comes back as what was kept first, as a `duplicate`, for as
 *   long as that is kept; if it asks for something else, it is refused.
 * - `at` never decreases within a room: a draft that is older than the newest entry gets its time.
 * - Reads see every append that has returned, oldest entry first, and one moment.
 * - Older messages than the newest `keep` of a room are forgotten with their changes, and of the
 *   superseded entries the newest {@linkcode LIMITS.superseded} are kept. What is missing among the
 *   kept ones is read as a `Skip`.
 * - What is shown comes from a {@linkcode Subscription}, never from what `append` answered: only the
 *   subscription knows what other servers appended in between.
 *
 * Methods may answer at once or with a promise; callers await.
 */

import type { Person } from "../hub/person.ts";

/** A value now, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

interface DraftBase {
  readonly room: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The member's id. */
  readonly from: string;
  /** What the person is called, `""` without a name. */
  readonly name: string;
  /** The sender's own name for the command, so that sending it again does not double it. */
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

/** What a change does. `of` is the message it changes. */
export type Action =
  | { readonly type: "edit"; readonly of: number; readonly text: string }
  | { readonly type: "delete"; readonly of: number }
  | { readonly type: "react"; readonly of: number; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly of: number; readonly on: boolean }
  | { readonly type: "room"; readonly topic: string };

/** What must be true for a change to be kept, beside that its message exists and is not deleted. */
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

/** What is appended. */
export type Draft = MessageDraft | ChangeDraft;

/** What an answer of `append` says beside the entry. */
interface Answered {
  /** It was there already: under the same id, or since nothing would have changed. */
  readonly duplicate?: true;
  /** The room's name, where the draft named it in another case or width. */
  readonly keptIn?: string;
}

/** Who reacted with one emoji: how many, and the first of them. */
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
  /** When its text was last edited, and by which entry. */
  readonly edited?: number;
  readonly textVersion?: number;
  /** Its text is gone. */
  readonly deleted?: true;
  /** By emoji, {@linkcode LIMITS.reactionEmoji} at most, in the order of their first reaction. */
  readonly reactions?: Readonly<Record<string, Reaction>>;
}

/** Something that was done. */
export interface Change extends Omit<ChangeDraft, "room" | "condition">, Answered {
  readonly kind: "change";
  readonly seq: number;
  /** Of a reaction: how many there are of this emoji afterwards. */
  readonly count?: number;
}

/** Entries that were superseded: nothing is missed. */
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

/** What a room's log holds. */
export type LogEntry = Message | Change | Skip;

/** Messages as HTTP gives them, read at one moment. */
export interface MessagePage {
  /** In their current state, oldest first. */
  readonly messages: readonly Message[];
  /** The newest entry at that moment, and its time. */
  readonly head: number;
  readonly at: number;
  /** Whether there are more in the direction that was asked for; of `around`, in either. */
  readonly more: boolean;
}

/** Which messages a page has: the newest before one, the oldest after one, or those around one. */
export interface PageQuery {
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly limit: number;
}

/** What a room is set to, and the entry up to which that is true. */
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
  /** How many messages were ever said in it. */
  readonly messages: number;
  /** How many people are in it on all servers, where several may share the journal. */
  readonly members?: number;
}

/** Which rooms to list. */
export interface RoomQuery {
  /** By name, after this one; by newest activity if it is left out. */
  readonly after?: string;
  /** Only names that contain this text, whatever its case and width. */
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
 * A room, followed from some entry on. Its entries come once, in order and without holes, whichever
 * server appended them.
 */
export interface Subscription {
  /** The numbering is another, or messages were forgotten before they came: subscribe again. */
  readonly broken: boolean;
  /** The entries that came since the last call, {@linkcode LIMITS.batch} at most. */
  take(): readonly LogEntry[];
  /** Who came, left and typed on other servers since the last call. */
  takePresence(): readonly RemotePresence[];
  /** Reports to the other servers that somebody is present (or has another name), or is not. */
  publishPresence(id: string, person: Person | undefined): void;
  /** Reports to the other servers that somebody types. */
  publishTyping(id: string): void;
  /** Resolves when everything that is kept by now can be taken. Rejects if that cannot be known. */
  refresh(): Awaitable<void>;
  /** Ends it: nobody on this server follows the room any more. */
  unsubscribe(): void;
}

/** What keeps messages; see above for its promises. */
export interface Journal {
  /** Names this numbering: a client that knows another epoch must forget what it has. */
  readonly epoch: string;
  /**
   * 64 hex digits that are random and belong to the database: what ids and sessions are made with.
   * Never shown or logged.
   */
  readonly secret: string;
  /** Keeps the drafts; answers for each of them, in the same order. */
  append(drafts: readonly Draft[]): Awaitable<(LogEntry | AppendError)[]>;
  /** The oldest kept entries with a larger number than `seq`, `limit` at most. */
  after(room: string, seq: number, limit: number): Awaitable<LogEntry[]>;
  /** The newest entries with a smaller number than `seq`, `limit` at most, oldest first. */
  before(room: string, seq: number, limit: number): Awaitable<LogEntry[]>;
  /** Messages alone, in their current state. */
  page(room: string, query: PageQuery): Awaitable<MessagePage>;
  /** What a room is set to. */
  state(room: string): Awaitable<RoomState>;
  /** How many messages were ever said in a room up to the entry `seq`, forgotten ones included. */
  messagesUpTo(room: string, seq: number): Awaitable<number>;
  /**
   * Those who reacted to a message with an emoji, in their order, after one of them,
   * {@linkcode LIMITS.reactionsPage} at most; `count` is of all.
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
   * Follows a room after the entry `seq`. When it resolves, everything that is kept by now can be
   * taken.
   *
   * @param notify is called once, until the next `take`, when there is something to take that this
   *   server's own `append` has not brought, or when the subscription has broken
   */
  subscribe(room: string, seq: number, notify: () => void): Awaitable<Subscription>;
  /** Whether a message could be kept right now; what `/readyz` asks. */
  ready(): Awaitable<boolean>;
  close(): Awaitable<void>;
}

/** A journal that can take over what another one kept. */
export interface ImportTarget extends Journal {
  /** Takes over the name of a numbering and the secret; only while it keeps no messages. */
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

/** The journal cannot be reached now, but may be later. What was asked of it may have been done. */
export class UnreachableError extends Error {
  override name = "UnreachableError";

  constructor() {
    super("the journal cannot be reached now");
  }
}

/**
 * Why a draft is refused: its message is deleted, or not there (`gone`), or written by somebody else
 * (`not_allowed`); its text has another version (`changed`); its id is another command's, or it is no
 * good in itself (`bad_command`); or it could not be kept now (`overloaded`).
 */
export type AppendRefusal = "gone" | "not_allowed" | "changed" | "bad_command" | "overloaded";

/** One draft was not kept. `cause` is what went wrong, where the sender is not to blame. */
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
