/** The options of a chat that another program opens. */

/**
 * The options of a chat. Each is a flag of the server in camel case, except that `authSecret` is the
 * secret itself and `addr`, `cert`, `key` and `log` do not exist here. An option that is left out has the
 * flag's default, and a value that the flag would refuse is refused.
 */
export interface ChatOptions {
  /** Where messages are kept: a SQLite file, `:memory:`, or the URL of a Redis. */
  readonly db?: string;
  /** SQLite only: `normal` survives a crash of the process, `full` also a loss of power. */
  readonly sync?: "normal" | "full";
  /** The folder of the search index, which is beside the database by default; `off`: no search. */
  readonly search?: string;
  /** The folder of attachments; `off`: none are kept; by default beside a SQLite file. */
  readonly files?: string;
  /** The largest attachment, in bytes. */
  readonly maxFile?: number;
  /** All attachments together, in bytes; a person or address may use a tenth. */
  readonly maxFiles?: number;
  /** Messages kept per room; 0 keeps all. */
  readonly keep?: number;
  /** Messages replayed to a client that joins without `since`. */
  readonly replay?: number;
  /** Newest entries of a room held in memory. */
  readonly tail?: number;
  /** Seconds after which a client that accepts nothing is disconnected. */
  readonly stall?: number;
  /** Who may come in: anyone, or members only; otherwise as the database remembers, at first anyone. */
  readonly access?: "open" | "invite" | "";
  /** The public addresses; links, cookies and the hosts that requests may name come from them. */
  readonly url?: readonly string[];
  /** The name of this chat, as the page shows it. */
  readonly name?: string;
  /** The folder of another page than the built-in one. */
  readonly assets?: string;
  /** Further origins whose pages may connect; `*` allows all. */
  readonly origin?: readonly string[];
  /** The secret that tokens (JWT, HS256) are signed with, 32 bytes or more; `""`: no tokens. */
  readonly authSecret?: string;
  /** The OpenID Connect issuer with whose accounts members sign in; needs `url` and `oidcClient`. */
  readonly oidcIssuer?: string;
  /** What the issuer calls this chat: its client id. */
  readonly oidcClient?: string;
  /** The secret that the issuer gave this chat; none for public clients. */
  readonly oidcSecret?: string;
  /** Whether anyone with an account of the issuer may become a member. */
  readonly oidcJoin?: boolean;
  /** The largest message text, in bytes of UTF-8. */
  readonly maxMessage?: number;
  /** Messages a second per person, and five times that per address; 0 is no limit. */
  readonly rate?: number;
  /** Messages on top of the rate. */
  readonly burst?: number;
  /** Connections in all; 0 is no limit. */
  readonly maxClients?: number;
  /** Connections per address; 0 is no limit. */
  readonly maxClientsPerIp?: number;
  /** Whether the client's address is taken from `X-Forwarded-For` of a proxy on a private network. */
  readonly trustProxy?: boolean;
  /** Further networks whose proxies are trusted, such as `203.0.113.0/24`. */
  readonly proxy?: readonly string[];
  /** Whether `/ws` joins queued messages with newlines, or sends one in each frame. */
  readonly plain?: "joined" | "single";
}
