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
 *   already did it, as a `duplicate`. Changes of one group are kept all or none.
 * - A file is named once: a message with files is kept only if none of them was ever named in its room,
 *   which is found out where the number is given. Of a file that was named it is known whether its
 *   message is still there, until {@linkcode Journal.forgetFiles}.
 * - An `id` is kept once in a room, for messages and changes together, superseded ones included. A draft
 *   with an `id` that is kept already is answered with the first entry, as a `duplicate`, for as long as
 *   that is kept; if it asks for something else, it is refused.
 * - `at` never decreases within a room: a draft that is older than the newest entry gets the time of that
 *   entry.
 * - Reads see every append that has returned, oldest entry first, at one moment.
 * - Messages of a room other than the newest `keep` are forgotten with their changes, and of the
 *   superseded entries the newest {@linkcode LIMITS.superseded} are kept. Entries that are missing among
 *   the kept ones are read as a `Skip`.
 * - Besides rooms, there are logs that no list of rooms shows, see {@linkcode Journal.rooms}: hidden
 *   rooms, and the server's own logs, which consist of changes that set keys. All of this is true for
 *   them, too.
 * - What is shown comes from a {@linkcode Subscription}, never from an answer of `append`, since only
 *   the subscription knows what other servers have appended in between.
 *
 * Methods may answer at once or with a promise; callers await.
 */

import type { Person } from "../hub/person.ts";
import type { RedisCounters } from "../telemetry/redis_counters.ts";
import type { AppendError, Change, Draft, LogEntry, Message, Reaction } from "./entries.ts";

export * from "./entries.ts";

/** A value now, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

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
  /** The newest pinned messages, newest pin first, {@linkcode LIMITS.pinsKnown} at most. */
  readonly pins: readonly number[];
}

/** The settings to list: in the order of their keys, by code points. */
export interface SettingsQuery {
  /** Only those after this key. */
  readonly after?: string;
  /** Only those whose key begins with this. */
  readonly prefix?: string;
  readonly limit: number;
}

/** Settings, read at one moment. */
export interface SettingsPage {
  /** The newest change of each key, also where the value is `null`. Fewer than `limit` at the end. */
  readonly changes: readonly Change[];
  /** The newest entry at that moment, and its time. */
  readonly head: number;
  readonly at: number;
}

/** A room that has messages, or that people of other servers are in. */
export interface RoomSummary {
  /** As it was first written. */
  readonly name: string;
  /** The `seq` and time of the newest entry, 0 in a room without any. */
  readonly seq: number;
  readonly at: number;
  /** The number of messages that were ever said in it. */
  readonly messages: number;
  /** Where there is one, and the journal can list it at little cost. */
  readonly topic?: string;
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
  /** Instead of rooms, the logs that are not listed otherwise, by name, after `after`; alone with it. */
  readonly unlisted?: true;
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
  /** Messages up to this number have been forgotten since it began; 0: none, or it cannot know. */
  readonly forgotten: number;
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
  /**
   * The newest change of every key of a log that is not of a message. They are kept for ever, however
   * old they are.
   *
   * To follow a log of settings, read all pages and then subscribe after the `head` of the first one:
   * a change whose `seq` is not larger than what is known of its key is known already.
   *
   * @example
   * ```ts
   * const log = "@people";
   * const set = (key: string, value: Json, condition?: Condition): ChangeDraft =>
   *   ({ room: log, at: Date.now(), from: "server", name: "", id: crypto.randomUUID(),
   *     action: { type: "set", key, value }, condition, group: 1 });
   * // A name is taken once, with several servers, and the invitation is used up with it.
   * await journal.append([
   *   set("name/ann", "m1", { newest: 0 }),
   *   set("invite/x", { uses: 0 }, { newest: 17 }),
   * ]);
   * const { changes, head } = await journal.settings(log, { prefix: "name/", limit: 200 });
   * ```
   */
  settings(log: string, query: SettingsQuery): Awaitable<SettingsPage>;
  /** The number of messages that were ever said in a room up to entry `seq`. */
  messagesUpTo(room: string, seq: number): Awaitable<number>;
  /**
   * The people who reacted to a message with an emoji, in their order, after one of them,
   * {@linkcode LIMITS.reactionsPage} at most; `count` is the number of all.
   */
  reaction(room: string, seq: number, emoji: string, after?: string): Awaitable<Reaction>;
  /** Whether a member has reacted to a message with an emoji. */
  hasReacted(room: string, seq: number, emoji: string, member: string): Awaitable<boolean>;
  /**
   * The messages that name these files, by the ids of the files: 0 for a file whose message was deleted
   * or forgotten. A file that no message has ever named is left out.
   */
  files(room: string, ids: readonly string[]): Awaitable<ReadonlyMap<string, number>>;
  /** These files do not exist any more, so it need not be known that they were named. */
  forgetFiles(room: string, ids: readonly string[]): Awaitable<void>;
  /**
   * The name under which a room is kept: the name itself if there is a room of exactly this name or
   * none, else that of the oldest room whose name differs only in case or width. A log that is not
   * listed has exactly its name.
   */
  resolve(room: string): Awaitable<string>;
  /**
   * Lists rooms. Costs a few milliseconds at most, however many there are. A log whose name begins with
   * `~` (a hidden room) or `@` (one of the server's own, which no client can address) is listed only if
   * `names` has its name, or with `unlisted`.
   */
  rooms(query: RoomQuery): Awaitable<RoomSummary[]>;
  /**
   * Follows a room after entry `seq`. When it resolves, everything that is kept by then can be taken.
   *
   * @param notify called at most once until the next `take`, when the subscription has broken or has
   *   something that does not come from this server's own `append`
   */
  subscribe(room: string, seq: number, notify: () => void): Awaitable<Subscription>;
  /** Reports to the other servers that share it what has happened: notes, without line breaks. */
  publishActivity?(notes: readonly string[]): Promise<void>;
  /**
   * Calls the listener with what other servers report, or `missed` when some of it may not have arrived;
   * absent where there can be none.
   */
  listenActivity?(listener: (notes: readonly string[]) => void, missed: () => void): void;
  /** Counters of the link to where it keeps messages; absent where there is none. */
  readonly counters?: RedisCounters;
  /** Whether a message could be kept right now: the answer of `/readyz`. */
  ready(): Awaitable<boolean>;
  /**
   * Removes from the journal's files now what was deleted, edited and forgotten before. What it promises of
   * reading is true without that.
   *
   * @returns undefined if it is gone; else why not, in one line that says what to do
   */
  erase(): Awaitable<string | undefined>;
  close(): Awaitable<void>;
}

/** A journal into which another one can be copied. */
export interface ImportTarget extends Journal {
  /** Takes over an epoch and a secret; only while it has no messages. */
  adoptIdentity(epoch: string, secret: string): Awaitable<void>;
  /**
   * Takes over the next entries of a room, with their numbers, all or none of them. If the first does
   * not follow the newest one here, the entries in between are forgotten. Messages come in their current
   * state, before the changes that led to it. The first entries may be the room's settings, even if
   * they are older than the oldest kept message.
   *
   * @param messages the number of messages that were ever said in the room before the first of these
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
