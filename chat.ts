/**
 * The chat as one part: what a program mounts in its own `Deno.serve`, and what `main.ts` listens
 * with.
 *
 * The journal is opened first: if it cannot be used, nothing else is opened. On closing, nobody is
 * admitted or listened to any more, what was accepted is kept and shown, clients are disconnected, and
 * the journal is closed.
 */

import type { ChatOptions } from "./config/chat_options.ts";
import { type Config, configure } from "./config/config.ts";
import { LIMITS } from "./config/limits.ts";
import { parseNetwork } from "./config/network.ts";
import { Files } from "./files/files.ts";
import { filesFolder } from "./files/place.ts";
import { Admission } from "./http/admission.ts";
import { Authenticator } from "./http/authenticate.ts";
import { HostRule } from "./http/host.ts";
import { Origins } from "./http/origin.ts";
import type { AdminAnswer } from "./http/admin_socket.ts";
import { hookAddress, linkOf } from "./http/personal.ts";
import { answerAdmin } from "./people/admin/answer.ts";
import { Issuer } from "./people/issuer.ts";
import { Notifier } from "./people/notifier.ts";
import { People } from "./people/people.ts";
import type { Kind } from "./people/records.ts";
import { changeFor } from "./people/room_answers.ts";
import { Rooms } from "./people/rooms.ts";
import { openPages } from "./http/pages.ts";
import { Routes } from "./http/routes.ts";
import { Hub } from "./hub.ts";
import { Activity } from "./hub/activity.ts";
import type { Journal } from "./journal/journal.ts";
import { openJournal } from "./journal/open.ts";
import { RateLimits } from "./client/rate_limit.ts";
import { openSearch } from "./search/open.ts";
import { createLog, type Log } from "./telemetry/log.ts";
import { MessageRate } from "./telemetry/message_rate.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { PageCache } from "./client/page_cache.ts";

export type { ChatOptions };

