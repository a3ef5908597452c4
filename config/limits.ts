/**
 * The limits that no flag moves, of queues, names, frames, lists and loops.
 *
 * Their names say what they count: bytes, milliseconds, or things. The limits that an operator chooses
 * are flags, in `config.ts`.
 */

import { FILE_LIMITS } from "./file_limits.ts";
import { PEOPLE_LIMITS } from "./people_limits.ts";
import { SEARCH_LIMITS } from "./search_limits.ts";

/** Limits that no flag moves: bytes, milliseconds and counts, as their names say. */
export const LIMITS = {
  ...FILE_LIMITS,
  ...PEOPLE_LIMITS,
  roomName: 64,
  userName: 64,
  /** A name as it arrives, before invisible characters are removed, in UTF-16 code units. */
  nameLength: 512,
  idLength: 64,
  subjectLength: 128,
  emailLength: 254,
  /** Superseded entries of a room that keep their id. */
  superseded: 1_000,
  /** Entries that a log without messages keeps in a list in Redis, at the least and half the most. */
  unsettled: 2_000,
  /** The key of a record in a log, in characters; changes that are kept all or none. */
  key: 256,
  group: 100,
  /** Different emoji of a message, people listed for one emoji, and the bytes of an emoji. */
  reactionEmoji: 20,
  reactionFrom: 20,
  emojiBytes: 32,
  /** Reactions in one page over HTTP. */
  reactionsPage: 200,
  /** Pinned messages that a welcome lists, and those that an open room knows. */
  pins: 50,
  pinsKnown: 1_000,
  /** A room's topic, in characters. */
  topic: 250,
  /** Members that one message mentions. */
  mentions: 50,
  /** Commands of one client that wait until the files of an earlier one are looked up. */
  commandsHeld: 1_000,
  /** A person's id, and the key of a client without cookies, in characters. */
  memberId: 16,
  keyLeast: 32,
  keyMost: 512,
  /** Cookies of one name that are looked at. */
  cookiesTried: 4,
  /** How long a browser keeps its session. */
  sessionSeconds: 400 * 24 * 60 * 60,
  /** The name of a chat, in characters. */
  chatName: 64,
  /** Connections in all if the operator sets no limit. */
  clients: 1_000_000,
  /** File descriptors that a start tries to open, to find out how many there are. */
  descriptorsTried: 4_200,
  /** The shortest secret for tokens. */
  secretBytes: 32,
  /** Commands that wait for the hub; with more, clients' commands are refused. */
  mailbox: 65_536,
  /** Messages in one append to the journal. */
  batch: 4_096,
  /** Messages in one page of the journal, for a client that catches up. */
  page: 500,
  /** Pages that clients share, and for how long. */
  pagesShared: 16,
  pageMs: 1_000,
  /** SQLite packs this many messages of one append into a row, at the least and at most. */
  rowLeast: 16,
  rowMost: 128,
  /** Forgotten messages of a room that SQLite removes together; fewer where few are kept. */
  removedAtOnce: 1_024,
  /** Rooms that are opened at once. */
  roomsOpening: 32,
  /** Messages that a room reads into memory when it opens. */
  warm: 51,
  /** A frame ends with the message that makes it longer than this (UTF-16 code units). */
  frameLength: 64 * 1024,
  /** In one turn, a tail serves roughly this many bytes, to at most this many members. */
  fanOutBytes: 1024 * 1024,
  fanOutMembers: 128,
  /** Entries that a tail holds at most while a round of notifications takes long. */
  tailUnpublished: 16_384,
  /**
   * A socket that buffers this much is full. It is small, since 500 peers that read nothing hold it 500
   * times, and enough, since what comes later waits in the log, which they share.
   */
  socketBytes: 32 * 1024,
  /** Answers to one client alone (errors, echoes) that wait, in code units; more are dropped. */
  answersLength: 1024 * 1024,
  /** Frames that come before a client is in its room, in code units; more close the connection. */
  earlyLength: 256 * 1024,
  /** A frame from a client may be this many times `--max-message`. */
  frameFactor: 4,
  /** It may always be this large, in bytes. */
  frameBytes: 64 * 1024,
  /** The body of a request may be this much longer than a frame, for its name and id. */
  bodyBytes: 1_024,
  /** The body of a request that creates or changes a room: a topic and many ids. */
  orderBytes: 32 * 1024,
  /** Lines in a frame from a client, on the JSON wire. */
  frameLines: 1_000,
  /** How often a full socket is checked again. */
  drainMs: 5,
  /** A client that was ended for what it sends counts as quiet after this time. */
  quietMs: 250,
  /** It is closed after this time, or this many further frames, even if it is not quiet. */
  unquietMs: 2_000,
  unquietFrames: 20_000,
  /** The pause before a journal that failed is asked again. */
  retryMs: 250,
  /** How often connections are checked: stalled, expired, abandoned. */
  sweepMs: 1_000,
  /** How often the event loop's lag is measured. */
  lagMs: 100,
  /** Seconds of silence until a peer is given up; it is pinged after half of them. */
  idleSeconds: 50,
  /** Joins and leaves are collected for this long, longer for each member, up to a maximum. */
  presenceMs: 100,
  presenceMsPerMember: 5,
  presenceMsMost: 1_000,
  /** Joins and leaves that are collected; with more, everybody is listed instead. */
  presenceChanges: 1_000,
  /** In a larger room, presence reports only the count. */
  presenceMembers: 200,
  /** One typing notice per person in this time; older ones are not sent. */
  typingMs: 2_000,
  /** Refusals at once that are answered before the client is disconnected: `--burst`, or these. */
  floodRefusals: 100,
  /** People and addresses whose rates are remembered. */
  bucketsRemembered: 20_000,
  /**
   * In multiples of `--rate` and `--burst`: the messages of one address, its requests and
   * handshakes, the rooms that it creates (with the burst of its messages), and its uses of links and
   * other changes of who it is.
   */
  rateFactors: {
    perAddress: 5,
    requests: 20,
    newRooms: 0.25,
    accounts: { rate: 0.01, burst: 0.5 },
  },
  /**
   * Hidden rooms that one address creates: at once, and a second. Every server holds all of them in
   * memory.
   */
  newHiddenRooms: { burst: 200, rate: 0.1 },
  /** Until an upgrade that has not opened, and a close that is not answered, no longer count. */
  openingMs: 30_000,
  closingMs: 10_000,
  /**
   * The time between an upgrade and its answer, in which the runtime may notice that the client has
   * gone: turns of the event loop, and if a client had gone within the last `waryMs`, a random pause
   * within these bounds. Without the pause 19 to 76 of 1,000 are not noticed.
   */
  upgradeTurns: 3,
  upgradeMs: { least: 5, most: 20 },
  waryMs: 10_000,
  /** A request's URL, in characters; tokens make it long. */
  urlLength: 8_192,
  /** Messages in one page over HTTP. */
  historyPage: 200,
  historyDefault: 50,
  /** Messages replayed to one client at most, whatever it asks for. */
  replay: 10_000,
  /** An address in X-Forwarded-For, in characters. */
  addressLength: 64,
  /** A server that stops refuses commands for this long before it disconnects the first client. */
  drainWaitMs: 100,
  /** The groups in which clients are disconnected, the pause between two, and the time to go. */
  drainGroups: 150,
  drainPauseMs: 10,
  goneMs: 300,
  shutdownMs: 4_000,
  /** The pause before the server listens again after its listener has died. */
  relistenMs: 300,
  /** How often a comment is sent on a quiet event stream. */
  heartbeatMs: 25_000,
  /** Log lines a second; the others are counted, and reported in one line. */
  logLines: 100,
  /** Of refused upgrades: so many lines a second, after so many at once. */
  refusalsLogged: { rate: 1, burst: 10 },
  /** The path or origin of a request in the log, in characters. */
  loggedText: 200,
  /** Rooms in one page of their list. */
  roomsListed: 200,
  /** Rooms that a search for a name looks at in one turn of the event loop. */
  roomsScanned: 10_000,
  /** Rooms whose rows are out of date; beyond it, they are written at once. */
  roomsNoted: 1_000,
  /** Rooms whose newest number a SQLite journal holds in memory. */
  roomsRemembered: 10_000,
  /** Rooms whose rows are compared with their messages when a SQLite file is opened. */
  roomsCompared: 10_000,
  /** How often a SQLite file is checked: whether it is there, whether others write to it. */
  lookMs: 1_000,
  /** How often another writer is reported at most. */
  reportMs: 60_000,
  /** The bytes that are written to find out if a message can be kept, and how long that is valid. */
  probeBytes: 64 * 1024,
  probeMs: 100,
  /** Pages of 4 KiB that SQLite's log may have before it is written back to the file. */
  walPages: 4_000,
  /** Changes of a deleted message that are superseded at once in a SQLite file. */
  sweptAtOnce: 250,
  /** In batches of this many drafts a SQLite file is looked for once in this many milliseconds. */
  floodedBatch: 32,
  guardMs: 5,
  /** Transactions after which it is looked how long SQLite's log is. */
  commitsPerLook: 64,
  /** For how long deleted texts are collected, to be erased from a SQLite file together. */
  eraseMs: 20_000,
  /**
   * Pages of a SQLite file that are looked at, and overwritten, in one step of erasing, and the pause
   * before the next; and pages that may be to overwrite, of which it knows.
   */
  pagesScanned: 64,
  pagesScrubbed: 256,
  scrubPauseMs: 5,
  stepsAtClose: 200,
  pagesMarked: 200_000,
  /** Over how long the rate of messages is measured. */
  rateMs: 250,
  /**
   * How long after its start the server bundles the page, and when it looks again if there are more messages
   * in a second than this.
   */
  preparingMs: 2_000,
  quietRate: 100,
  /** Searching: queries, results, and how the index follows the rooms. */
  search: SEARCH_LIMITS,
  /** How long SQLite waits for another process's lock. */
  busyMs: 250,
  /** The terminal's client: what is typed, remembered, unsent, and replayed at first. */
  talkLine: 16_384,
  talkPast: 100,
  talkOutbox: 10_000,
  talkReplay: 20,
  /** Without a terminal it gives up after this long without a connection. */
  talkAwayMs: 60_000,
  /** How long it still sends when it ends: while connected, and otherwise. */
  talkFlushMs: 60_000,
  talkFarewellMs: 2_000,
  /** Until an answer of Redis is late, and the pause before another connection is tried. */
  redisCallMs: 1_500,
  redisRetryMs: 250,
  /** Until Redis must have rewritten its files. */
  rewriteMs: 10 * 60 * 1_000,
  /** Until an answer of a Redis that rewrites its files is late: its disk has much to do. */
  rewriteCallMs: 30_000,
  /** How soon the nodes of a cluster are looked for again after one of them has gone away. */
  redisRefreshMs: 1_000,
  /** The longest batch that is published whole, in characters; a longer one is read. */
  batchPublished: 1024 * 1024,
  /** Messages of a room that one append forgets at most, and changes of one message that are superseded. */
  forgottenAtOnce: 10_000,
  droppedAtOnce: 200,
  /** Messages of a room that wait to be taken, and batches behind a hole, before they are read again. */
  messagesPending: 16_384,
  noticesHeld: 64,
  /** Messages read at once to fill a hole. */
  missedPage: 1_000,
  /** Batches whose drafts are remembered until they are published. */
  batchesRemembered: 64,
  /** Rooms that one periodic look, or one part of the list, asks Redis for. */
  redisRoomsPerLook: 500,
  /** How long the key lasts with which a server tries whether Redis can be written. */
  probeSeconds: 60,
  /** How often one server moves a room up in the list of rooms in Redis. */
  listMs: 1_000,
  /** Rooms that read at once what they missed while Redis was away. */
  roomsResyncing: 64,
  /** Rooms that a server remembers to have left while Redis was away. */
  roomsLeft: 10_000,
  /** People in one publication of who came, changed and left. */
  presencePublished: 1_000,
  /** Messages taken over at once by migrating. */
  inheritance: 1_000,
  /** How long Redis keeps the list of people of a room that no server writes to any more. */
  hereSeconds: 3_600,
  /** How often a server reports that it is alive, and for how long that counts. */
  beatMs: 3_000,
  aliveMs: 10_000,
} as const;
