/**
 * The contract of what keeps messages. Its kinds are in this folder.
 *
 * A journal numbers what it keeps: in a room the first message is 1 and there are no holes, across
 * restarts and, where several servers share it, across all of them. What it promises:
 *
 * - `append` answers for each draft, in their order: with the message it became, or with an
 *   {@linkcode AppendError} if that draft could not be kept. Once it returns, the messages survive a
 *   crash of this process. If it throws, a draft may or may not have been kept: only its `id` makes
 *   it safe to try again.
 * - An `id` is kept once in a room. A draft whose `id` is there already comes back as the message
 *   that was kept first, as a `duplicate`, for as long as that message is kept.
 * - `at` never decreases within a room: a draft that is older than the newest message gets its time.
 * - Reads see every append that has returned, oldest message first.
 * - Older messages than the newest `keep` of a room are forgotten.
 * - What is shown comes from a {@linkcode Subscription}, never from what `append` answered: only the
 *   subscription knows what other servers appended in between.
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
  /** The member's id. */
  readonly from: string;
  /** What the person is called, `""` without a name. */
  readonly name: string;
  readonly avatar: string | undefined;
  readonly text: string;
  /** The sender's own name for the message, so that sending it again does not double it. */
  readonly id: string | undefined;
}

/** A message as it was kept: the one kind of entry in a room's tail that has a number. */
export interface Message extends Omit<Draft, "room"> {
  readonly kind: "message";
  readonly seq: number;
  /** In an answer of `append`: it was there already, under the same id. */
  readonly duplicate?: true;
  /** In an answer of `append`: the room's name, where the draft named it in another case or width. */
  readonly keptIn?: string;
}

/** A room that has messages, or that people of other servers are in. */
export interface RoomSummary {
  /** As it was first written. */
  readonly name: string;
  /** The newest message's number and time; 0 in a room without any. */
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
 * A room, followed from some message on. Its messages come once, in order and without holes,
 * whichever server appended them.
 */
export interface Subscription {
  /** The numbering is another, or messages were forgotten before they came: subscribe again. */
  readonly broken: boolean;
  /** The messages that came since the last call, {@linkcode LIMITS.batch} at most. */
  take(): readonly Message[];
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
   * Follows a room after the message `seq`. When it resolves, everything that is kept by now can be
   * taken.
   *
   * @param notify is called once, until the next `take`, when there is something to take that this
   *   server's own `append` has not brought, or when the subscription has broken
   */
  subscribe(room: string, seq: number, notify: () => void): Awaitable<Subscription>;
  /** What is counted of the link to where it keeps messages; absent where there is none. */
  readonly counters?: RedisCounters;
  /** Whether a message could be kept right now; what `/readyz` asks. */
  ready(): Awaitable<boolean>;
  close(): Awaitable<void>;
}

/** A journal that can take over what another one kept. */
export interface ImportTarget extends Journal {
  /** Takes over the name of a numbering and the secret; only while it keeps no messages. */
  adoptIdentity(epoch: string, secret: string): Awaitable<void>;
  /**
   * Takes over the next messages of a room, under their own numbers, all or none of them. They come
   * after those it has; if the first does not follow the last, the messages between are forgotten.
   */
  importMessages(room: string, messages: readonly Message[]): Awaitable<void>;
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

/** One draft could not be kept. `cause` is what went wrong. */
export class AppendError extends Error {
  override name = "AppendError";
  /** Trying again is no use: something is wrong with the draft itself. */
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
