/**
 * What the search asks its Worker, and what that answers. All of it can be copied between threads.
 */

import type { Indexed } from "./document.ts";

/** How the index is opened. */
export interface IndexOptions {
  /** The file, which is created if there is none, or `:memory:`. */
  readonly path: string;
  /** The numbering that it must be of; an index of another one is thrown away. */
  readonly epoch: string;
  /** After how long deleted words are erased, and how long after the last time, in milliseconds. */
  readonly eraseMs: number;
  readonly restMs: number;
}

/** An index that is open. */
export interface Opened {
  /** The file; undefined in memory. */
  readonly path: string | undefined;
  /** Why an index that was there could not be used, if so. */
  readonly discarded: string | undefined;
}

/** The newest entry of a room, as the journal says. */
export interface RoomHead {
  readonly name: string;
  readonly seq: number;
  readonly at: number;
}

/** Up to which entry a room is indexed; 0 if it is not. */
export interface Position {
  readonly room: string;
  readonly seq: number;
  /** The time of that entry. */
  readonly at: number;
}

/** The next entries of a room. */
export interface RoomBatch {
  readonly room: string;
  /** The position that they follow; if the index has another one, nothing is done. */
  readonly after: number;
  /** The last of them and its time: the next position. */
  readonly seq: number;
  readonly at: number;
  /** New messages, in order. */
  readonly added: readonly Indexed[];
  /** Older messages whose text has changed. */
  readonly changed: readonly Indexed[];
  /** Older messages that were deleted. */
  readonly deleted: readonly number[];
  /** Messages below this number are not kept any more; undefined: not known. */
  readonly oldest: number | undefined;
}

/** A place in the results: behind the message `seq` of this room and time. */
export interface Place {
  readonly at: number;
  readonly seq: number;
  readonly room: string;
}

/** A query of the index. */
export interface IndexQuery {
  /** In FTS5's syntax. */
  readonly expression: string;
  /** Whether it searches all open rooms; and further rooms by name. */
  readonly isOpen: boolean;
  readonly rooms: readonly string[];
  /** Only messages of this time or later. */
  readonly after: number;
  /** Only messages before this time, or behind this place. */
  readonly before: number | Place;
  readonly limit: number;
}

/** The newest matches. */
export interface Matches {
  /** Newest first. */
  readonly found: readonly Place[];
  /** There may be more; they are behind this. */
  readonly next: number | Place | undefined;
  /** It ran out of time, so `found` may have fewer than the limit although there are more. */
  readonly isCut: boolean;
}

/** The requests of the index, by name: what each takes, and what it answers. */
export interface Requests {
  open(options: IndexOptions): Opened;
  /** The positions of those of these rooms that are behind or have another history. */
  behind(heads: readonly RoomHead[]): Position[];
  write(batches: readonly RoomBatch[]): void;
  /** Forgets a room. */
  forget(room: string): void;
  /** Forgets everything, and is of this epoch from now on. */
  reset(epoch: string): void;
  find(query: IndexQuery): Matches;
  /** The size of the index in bytes. */
  size(): number;
  close(): void;
}

/** A request as it is sent. */
export type Request = {
  [K in keyof Requests]: {
    readonly id: number;
    readonly kind: K;
    readonly argument: Parameters<Requests[K]>[0];
  };
}[keyof Requests];

/** An answer as it is sent: to the request with this id. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
