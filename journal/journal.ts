/**
 * The contract of a journal, which keeps messages. Its implementations are in this folder.
 *
 * A journal numbers the messages of each room from 1 without holes, across restarts, and across all
 * servers that share it. It promises:
 *
 * - `append` answers for each draft, in their order: with the message that it became, or with an
 *   {@linkcode AppendError} if it could not be kept. Once `append` returns, the messages survive a crash
 *   of this process. If it throws, each draft may or may not have been kept, and only an `id` makes it
 *   safe to try again.
 * - An `id` is kept once in a room. A draft with an `id` that is kept already is answered with the first
 *   message, as a `duplicate`, for as long as that message is kept.
 * - `at` never decreases within a room: a draft that is older than the newest message gets the time of
 *   that message.
 * - Reads see every append that has returned, oldest message first.
 * - Messages of a room other than the newest `keep` are forgotten.
 * - What is shown comes from a {@linkcode Subscription}, never from an answer of `append`, since only
 *   the subscription knows what other servers have appended in between.
 *
 * Methods may answer at once or with a promise; callers await.
 */

import type { Person } from "../hub/person.ts";
import type { RedisCounters } from "../telemetry/redis_counters.ts";

/** A value now, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** A message before it is kept. `at` is milliseconds since 1970, `avatar` 64 hex digits. */
export interface Draft {
  readonly room: string;
  readonly at: number;
  /** The person's id. */
  readonly from: string;
  /** The person's name, `""` without one. */
  readonly name: string;
  readonly avatar: string | undefined;
  readonly text: string;
  /** Chosen by the sender, so that the message can be sent again without being kept twice. */
  readonly id: string | undefined;
}

/** A message as it was kept: the only kind of entry in a room's tail that has a number. */
export interface Message extends Omit<Draft, "room"> {
  readonly kind: "message";
  readonly seq: number;
  /** In an answer of `append`: it was kept before, under the same id. */
  readonly duplicate?: true;
  /** In an answer of `append`: the room's name, where the draft named it in another case or width. */
  readonly keptIn?: string;
}

/** A room that has messages, or that people of other servers are in. */
export interface RoomSummary {
  /** As it was first written. */
  readonly name: string;
  /** The `seq` and time of the newest message, 0 in a room without any. */
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
 * A subscription to a room, after some message. Its messages come once, in order and without holes,
 * whichever server appended them.
 */
export interface Subscription {
  /** The epoch has changed, or messages were forgotten before they came: subscribe again. */
  readonly broken: boolean;
  /** The messages that came since the last call, {@linkcode LIMITS.batch} at most. */
  take(): readonly Message[];
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
  append(drafts: readonly Draft[]): Awaitable<(Message | AppendError)[]>;
  /** The oldest messages with a larger number than `seq`, `limit` at most. */
  after(room: string, seq: number, limit: number): Awaitable<Message[]>;
  /** The newest messages with a smaller number than `seq`, `limit` at most, oldest first. */
  before(room: string, seq: number, limit: number): Awaitable<Message[]>;
  /**
   * The name under which a room is kept: the name itself if there is a room of exactly this name or
   * none, else that of the oldest room whose name differs only in case or width.
   */
  resolve(room: string): Awaitable<string>;
  /** Lists rooms. Costs a few milliseconds at most, however many there are. */
  rooms(query: RoomQuery): Awaitable<RoomSummary[]>;
  /**
   * Follows a room after message `seq`. When it resolves, everything that is kept by then can be taken.
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
   * Takes over the next messages of a room, with their numbers, all or none of them. If the first does
   * not follow the newest one here, the messages in between are forgotten.
   */
  importMessages(room: string, messages: readonly Message[]): Awaitable<void>;
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

/** A draft that could not be kept; `cause` is the reason. */
export class AppendError extends Error {
  override name = "AppendError";
  /** Something is wrong with the draft itself, so it must not be tried again. */
  readonly permanent: boolean;

  constructor(cause: unknown, permanent = false) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.permanent = permanent;
  }
}

/**
 * The message that a draft becomes under the number `seq`.
 *
 * @param notBefore the time of the message before it
 */
export function toMessage(draft: Draft, seq: number, notBefore = 0): Message {
  const { from, name, avatar, text, id } = draft;
  return { kind: "message", seq, at: Math.max(draft.at, notBefore), from, name, avatar, text, id };
}
