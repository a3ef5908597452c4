/**
 * Every flag, default and limit, and the relations between them.
 *
 * A `Config` that {@linkcode parseConfig} returned is valid: what reads it need not check again.
 */

import { isIPv4 } from "node:net";
import {
  choice,
  type Flag,
  flag,
  kebab,
  number,
  onOff,
  path,
  UsageError,
  valueOf,
  variable,
  words,
} from "./flags.ts";

export { UsageError };

/** Bounds that no flag moves. Bytes, milliseconds and counts, as their names say. */
export const LIMITS = {
  roomName: 64,
  userName: 64,
  idLength: 64,
  subjectLength: 128,
  emailLength: 254,
  /** Letters that wait for the hub; over it, saying is refused. */
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
  /** Messages that a room has in memory when it opens. */
  warm: 50,
  /** A frame is cut at the first message that takes it over this (UTF-16 code units). */
  frameLength: 64 * 1024,
  /** In one turn so many bytes and members are served from a room's tail, about and at most. */
  handOutBytes: 1024 * 1024,
  handOutMembers: 128,
  /**
   * A socket that holds so much is full. Small, since 500 peers that read nothing hold it 500
   * times, and enough, since what comes later waits in the log, which they share.
   */
  socketBytes: 32 * 1024,
  /** Answers to the client itself (errors, echoes) are dropped over this. */
  answerBytes: 1024 * 1024,
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
  /** Joins and leaves of a room are gathered so long, and so much longer for each member. */
  gatherMs: 100,
  gatherMsPerMember: 5,
  gatherMsMost: 1_000,
  /** In a larger room than this, presence tells only the count. */
  presenceMembers: 200,
  /** One typing notice a member in so many milliseconds; an older one is not worth sending. */
  typingMs: 2_000,
  /** Refusals beyond `--rate` that are answered before the client is ended, and at the least. */
  floodRefusals: 100,
  /** Addresses whose posts over HTTP are counted. */
  postersRemembered: 10_000,
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
  /** On the way out nobody is listened to for so long before the first is told to go. */
  hushMs: 100,
  /** In how many groups clients are told to go, the pause between two, and how long they are awaited. */
  farewells: 150,
  farewellMs: 10,
  goneMs: 300,
  shutdownMs: 4_000,
  /** The pause before listening again after the listener died. */
  relistenMs: 300,
  /** How often a stream of events that has nothing to tell says that it is there. */
  heartbeatMs: 25_000,
  /** Log lines a second; what is over is counted and told in one line. */
  logLines: 100,
  /** Rooms whose newest number a SQLite journal holds in memory. */
  roomsRemembered: 10_000,
  /** Pages of 4 KiB that SQLite's log may take before it is worked into the file. */
  walPages: 4_000,
  /** How long SQLite waits for another process's lock. */
  busyMs: 250,
  /** The terminal's client: what is typed, remembered, unsent, and replayed at first. */
  talkLine: 16_384,
  talkPast: 100,
  talkOutbox: 100,
  talkReplay: 20,
  /** Its longest pause before it comes back, and the one before it says again what was refused. */
  talkPauseMs: 30_000,
  talkAgainMs: 1_000,
  /** How long it waits on leaving until what was said is kept. */
  talkFarewellMs: 2_000,
  /** Until an answer of Redis is late, and the pause before another connection is tried. */
  redisCallMs: 1_500,
  redisRetryMs: 250,
  /** A batch is published whole up to so many characters; over it, it is read. */
  redisTold: 1024 * 1024,
  /** Messages of a room that one append forgets at most. */
  redisForget: 10_000,
  /** Messages of a room that wait to be taken, and batches behind a hole, before they are read anew. */
  followAhead: 16_384,
  followHeld: 64,
  /** Messages read at once to fill a hole. */
  followPage: 1_000,
  /** Batches whose drafts are remembered until they are published. */
  batchesRemembered: 64,
  /** Rooms that are asked for their newest message at once. */
  redisGlances: 500,
  /** Rooms that a server remembers to have left while Redis was away. */
  redisRooms: 10_000,
  /** People whose coming and going is told at once. */
  tellMost: 1_000,
  /** Messages taken over at once by migrating. */
  inheritance: 1_000,
  /** How long it stays written who is in a room that no server writes to any more. */
  hereSeconds: 3_600,
  /** How often a server says that it is alive, and how long it is believed. */
  beatMs: 3_000,
  aliveMs: 10_000,
} as const;

