/** The limits of searching: queries, results, and how the index follows the rooms. */

export const SEARCH_LIMITS = {
  /** A query, in characters; its words, `from:`s and `in:`s; and their parts in all. */
  query: 1_000,
  terms: 16,
  tokens: 64,
  /** Part of an indexed word, in UTF-16 code units. */
  token: 64,
  /** The shortest beginning of a word that finds it, in scripts that write spaces. */
  prefix: 3,
  page: 50,
  pageDefault: 20,
  /** Matches that are read at once to see whether words follow each other in them. */
  candidates: 100,
  /** The text of a snippet, and what is shown of it before the first hit, in code units. */
  snippet: 200,
  lead: 40,
  /** Searches that wait or run: of one address, and in all. */
  perAddress: 4,
  waiting: 64,
  /** With more matches than this, the newest are looked for one part of a room after the other. */
  matches: 5_000,
  /** For how long one query looks for more, in the index and among what that has found. */
  queryMs: 250,
  /** Numbers of a room that share one part of the index; the times of two parts fill a page. */
  chunk: 480,
  /** How often it is looked which rooms have grown, and when for the first time. */
  pollMs: 2_000,
  startMs: 2_000,
  /** The pause after a failure. */
  retryMs: 5_000,
  /** Rooms that one look asks for, first and at most; and of the list of all rooms at once. */
  rooms: 16,
  roomsMost: 256,
  roomsListed: 200,
  /** Rooms that are known to be behind. */
  behind: 10_000,
  /** Entries that are read at once, and of one room before the next one's turn. */
  batch: 200,
  turn: 5_000,
  /**
   * The loop is busy if a turn of it takes this long; then the index waits, less once it is late. With more
   * messages in a second than these it always waits.
   */
  busyMs: 5,
  busyRate: 1_000,
  restMs: 250,
  lateMs: 20_000,
  restWhenLateMs: 20,
  /** How long a search waits for the index to catch up, and how much that reads. */
  catchUpMs: 200,
  catchUpEntries: 2_000,
  /** Messages in one transaction of the index, and how long it stays open without more. */
  commit: 2_000,
  commitMs: 100,
  /** FTS5's pages, in bytes: small, since a place in a long list is found by its page. */
  pageBytes: 1_000,
  /** Pages that one step of merging writes, and messages after which it is merged at the earliest. */
  mergePages: 128,
  mergeMessages: 10_000,
  /** Nothing was written for this long: then the index is merged that has only grown. */
  quietMs: 1_000,
  /** Free pages that one step takes out of the file. */
  shrinkPages: 256,
  /** Deleted words are erased together: after this time, and this long after the last time. */
  eraseMs: 15_000,
  restBetweenErasing: 35_000,
  /** How long closing goes on erasing. */
  closeMs: 1_500,
  /** Servers on one machine that keep an index in the same folder. */
  indexes: 16,
} as const;
