/**
 * The bounds that no flag moves, of every queue, name, frame, list and loop.
 *
 * Their names say what they count: bytes, milliseconds, or things. Flags, with the bounds that an
 * operator chooses, are in `config.ts`.
 */

/** Bounds that no flag moves. Bytes, milliseconds and counts, as their names say. */
export const LIMITS = {
  roomName: 64,
  userName: 64,
  /** A name as it comes, before what cannot be seen is removed, in UTF-16 code units. */
  nameLength: 512,
  idLength: 64,
  subjectLength: 128,
  emailLength: 254,
  /** Superseded entries of a room that keep their id. */
  superseded: 1_000,
  /** Of a message: different emoji, and of one emoji those who are listed. An emoji in bytes. */
  reactionEmoji: 20,
  reactionFrom: 20,
  emojiBytes: 32,
  /** Reactions in one page over HTTP. */
  reactionsPage: 200,
  /** Pinned messages that a welcome lists. */
  pins: 50,
  /** A room's topic, in characters. */
  topic: 250,
  /** Members that one message mentions. */
  mentions: 50,
  /** A member's id, and a key that a client makes one of, in characters. */
  memberId: 16,
  keyLeast: 32,
  keyMost: 512,
  /** How long a browser keeps its session. */
  sessionSeconds: 400 * 24 * 60 * 60,
  /** What a chat is called, in characters. */
  chatName: 64,
  /** Connections in all where the operator sets no limit. */
  clients: 1_000_000,
  /** File descriptors that a start tries whether it has. */
  descriptorsTried: 4_200,
  /** The least that a secret for tokens must have. */
  secretBytes: 32,
  /** Commands that wait for the hub; beyond it, clients' commands are refused. */
  mailbox: 65_536,
  /** Messages in one append to the journal. */
  batch: 4_096,
  /** Messages in one page of the journal, for a client that catches up. */
  page: 500,
  /** Pages that clients share, and how long one is not read again. */
  pagesShared: 16,
  pageMs: 1_000,
  /** So many messages of a room in one append, and SQLite keeps so many in a row, at most. */
  rowLeast: 16,
  rowMost: 128,
  /** Rooms that are opened at once, and the pause before a room that could not be is tried again. */
  roomsOpening: 32,
  /** Messages that a room has in memory when it opens. */
  warm: 51,
  /** A frame is cut at the first message that takes it over this (UTF-16 code units). */
  frameLength: 64 * 1024,
  /** In one turn roughly this many bytes, and at most this many members, are served from a tail. */
  fanOutBytes: 1024 * 1024,
  fanOutMembers: 128,
  /** Entries that a tail holds at most while they are not yet published to slow rounds. */
  tailUnpublished: 16_384,
  /**
   * A socket that holds so much is full. Small, since 500 peers that read nothing hold it 500
   * times, and enough, since what comes later waits in the log, which they share.
   */
  socketBytes: 32 * 1024,
  /** Answers to one client alone (errors, echoes) that wait, in code units; more are dropped. */
  answersLength: 1024 * 1024,
  /** Frames that come before a client is in its room, in code units; more close the connection. */
  earlyLength: 256 * 1024,
  /** A frame from a client may be this many times `--max-message`. */
  frameFactor: 4,
  /** The body of a request may be as long as a frame and so many bytes, for its name and id. */
  bodyBytes: 1_024,
  /** Lines in a frame from a client, on the JSON wire. */
  frameLines: 1_000,
  /** How often a socket that was full is looked at again. */
  drainMs: 5,
  /** The pause before a journal that failed is asked again. */
  retryMs: 250,
  /** How often every connection is looked at: stalled, expired. */
  sweepMs: 1_000,
  /** How often the event loop's lag is measured. */
  lagMs: 100,
  /** Seconds of silence until a peer is pinged (half) and given up (whole). */
  idleSeconds: 50,
  /** How often the timer for that is set anew at most; the ping comes earlier by so much. */
  idleSetMs: 1_000,
  /** Joins and leaves are collected for this long, and this much longer for each member. */
  presenceMs: 100,
  presenceMsPerMember: 5,
  presenceMsMost: 1_000,
  /** Joins and leaves that are collected; beyond it, everybody is listed instead. */
  presenceChanges: 1_000,
  /** In a larger room than this, presence tells only the count. */
  presenceMembers: 200,
  /** One typing notice a member in so many milliseconds; an older one is not worth sending. */
  typingMs: 2_000,
  /** Refusals beyond `--rate` that are answered before the client is ended, and at the least. */
  floodRefusals: 100,
  /** People and addresses whose rates are remembered. */
  bucketsRemembered: 20_000,
  /**
   * In multiples of `--rate` and `--burst`: the messages of one address, its requests and
   * handshakes, and the rooms that it creates (with the burst of its messages).
   */
  rateFactors: { perAddress: 5, requests: 20, newRooms: 0.25 },
  /** Until an upgrade that has not opened, and a close that is not answered, no longer count. */
  openingMs: 30_000,
  closingMs: 10_000,
  /**
   * Between a request for an upgrade and its answer, for the runtime to notice that the client is
   * gone: so many turns of the event loop, and if a client was gone within the last `waryMs`, a pause
   * by chance within these bounds. Without that pause 19 to 76 of 1,000 are not noticed.
   */
  upgradeTurns: 3,
  upgradeMs: { least: 5, most: 20 },
  waryMs: 10_000,
  /** A request's URL, in characters; tokens are the longest that stands in one. */
  urlLength: 8_192,
  /** Messages in one page over HTTP. */
  historyPage: 200,
  historyDefault: 50,
  /** Messages replayed to one client at most, whatever it asks for. */
  replay: 10_000,
  /** An address in X-Forwarded-For, in characters. */
  addressLength: 64,
  /** A server that stops refuses commands for this long before the first client is told to go. */
  drainWaitMs: 100,
  /** In how many groups clients are told to go, the pause between two, and how long they may take. */
  drainGroups: 150,
  drainPauseMs: 10,
  goneMs: 300,
  shutdownMs: 4_000,
  /** The pause before listening again after the listener died. */
  relistenMs: 300,
  /** How often a stream of events that has nothing to tell says that it is there. */
  heartbeatMs: 25_000,
  /** Log lines a second; what is over is counted and told in one line. */
  logLines: 100,
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
  /** How often a SQLite file is looked at: whether it is there, whether others write to it. */
  lookMs: 1_000,
  /** How often another writer is reported at most. */
  reportMs: 60_000,
  /** What is written to try whether a message can be kept, and how long that is believed. */
  probeBytes: 64 * 1024,
  probeMs: 100,
  /** Pages of 4 KiB that SQLite's log may take before it is worked into the file. */
  walPages: 4_000,
  /**
   * How long what was deleted may be in a SQLite file, unless somebody else reads it; a file of so
   * many pages at most is then written anew.
   */
  eraseMs: 20_000,
  rewrittenPages: 512,
  /** How long SQLite waits for another process's lock. */
  busyMs: 250,
  /** The terminal's client: what is typed, remembered, unsent, and replayed at first. */
  talkLine: 16_384,
  talkPast: 100,
  talkOutbox: 10_000,
  talkReplay: 20,
  /** Without a terminal it gives up after this long without a connection. */
  talkAwayMs: 60_000,
  /** How long it goes on sending after it was told to leave: at a terminal, and otherwise. */
  talkFlushMs: 60_000,
  talkFarewellMs: 2_000,
  /** Until an answer of Redis is late, and the pause before another connection is tried. */
  redisCallMs: 1_500,
  redisRetryMs: 250,
  /** How soon the nodes of a cluster are looked for again after one of them has gone away. */
  redisRefreshMs: 1_000,
  /** A batch is published whole up to so many characters; a longer one is read. */
  batchPublished: 1024 * 1024,
  /** Messages of a room that one append forgets at most. */
  forgottenAtOnce: 10_000,
  /** Messages of a room that wait to be taken, and batches behind a hole, before they are read again. */
  messagesPending: 16_384,
  noticesHeld: 64,
  /** Messages read at once to fill a hole. */
  missedPage: 1_000,
  /** Batches whose drafts are remembered until they are published. */
  batchesRemembered: 64,
  /** Rooms that one periodic look, or one part of the list, asks Redis for. */
  redisRoomsPerLook: 500,
  /** How long the key lasts by which a server finds whether Redis can be written. */
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
