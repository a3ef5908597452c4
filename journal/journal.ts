/**
 * The contract of what keeps messages. Its kinds stand in `journal/`.
 *
 * A journal numbers what it keeps: in a room the first message is 1 and there are no holes, across
 * restarts and, where several servers share it, across all of them. What it promises:
 *
 * - `append` keeps all of its drafts or, when it throws, none; when it returns they survive a
 *   crash of this process.
 * - An `id` is kept once in a room. A draft whose `id` is there already comes back as the message
 *   that was kept first, whoever says it, for as long as that message is kept.
 * - Reads see every append that has returned, oldest message first.
 * - Older messages than the newest `keep` of a room are forgotten.
 *
 * One that several servers share cannot keep a batch of several rooms as a whole: it keeps all or
 * none of each room's drafts, and where some could not be kept `append` throws {@linkcode PartialAppendError}.
 * It has `follow`, and what is shown is what that gives, not what `append` answered: only it knows
 * what the others said in between.
 *
 * Methods may answer at once or with a promise; callers await.
 */

import type { Person } from "../hub/person.ts";

/** A value now, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** A message before it is kept. `at` is milliseconds since 1970, `avatar` 64 hex digits. */
export interface Draft {
  readonly room: string;
  readonly at: number;
  /** The member's id; a person keeps it as long as they are known by the same email or token. */
  readonly from: string;
  /** What the person is called, `""` for somebody who gave no name. */
  readonly name: string;
  readonly avatar: string | undefined;
  readonly text: string;
  /** What the sender calls the message, to say it again without doubling it. */
  readonly id: string | undefined;
}

/** A message as it was kept: the one kind of entry in a room's tail that has a number. */
export interface Message extends Omit<Draft, "room"> {
  readonly kind: "message";
  readonly seq: number;
  /** Where a shared journal's `append` answers with it: it was there already, under the same id. */
  readonly duplicate?: true;
}

/** A room that has messages. */
export interface RoomSummary {
  readonly name: string;
  /** The newest message's number. */
  readonly seq: number;
  /** How many people are in it on all servers, where a journal is shared by some. */
  readonly members?: number;
}

/** Somebody came (or has another name), went, or types: on another server. */
export type RemotePresence =
  | { readonly kind: "here"; readonly person: Person }
  | { readonly kind: "gone"; readonly id: string }
  | { readonly kind: "typing"; readonly id: string };

/**
 * A room of a shared journal, followed from some message on. Its messages come once, in order and
 * without holes, whoever appended them.
 */
export interface Subscription {
  /** The numbering is another, or messages were forgotten before they came: follow it anew. */
  readonly broken: boolean;
  /** The messages that came since the last call, a batch at most; it stirs if there are more. */
  take(): readonly Message[];
  /** Who came, went and typed on other servers since the last call. */
  takePresence(): readonly RemotePresence[];
  /** Tells the other servers that somebody is here now (or has another name), or is not. */
  publishPresence(id: string, person: Person | undefined): void;
  /** Tells the other servers that somebody types. */
  publishTyping(id: string): void;
  /** Resolves when everything that is kept by now can be taken. Rejects if that cannot be known. */
  refresh(): Promise<void>;
  /** Follows no more; nobody of this server is in the room any more. */
  stop(): void;
}

/** What keeps messages; see above for its promises. */
export interface Journal {
  /** Names this numbering: a client that knows another epoch must forget what it has. */
  readonly epoch: string;
  /** Keeps the drafts and answers with what was kept, one for each draft, in the same order. */
  append(drafts: readonly Draft[]): Awaitable<Message[]>;
  /** The oldest messages with a larger number than `seq`, `limit` at most. */
  after(room: string, seq: number, limit: number): Awaitable<Message[]>;
  /** The newest messages with a smaller number than `seq`, `limit` at most, oldest first. */
  before(room: string, seq: number, limit: number): Awaitable<Message[]>;
  /** Every room that has messages. */
  rooms(): Awaitable<RoomSummary[]>;
  /**
   * Follows a room behind the message `seq`; only where several servers share the journal. When it
   * resolves, everything that is kept by now can be taken, and who is elsewhere be heard.
   *
   * @param stir is called when there is something to take or to hear, or it has broken
   */
  subscribe?(room: string, seq: number, stir: () => void): Promise<Subscription>;
  /** Whether it can be reached; what `/readyz` asks. */
  ready(): Awaitable<boolean>;
  close(): Awaitable<void>;
}

/** A journal that can take over what another one kept. */
export interface ImportTarget extends Journal {
  /** Takes over the name of a numbering; only while it keeps no messages of its own. */
  setEpoch(epoch: string): Awaitable<void>;
  /**
   * Takes over the next messages of a room, under their own numbers, all or none of them. They stand
   * behind those it has; where the first does not follow on the last, those between are forgotten.
   */
  importMessages(room: string, messages: readonly Message[]): Awaitable<void>;
}

/** The journal cannot be opened. The message is one line that says what to do. */
export class JournalError extends Error {
  /** Tells it from other errors. */
  override name = "JournalError";
}

/** The journal cannot be reached now, but may be later. What was asked of it may have been done. */
export class UnreachableError extends Error {
  override name = "Unreachable";

  constructor() {
    super("the journal cannot be reached now");
  }
}

/** Some rooms of a batch could not be kept. */
export class PartialAppendError extends Error {
  override name = "PartlyKept";
  /** As `append` answers; undefined where a draft was not kept. */
  readonly kept: (Message | undefined)[];

  constructor(kept: (Message | undefined)[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.kept = kept;
  }
}

/** The message that a draft becomes under the number `seq`. */
export function toMessage(draft: Draft, seq: number): Message {
  const { at, from, name, avatar, text, id } = draft;
  return { kind: "message", seq, at, from, name, avatar, text, id };
}
