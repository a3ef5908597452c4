/** The limits of what is known of people, and of the connection for all rooms. */

export const PEOPLE_LIMITS = {
  /** How often servers look whether the directory has changed, and how often a change is tried. */
  directoryMs: 1_000,
  directoryTries: 16,
  /** The pause before it is tried again, longer for each try; and the changes that wait for a turn. */
  directoryRetryMs: 5,
  directoryWaiting: 1_000,
  /** A server that has not reached the directory for this long admits nobody by invitation. */
  directoryStaleMs: 5_000,
  /** The random part of a hidden room's address, in characters. */
  address: 26,
  /** The title of a private room, in characters. */
  title: 100,
  /** People in a private room, in a direct room, and that one command adds or removes. */
  roomMembers: 1_000,
  directMembers: 8,
  membersAtOnce: 40,
  /** Hidden rooms in all, and of one person that a list by activity considers. */
  hiddenRooms: 200_000,
  hiddenRoomsListed: 1_000,
  /** Open rooms in which somebody is looked for, to know what they are called. */
  roomsSearched: 500,
  /** People of a hidden room that a list of rooms names. */
  peopleListed: 8,
  /** Commands of a hidden room whose ids are remembered with it. */
  commandsRemembered: 16,
  /** How often what a room's log shows is compared with the directory after one change. */
  roomLogTries: 16,
  /** Changes of one hidden room that wait for each other on one server. */
  changesWaiting: 100,
  /** Visitors whose names are looked for among those who are present. */
  visitorsNamed: 20,
  /** People whom one person blocks. */
  blocks: 1_000,
  /** Rooms that are closed to newcomers, the people known to have spoken in one, and messages read for it. */
  closedRooms: 100,
  speakers: 10_000,
  speakersRead: 100_000,
  /** The longest mute, and the longest time for which a room is closed, in seconds. */
  moderationSeconds: 365 * 24 * 60 * 60,
  /** Records that have ended and are removed with another change. */
  cleanedUp: 20,
  /** Sessions, unused links and bots of one person. */
  sessions: 30,
  links: 30,
  bots: 100,
  /** A line between `hubbub admin` and the server, in characters. */
  adminLength: 16 * 1024 * 1024,
  /** Rooms that are named for one bot, and the body of what a hook receives, in bytes. */
  botRooms: 50,
  hookBytes: 256 * 1024,
  /** Members, and recorded sessions of everybody; with more, a visitor's oldest one ends. */
  members: 20_000,
  sessionsInAll: 50_000,
  /** Hidden rooms that one invitation lets into. */
  inviteRooms: 20,
  /** The token of a link, in characters. */
  linkToken: 64,
  /** Members in one page of their list. */
  membersListed: 1_000,
  /** The name of a program that uses a session, in characters. */
  agent: 120,
  /** How often what does not count any more is deleted from the directory. */
  cleanUpMs: 60 * 60 * 1_000,
  /** When a session was last used is recorded this often. */
  seenMs: 60 * 60 * 1_000,
  /** For how long a link for another device can be used, and an operator's or admin's for somebody. */
  deviceLinkMs: 10 * 60 * 1_000,
  adminLinkMs: 60 * 60 * 1_000,
  /** For how long after signing in a person may add a passkey or an account. */
  provenMs: 10 * 60 * 1_000,
  /** How long a passkey may take to answer, and a person at the issuer of their account. */
  passkeyMs: 5 * 60 * 1_000,
  accountMs: 10 * 60 * 1_000,
  /** Records of the flows that have been used, and flows in one of them. */
  spentRecords: 256,
  spentFlows: 200,
  /** Passkeys and accounts of one member. */
  passkeys: 10,
  accounts: 5,
  /** A passkey's id and its public key in base64url, and what a browser sends about it, in bytes. */
  passkeyId: 1_364,
  passkeyKey: 2_800,
  passkeyBytes: 16 * 1024,
  /** How long the issuer of accounts may take to answer, in seconds. */
  issuerSeconds: 5,
  /** Numbers that are tried behind a name to make it unique. */
  namesTried: 1_000,
  /** The longest life and the most uses of an invitation. */
  inviteDays: 365,
  inviteUses: 10_000,
  /** Rooms that one connection has entered, and commands that wait for each to open. */
  roomsEntered: 200,
  earlyCommands: 100,
  /** Connections for all rooms that begin at once. */
  hellosAtOnce: 8,
  /** Rooms that `hello` lists. */
  helloRooms: 100,
  /** How often a read mark of one room is kept. */
  readMs: 1_000,
  /** Rooms of which a person's own log knows marks, mutes and stars. */
  ownRooms: 5_000,
  /** Own lines and commands of one connection that wait. */
  ownWaiting: 1_000,
  /** Mentions that are reported to a connection, and rooms that are described to it, at once. */
  mentionsReported: 50,
  /**
   * Mentions that a person's own log keeps of one room, those that wait to be kept, are kept at once, and
   * how often that is tried.
   */
  mentionsKept: 100,
  mentionsWaiting: 10_000,
  mentionsAtOnce: 100,
  mentionTries: 60,
  /** Places after an `@` where a name may end: a name in a text has fewer words and marks than these. */
  nameEnds: 8,
  /**
   * After a start: the time before the newest entry of which messages are looked at again, and the open
   * rooms with the newest entries.
   */
  recoverMs: 60_000,
  roomsRecovered: 1_000,
  /**
   * For how long activity is collected: after a pause, usually, and with more connections than these.
   */
  activityLeastMs: 50,
  activityMs: 1_000,
  manyWatchers: 1_000,
  activityManyMs: 5_000,
  /** Rooms whose activity is reported at once. */
  activeRooms: 10_000,
} as const;
