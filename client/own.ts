/**
 * What a connection for all rooms needs to know of its person: the contract of a person's own log.
 *
 * It is the same on all devices and servers. `people/own_logs.ts` keeps it.
 */

/** How far somebody has read a room. */
export interface ReadMark {
  readonly room: string;
  /** The newest entry that they have read. */
  readonly seq: number;
  /** How many messages there were ever up to it. */
  readonly read: number;
  /** When they read it, in milliseconds since 1970. */
  readonly at: number;
}

/** Somebody was mentioned, answered or written to directly. */
export interface Mention {
  /** Its number in the own log. */
  readonly own: number;
  readonly room: string;
  /** The message. */
  readonly seq: number;
}

/** Something that has changed; `own` is its number in the log. */
export type OwnChange =
  | { readonly type: "read"; readonly own: number; readonly mark: ReadMark }
  | {
    readonly type: "mute" | "star";
    readonly own: number;
    readonly room: string;
    readonly on: boolean;
  }
  | { readonly type: "mention"; readonly mention: Mention }
  /** A message that was a mention has been deleted. */
  | { readonly type: "gone"; readonly room: string };

/** A person's own log, as it is now. */
export interface OwnLog {
  /** Its newest entry, and the time of that. */
  readonly seq: number;
  readonly at: number;
  /** By room. */
  readonly marks: ReadonlyMap<string, ReadMark>;
  readonly muted: ReadonlySet<string>;
  readonly starred: ReadonlySet<string>;
  /** Mentions after an entry of this log, oldest first. */
  mentionsAfter(own: number): Mention[];
  /** The rooms with mentions. */
  roomsWithMentions(): Iterable<string>;
  /** The mentions in a room that are not read, and not known to be deleted. */
  unread(room: string): Mention[];
  /** The message has been deleted, or is no longer kept. */
  forget(mention: Pick<Mention, "room" | "seq">): void;
  /** Whether entry `seq` may have been written at `at`: else this is another history. */
  knows(seq: number, at: number | undefined): Promise<boolean>;
  /** Whether nothing can be remembered of a further room. */
  isFull(room: string): boolean;
  /** Marks a room as read, soon; an older mark changes nothing. */
  read(room: string, seq: number): Promise<void>;
  mute(room: string, on: boolean): Promise<void>;
  star(room: string, on: boolean): Promise<void>;
}

/** The own logs of people who are connected. */
export interface OwnLogs {
  /**
   * Opens the log of a person for one connection.
   *
   * @param changed is called for everything that changes, until `close`
   */
  open(id: string, changed: (change: OwnChange) => void): Promise<{ log: OwnLog; close(): void }>;
}
