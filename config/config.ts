/**
 * The flags of the server, their defaults, and the relations between them.
 *
 * A `Config` that {@linkcode parseConfig} or {@linkcode configure} returned is valid and need not be
 * checked again.
 */

import {
  choice,
  flag,
  type Flags,
  helpLines,
  kebab,
  number,
  onOff,
  parseWords,
  path,
  repeatable,
  UsageError,
  type Values,
  valuesOf,
  variable,
  type Words,
} from "./flags.ts";
import { isFolder, readable, readSecret } from "./files.ts";
import { LIMITS } from "./limits.ts";
import { OIDC_FLAGS, relateOidc } from "./oidc.ts";
import { parseAddress, parseCidr, parseOrigin, parsePublicUrl, parseStore } from "./parsers.ts";

export { UsageError };

const FLAGS = {
  addr: flag(
    "HOST:PORT",
    ":8080",
    "listen address, IPv4 and IPv6; :0 picks a free port",
    "HOST:PORT, such as :8080, 127.0.0.1:0 or [::1]:8080",
    parseAddress,
  ),
  access: flag(
    "open|invite",
    "",
    "who may come in: anyone, or members only (as the database says, else open)",
    "open or invite",
    (word) => (["open", "invite", ""] as const).find((one) => one === word),
  ),
  url: repeatable(flag(
    "URL",
    "",
    "the public address, repeatable: for links, cookies, and the host that requests may name",
    "an http or https URL with a path at most, such as https://chat.example.org",
    parsePublicUrl,
  )),
  name: flag(
    "TEXT",
    "Hubbub",
    "what the page calls this chat",
    `a text of 1 to ${LIMITS.chatName} characters`,
    (word) => word.trim().length > LIMITS.chatName ? undefined : word.trim() || undefined,
  ),
  assets: path("DIR", "serve the page from this folder (built in)"),
  plain: choice("/ws joins queued messages with newlines, or sends each alone", "joined", "single"),
  db: flag(
    "WHERE",
    "chat.db",
    "where messages are kept: a SQLite file, :memory: or a shared redis://…",
    "a path, :memory:, or redis[s]://[user:password@]host[:port][/database], where host leads to " +
      "the master (Sentinel is not asked) or to any node of a cluster",
    parseStore,
  ),
  sync: choice(
    "normal survives a crash of the process, full also a loss of power",
    "normal",
    "full",
  ),
  files: path("DIR|off", "where attachments are kept, off for none (beside a SQLite database)"),
  maxFile: number("BYTES", 10 * 1024 * 1024, "largest attachment", 1, 1e12),
  maxFiles: number(
    "BYTES",
    5 * 1024 * 1024 * 1024,
    "all attachments together; a person or address may use a tenth",
    LIMITS.filesShare * LIMITS.fileLeast,
    1e15,
  ),
  search: flag(
    "DIR|off",
    "",
    "where the search index is kept, which can be deleted at any time (beside the database)",
    "a folder, or off",
    (word) => word,
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
  stall: number("SECONDS", 30, "drop a client that accepts nothing for this long (4008)", 1, 3_600),
  origin: repeatable(flag(
    "URL",
    "",
    "a further allowed Origin, repeatable; * allows all (same origin)",
    "an origin such as https://example.org, or *",
    parseOrigin,
  )),
  authSecretFile: path(
    "FILE",
    "require a token (JWT, HS256) signed with the secret in this file; also CHAT_AUTH_SECRET",
  ),
  ...OIDC_FLAGS,
  maxMessage: number("BYTES", 4_096, "largest message text, in UTF-8 bytes", 1, 1_048_576),
  rate: number(
    "N",
    20,
    "messages a second per person, and five times that per address; 0 is no limit",
    0,
    1e6,
  ),
  burst: number("N", 200, "messages on top of the rate; 0 is no limit", 0, 1e6),
  maxClients: number("N", 10_000, "connections in all; 0 is no limit", 0, 1e6),
  maxClientsPerIp: number("N", 1_000, "connections per address; 0 is no limit", 0, 1e6),
  trustProxy: onOff(
    "take the client's address from X-Forwarded-For of a proxy on this or a private network",
  ),
  proxy: repeatable(flag(
    "CIDR",
    "",
    "a further network whose proxies are trusted, repeatable",
    "a network such as 203.0.113.0/24 or 2001:db8::/32",
    parseCidr,
  )),
  cert: path("FILE", "serve TLS with this certificate chain (PEM)"),
  key: path("FILE", "and this private key (PEM)"),
  log: choice("log lines on stderr, one event a line", "text", "json"),
} satisfies Flags;

/** The configuration of a server. */
export type Config = Values<typeof FLAGS> & {
  /** The secret that tokens are signed with; `""`: no tokens. */
  authSecret: string;
  /** The secret that the OpenID Connect issuer gave this chat; `""`: none. */
  oidcSecret: string;
};

/** What the command line asks for: to print a text, or to serve. */
export type Order = { print: "help" | "version" } | { serve: Config };

/**
 * Reads the command line and the environment.
 *
 * @param args the words after the program's name
 * @param env gives the value of an environment variable
 * @throws {UsageError} naming the first word that is not accepted, why, and what would be
 */
export function parseConfig(args: string[], env: (name: string) => string | undefined): Order {
  const { flags } = parseWords(args, FLAGS);
  if (flags.help) return { print: "help" };
  if (flags.version) return { print: "version" };
  const authSecret = env("CHAT_AUTH_SECRET")?.trim() ?? "";
  const config = { ...valuesOf(FLAGS, flags, env), authSecret, oidcSecret: "" };
  return { serve: related(config, "CHAT_AUTH_SECRET") };
}

/**
 * The configuration of these options, which are checked as if they were flags; an option that is left
 * out has its default.
 *
 * @throws {UsageError} naming the first value that is not accepted, why, and what would be
 */
export function configure(
  options: { readonly [K in keyof Config]?: Config[K] | Readonly<Config[K]> },
): Config {
  const { addr, authSecret = "", oidcSecret = "", ...others } = options;
  const given: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) given[kebab(name)] = [value].flat().map(String);
  }
  const config = valuesOf(FLAGS, given as Words["flags"]);
  return related({ ...config, addr: addr ?? config.addr, authSecret, oidcSecret }, "authSecret");
}

