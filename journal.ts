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
 * Methods may answer at once or with a promise; callers await.
 */

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
export interface Said extends Omit<Draft, "room"> {
  readonly kind: "said";
  readonly seq: number;
}

/** A room that has messages. */
export interface Kept {
  readonly name: string;
  /** The newest message's number. */
  readonly seq: number;
}

/** What keeps messages; see above for its promises. */
export interface Journal {
  /** Names this numbering: a client that knows another epoch must forget what it has. */
  readonly epoch: string;
  /** Keeps the drafts and answers with what was kept, one for each draft, in the same order. */
  append(drafts: readonly Draft[]): Awaitable<Said[]>;
  /** The oldest messages with a larger number than `seq`, `limit` at most. */
  after(room: string, seq: number, limit: number): Awaitable<Said[]>;
  /** The newest messages with a smaller number than `seq`, `limit` at most, oldest first. */
  before(room: string, seq: number, limit: number): Awaitable<Said[]>;
  /** Every room that has messages. */
  rooms(): Awaitable<Kept[]>;
  /** Whether it can be reached; what `/readyz` asks. */
  ready(): Awaitable<boolean>;
  close(): Awaitable<void>;
}

/** The journal cannot be opened. The message is one line that says what to do. */
export class JournalError extends Error {
  /** Tells it from other errors. */
  override name = "JournalError";
}

/** The message that a draft becomes under the number `seq`. */
export function said(draft: Draft, seq: number): Said {
  const { at, from, name, avatar, text, id } = draft;
  return { kind: "said", seq, at, from, name, avatar, text, id };
}
