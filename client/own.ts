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
  | { readonly type: "mention"; readonly own: number; readonly mention: Mention };

/** A person's own log, as it is now. */
export interface OwnLog {
  /** Its newest entry, and the time of that. */
  readonly seq: number;
  readonly at: number;
  /** By room. */
  readonly marks: ReadonlyMap<string, ReadMark>;
  readonly muted: ReadonlySet<string>;
  readonly starred: ReadonlySet<string>;
  /** The newest ones, oldest first. */
  readonly mentions: readonly Mention[];
  /** Marks a room as read; an older mark changes nothing. */
  read(room: string, seq: number, read: number): Promise<void>;
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