/** A running chat. */
export interface Chat {
  /** Answers a request, upgrades included; a handler for `Deno.serve`. */
  readonly fetch: (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response>;
  /** How many connections there are. */
  readonly connections: number;
  /** Messages a second, lately. */
  readonly messageRate: number;
  /** How people come in now. */
  readonly access: "open" | "invite" | "token";
  /** Whether people come by invitation, and there is no admin yet who could invite them. */
  readonly needsAdmin: boolean;
  /**
   * A link that makes somebody an admin, once, within an hour.
   *
   * @param address where people reach the chat; the first `url` beats it
   */
  inviteAdmin(address: string | URL): Promise<string>;
  /**
   * Runs a command of `hubbub admin`. Never rejects.
   *
   * @param args the words of the command
   * @param address where people reach the chat, for links; the first `url` beats it
   */
  admin(args: readonly string[], address: string | URL): Promise<AdminAnswer>;
  /** Closes it. Does not wait for peers that do not close their connections. */
  close(): Promise<void>;
}

/**
 * Opens a chat.
 *
 * @param options those that are not as the flags' defaults
 * @param log receives events; without it they are lines of text on stderr
 * @throws {UsageError} if an option is not acceptable
 * @throws {JournalError} if messages cannot be kept where `db` says
 */
export async function openChat(
  options: ChatOptions = {},
  log: Log = createLog("text"),
): Promise<Chat> {
  const config = configure(options);
  const journal = await openJournal(config, log);
  const people = await openPeople(journal, config, log);
  const files = await openFiles(config, journal, people, log);
  const hub = new Hub(journal, log, config, people.access);
  const pages = new PageCache(journal);
  const { own, access: rules } = people;
  const activity = new Activity(journal, {
    list: hub.list,
    deleted: (message) => own.deleted(message),
    missed: () => {
      own.missed();
      void notifier.recover();
    },
    log,
  });
  const hiddenRooms = () => rules.hidden.names();
  const notifier = new Notifier({ journal, rules, own, activity, hiddenRooms, log });
  hub.observer = {
    kept(room, entry) {
      notifier.kept(room, entry);
      files?.kept(room, entry);
    },
  };
  const recovered = notifier.recover();
  const admission = new Admission(config, hub.counters);
  const rate = new MessageRate(hub.counters);
  const search = openSearch(config, journal, log, () => rate.now > LIMITS.search.busyRate);
  const metrics = new Metrics({
    hub,
    connections: admission,
    redis: journal.counters,
    search: search?.counters,
    files: files && (() => files.stats()),
  });
  const { url: [url], authSecret: secret } = config;
  const origins = new Origins(config);
  applyChanges(people, admission, activity);
  const find = (id: string) => hub.find(id) ?? admission.find(id);
  const rooms = new Rooms(people, journal, { record: hub.record, find });
  const base = url ? new URL(url).pathname.replace(/\/$/, "") : "";
  const { fetch } = new Routes({
    hub,
    journal,
    pages,
    files,
    search,
    limits: new RateLimits(config),
    log,
    config,
    admission,
    metrics,
    people,
    issuer: config.oidcIssuer ? new Issuer(config, log) : undefined,
    rooms,
    rules: people.access,
    own: people.own,
    connected: people.access.connected,
    activity,
    changeRoom: (sender, order, id) => void changeFor({ rooms, log }, sender, order, id),
    origins,
    authenticator: await Authenticator.create({ people, origins, secret }),
    hosts: new HostRule(config.url, config.cert !== ""),
    proxyTrust: {
      trustProxy: config.trustProxy,
      proxies: config.proxy.map((network) => parseNetwork(network)!),
    },
    site: openPages({
      ...config,
      base,
      access: people.access.mode,
      maxFile: files?.maxFile ?? 0,
    }, log),
    base,
  });
  return {
    fetch,
    get connections() {
      return admission.count;
    },
    get messageRate() {
      return rate.now;
    },
    get access() {
      return people.access.mode;
    },
    get needsAdmin() {
      return people.needsAdmin;
    },
    async inviteAdmin(address) {
      return linkOf(await people.inviteAdmin(), config, address);
    },
    admin: (args, address) =>
      answerAdmin(args, {
        people,
        journal,
        record: hub.record,
        leaveAll: (by, id) => rooms.leaveAll(by, id),
        linkOf: (link) => linkOf(link, config, address),
        hookOf: (token) => hookAddress(token, config, address),
      }),
    async close() {
      admission.startDraining();
      metrics.close();
      await files?.close();
      await hub.close();
      await recovered;
      await notifier.close();
      activity.close();
      await admission.drain();
      await people.own.close();
      people.close();
      pages.close();
      await search?.close();
      await journal.close();
    },
  };
}

/** The kinds of records that say whether somebody may be here at all. */
const CREDENTIALS: ReadonlySet<Kind> = new Set(["access", "member", "ended", "bot", "session"]);

/** What becomes of people reaches their connections at once, whichever server did it. */
function applyChanges(
  { directory, members }: People,
  admission: Admission,
  activity: Activity,
): void {
  let isDue = false;
  directory.listen((kind, id) => {
    const name = kind === "member" ? directory.get(kind, id)?.name : undefined;
    if (name && members.get(id)) admission.rename(id, name);
    if (kind === "closed") activity.look(id);
    // A place concerns only its room.
    if (kind === "place") admission.checkAccess(id.slice(0, id.indexOf("/")));
    if (isDue || !CREDENTIALS.has(kind)) return;
    isDue = true;
    // Once for all records that change together.
    queueMicrotask(() => {
      isDue = false;
      admission.checkAccess();
    });
  });
}

/** Opens the folder of the attachments, if they are kept. If it cannot be used, nothing stays open. */
async function openFiles(
  config: Config,
  journal: Journal,
  people: People,
  log: Log,
): Promise<Files | undefined> {
  const folder = filesFolder(config);
  if (folder === undefined) return;
  try {
    return new Files({ ...config, folder, journal, log });
  } catch (error) {
    people.close();
    await journal.close();
    throw error;
  }
}

/** If the people cannot be known, nothing stays open. */
async function openPeople(journal: Journal, config: Config, log: Log): Promise<People> {
  const { access, authSecret } = config;
  try {
    return await People.open(journal, log, {
      access: access || undefined,
      usesTokens: authSecret !== "",
      isSecure: isSecure(config),
    });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Whether browsers reach the chat over TLS, ours or that of a proxy. */
function isSecure({ url: [url], cert }: Config): boolean {
  return url ? url.startsWith("https:") : cert !== "";
}
