/**
 * People: everything about them in one place, as `chat.ts` opens it and the routes use it.
 *
 * The database remembers how people come in, and every server that shares it follows what it says. A
 * start that says nothing takes what is remembered; one that would let in more people than before, since
 * the secret for tokens is missing, is refused. A server without the secret admits nobody while another
 * one requires tokens.
 */

import { UsageError } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import { type Journal, UnreachableError } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { Access } from "./access.ts";
import { Accounts } from "./accounts.ts";
import { Audit } from "./audit.ts";
import { Blocks } from "./blocks.ts";
import { Bots } from "./bots.ts";
import { Directory } from "./directory.ts";
import { Flows } from "./flows.ts";
import type { Identity } from "./identity.ts";
import { Joining } from "./joining.ts";
import { Links, type NewLink } from "./links.ts";
import { Members } from "./members.ts";
import { Moderation } from "./moderation.ts";
import { Newcomers } from "./newcomers.ts";
import { OwnLogs } from "./own_logs.ts";
import { Passkeys } from "./passkeys.ts";
import { Removal } from "./removal.ts";
import { SessionStore } from "./session_store.ts";
import { Sessions } from "./sessions.ts";

/** How people come in, and whether browsers reach the chat over TLS only. */
export interface PeopleOptions {
  /** What the operator says; undefined: as the database remembers. */
  readonly access: "open" | "invite" | undefined;
  /** The operator's own program signs tokens. */
  readonly usesTokens: boolean;
  readonly isSecure: boolean;
}

/** The people of one chat. */
export class People {
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly store: SessionStore;
  readonly members: Members;
  readonly links: Links;
  readonly bots: Bots;
  readonly access: Access;
  readonly own: OwnLogs;
  readonly audit: Audit;
  readonly blocks: Blocks;
  readonly moderation: Moderation;
  readonly #newcomers: Newcomers;
  readonly joining: Joining;
  readonly flows: Flows;
  readonly passkeys: Passkeys;
  readonly accounts: Accounts;
  readonly removal: Removal;
  readonly #cleaning: ReturnType<typeof setInterval>;

  private constructor(directory: Directory, journal: Journal, log: Log, options: PeopleOptions) {
    const { usesTokens, isSecure } = options;
    this.directory = directory;
    this.sessions = new Sessions(() => journal.secret, isSecure);
    this.store = new SessionStore(directory, this.sessions);
    this.members = new Members(directory);
    this.links = new Links(directory, this.members);
    this.bots = new Bots(directory, this.members);
    this.own = new OwnLogs(journal, log);
    this.audit = new Audit(journal, log);
    this.blocks = new Blocks(directory);
    this.#newcomers = new Newcomers(directory, journal, log);
    const { members, audit, blocks } = this;
    const newcomers = this.#newcomers;
    this.access = new Access({ directory, members, newcomers, audit, blocks, usesTokens });
    this.moderation = new Moderation({ directory, members, access: this.access, audit });
    this.joining = new Joining(this);
    this.flows = new Flows(directory, () => journal.secret);
    this.passkeys = new Passkeys(this);
    this.accounts = new Accounts(this);
    this.removal = new Removal(this);
    this.#cleaning = setInterval(() => void this.removal.cleanUp(), LIMITS.cleanUpMs);
  }

  /**
   * Reads the directory, and follows it until {@linkcode People.close}.
   *
   * @throws {UsageError} if more people could come in than before, and the operator has not said so
   */
  static async open(journal: Journal, log: Log, options: PeopleOptions): Promise<People> {
    const directory = await Directory.open(journal, log);
    try {
      await rememberAccess(directory, options);
    } catch (error) {
      directory.close();
      throw error;
    }
    const people = new People(directory, journal, log, options);
    directory.listen((kind) => {
      const access = directory.get("access", "mode");
      if (kind === "access") log.warn("access changed", { access, here: people.access.mode });
    });
    return people;
  }

  /** Whether an identity that was found still counts. */
  isCurrent({ id, session, bot }: Identity): boolean {
    const { mode, usesTokens } = this.access;
    if (bot !== undefined) return this.bots.get(bot) !== undefined;
    if (this.access.isBanned(id)) return false;
    if (session !== undefined) return this.store.isCurrent({ member: id, hash: session }, mode);
    return usesTokens || mode === "open" && !this.store.hasEnded(id);
  }

  /**
   * For a chat with invitations: whether the directory is known to be up to date.
   *
   * @throws {UnreachableError} if the journal has not been reached for too long
   */
  checkFresh(): void {
    const { mode } = this.access;
    if (mode === "invite" && this.directory.age > LIMITS.directoryStaleMs) {
      throw new UnreachableError();
    }
  }

  /** Whether people come by invitation, and there is nobody yet who could invite them. */
  get needsAdmin(): boolean {
    return this.access.mode === "invite" && this.members.admins === 0;
  }

  /** A link by the operator that makes an admin, for one use within an hour. */
  inviteAdmin(): Promise<NewLink> {
    const expires = Date.now() + LIMITS.adminLinkMs;
    return this.links.create({ kind: "invite", by: "", role: "admin", expires });
  }

  /** Stops following the directory. */
  close(): void {
    clearInterval(this.#cleaning);
    void this.own.close();
    this.#newcomers.close();
    this.directory.close();
  }
}

async function rememberAccess(directory: Directory, options: PeopleOptions): Promise<void> {
  const asked = options.usesTokens ? "token" : options.access;
  await directory.change("", () => {
    const before = directory.get("access", "mode") ?? "open";
    if (before === "token" && !asked) {
      throw new UsageError(
        "this database was used with tokens only: give --auth-secret-file, or say with --access " +
          "who may come in",
      );
    }
    const isNew = asked !== undefined && asked !== before;
    return { puts: isNew ? [["access", "mode", asked]] : [], result: undefined };
  });
}