/** Variables that begin like ours but are unknown: a misspelt one would be ignored silently. */
export function unknownVariables(names: Iterable<string>): string[] {
  const known = new Set(["CHAT_AUTH_SECRET", "CHAT_TOKEN", ...Object.keys(FLAGS).map(variable)]);
  return [...names].filter((name) => name.startsWith("CHAT_") && !known.has(name));
}

/** The relations between values, checked where they meet. */
function related(config: Config, secretSource: string): Config {
  if (config.burst === 0) config.rate = 0;
  config.maxClients ||= LIMITS.clients;
  if (!config.cert !== !config.key) {
    throw new UsageError("--cert and --key go together: give both or neither");
  }
  for (const name of ["cert", "key"] as const) {
    if (config[name]) readable(`--${name}`, config[name]);
  }
  if (config.authSecretFile) {
    config.authSecret = readSecret("--auth-secret-file", config.authSecretFile);
    secretSource = `--auth-secret-file: the secret in "${config.authSecretFile}"`;
  }
  checkSecret(secretSource, config.authSecret);
  if (config.authSecret && config.access) {
    throw new UsageError("--access and a secret for tokens exclude each other: give one of them");
  }
  relateOidc(config);
  if (config.assets && !isFolder(config.assets)) {
    throw new UsageError(`--assets: "${config.assets}" is not a folder that can be read`);
  }
  if (config.search && config.search !== "off" && !isFolder(config.search)) {
    throw new UsageError(`--search: "${config.search}" is not a folder`);
  }
  return config;
}

function checkSecret(source: string, secret: string): void {
  const { length } = new TextEncoder().encode(secret);
  if (length === 0 || length >= LIMITS.secretBytes) return;
  throw new UsageError(
    `${source} has ${length} bytes and can be guessed: use ${LIMITS.secretBytes} or more`,
  );
}

/** The text of `--help`: one line a flag, with its default. */
export function help(): string {
  return [
    "Hubbub, a chat server. Usage: hubbub [flags]",
    "",
    ...helpLines(FLAGS),
    "",
    "hubbub talk URL is a client for the terminal, and hubbub migrate takes messages to another",
    "--db: see each one's --help.",
    "Every flag has an environment variable: --max-clients is CHAT_MAX_CLIENTS. A flag wins.",
  ].join("\n");
}