/** Where to listen. `host` is as it was given, `""` for every interface. */
export interface Address {
  host: string;
  port: number;
}

/** `host:port`, `[v6]:port` or `:port`, as Go writes them. */
function parseAddress(word: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(word);
  if (!match || Number(match[3]) > 65_535) return;
  const host = match[1] ?? match[2];
  if (/^[\d.]+$/.test(host) && !isIPv4(host)) return;
  return { host, port: Number(match[3]) };
}

/** An origin, as browsers send it, or `*`. */
function parseOrigin(word: string): string | undefined {
  if (word === "*") return word;
  if (!URL.canParse(word)) return;
  const { origin } = new URL(word);
  return origin === "null" ? undefined : origin;
}

/** A path, or the URL of a Redis: `redis://[user:password@]host[:port][/database]`. */
function parseStore(word: string): string | undefined {
  if (!/^(?:[a-z]+:\/\/|rediss?:)/i.test(word)) return word || undefined;
  if (!/^rediss?:\/\//.test(word) || !URL.canParse(word)) return;
  const { hostname, pathname, search, hash } = new URL(word);
  return hostname && /^\/?\d{0,5}$/.test(pathname) && !search && !hash ? word : undefined;
}

const FLAGS = {
  addr: flag(
    "HOST:PORT",
    ":8080",
    "listen address; :0 picks a free port",
    "HOST:PORT, such as :8080, 127.0.0.1:0 or [::1]:8080",
    parseAddress,
  ),
  assets: path("DIR", "serve the page from this folder (built in)"),
  db: flag(
    "WHERE",
    "chat.db",
    "where messages are kept: a SQLite file, :memory: or a shared redis://…",
    "a path, :memory:, or redis[s]://[user:password@]host[:port][/database]",
    parseStore,
  ),
  sync: choice(
    "normal survives a crash of the process, full also a loss of power",
    "normal",
    "full",
  ),
  keep: number("N", 100_000, "messages kept per room; 0 keeps all", 0, 1e9),
  replay: number(
    "N",
    50,
    "messages replayed to a client that joins without since",
    0,
    LIMITS.replay,
  ),
  tail: number("N", 1_024, "newest entries of a room held in memory", 1, 1e6),
  stall: number("SECONDS", 30, "drop a client that takes nothing for so long (4008)", 1, 3_600),
  origin: {
    ...flag(
      "URL",
      "",
      "a further allowed Origin, repeatable; * allows all (same origin)",
      "an origin such as https://example.org, or *",
      parseOrigin,
    ),
    repeatable: true,
  },
  authSecretFile: path(
    "FILE",
    "require a token (JWT, HS256) signed with the secret in this file; also CHAT_AUTH_SECRET",
  ),
  maxMessage: number("BYTES", 4_096, "largest message text, in UTF-8 bytes", 1, 1_048_576),
  rate: number("N", 20, "messages a second per client; 0 is no limit", 0, 1e6),
  burst: number("N", 200, "messages on top of the rate; 0 is no limit", 0, 1e6),
  maxClients: number("N", 10_000, "connections in all", 1, 1e6),
  maxClientsPerIp: number("N", 1_000, "connections per address; 0 is no limit", 0, 1e6),
  trustProxy: onOff("take the client's address from X-Forwarded-For"),
  cert: path("FILE", "serve TLS with this certificate chain (PEM)"),
  key: path("FILE", "and this private key (PEM)"),
  log: choice("log lines on stderr, one event a line", "text", "json"),
} satisfies Record<string, Flag<unknown>>;

type Flags = typeof FLAGS;

/** What the command line and the environment come to. */
export type Config =
  & { [K in Exclude<keyof Flags, "origin">]: NonNullable<ReturnType<Flags[K]["parse"]>> }
  & {
    origin: string[];
    /** What tokens are signed with; `""` where none are asked for. */
    authSecret: string;
  };

/** What to do: print one of two texts, or serve. */
export type Order = { print: "help" | "version" } | { serve: Config };

/**
 * Reads the command line and the environment.
 *
 * @param args the words behind the program's name
 * @param env gives the value of an environment variable
 * @throws {UsageError} naming the first word that is not accepted, why, and what would be
 */
export function parseConfig(args: string[], env: (name: string) => string | undefined): Order {
  const given = words(args, FLAGS, "help", "version");
  if (given.help) return { print: "help" };
  if (given.version) return { print: "version" };
  const authSecret = env("CHAT_AUTH_SECRET")?.trim() ?? "";
  return { serve: related({ ...values((name) => given[kebab(name)], env), authSecret }) };
}

/**
 * The configuration that these options make, checked as if they were flags; what is left out has its
 * default.
 *
 * @throws {UsageError} naming the first value that is not accepted, why, and what would be
 */
export function configure(
  options: { readonly [K in keyof Config]?: Config[K] | Readonly<Config[K]> },
): Config {
  const { addr, authSecret = "", ...others } = options;
  const given = others as Record<string, unknown>;
  const config = values((name) =>
    given[name] === undefined ? undefined : [given[name]].flat().map(String)
  );
  return related({ ...config, addr: addr ?? config.addr, authSecret });
}

function values(
  given: (name: string) => string[] | undefined,
  env: (name: string) => string | undefined = () => undefined,
): Omit<Config, "authSecret"> {
  const entries = Object.entries<Flag<unknown>>(FLAGS).map((
    [name, flag],
  ) => [name, valueOf(name, flag, given(name), env(variable(name)))]);
  return Object.fromEntries(entries);
}

/** The relations between values, checked where they meet. */
function related(config: Config): Config {
  if (config.burst === 0) config.rate = 0;
  if (!config.cert !== !config.key) {
    throw new UsageError("--cert and --key go together: give both or neither");
  }
  for (const name of ["cert", "key"] as const) {
    if (config[name]) readable(`--${name}`, config[name]);
  }
  if (config.authSecretFile) {
    config.authSecret = readable("--auth-secret-file", config.authSecretFile).trim();
    if (!config.authSecret) {
      throw new UsageError(`--auth-secret-file: "${config.authSecretFile}" is empty`);
    }
  }
  if (config.assets && !isFolder(config.assets)) {
    throw new UsageError(`--assets: "${config.assets}" is not a folder that can be read`);
  }
  return config;
}

function readable(source: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    throw new UsageError(`${source}: "${path}" is not a file that can be read`);
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** The text of `--help`: one line a flag, with its default. */
export function help(): string {
  const rows = Object.entries<Flag<unknown>>(FLAGS).map(([name, flag]) => [
    `  --${kebab(name)} ${flag.hint ?? ""}`,
    flag.help + (flag.initial ? ` (${flag.initial})` : ""),
  ]);
  rows.push(["  --help, --version", "print this, or the version"]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    "Hubbub, a chat server. Usage: hubbub [flags]",
    "",
    ...rows.map(([left, right]) => left.padEnd(width) + right),
    "",
    "hubbub talk URL is a client for the terminal, hubbub migrate takes messages to another --db, and",
    "hubbub drill breaks a server under load and counts what is lost: see each one's --help.",
    "Every flag has an environment variable: --max-clients is CHAT_MAX_CLIENTS. A flag wins.",
  ].join("\n");
}
