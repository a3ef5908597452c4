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
  parseWords,
  path,
  UsageError,
  valueOf,
  variable,
} from "./flags.ts";

import { LIMITS } from "./limits.ts";

export { UsageError };

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
  const given = parseWords(args, FLAGS, "help", "version");
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
    "hubbub talk URL is a client for the terminal, hubbub migrate takes messages to another --db: see",
    "each one's --help.",
    "Every flag has an environment variable: --max-clients is CHAT_MAX_CLIENTS. A flag wins.",
  ].join("\n");
}
