/**
 * A journal in Redis (or Valkey), shared by any number of servers, its nodes. `scripts.ts` documents
 * the keys, `encoding.ts` what they hold.
 *
 * What is kept is also published, and every node that is subscribed to the room takes it from there.
 * Numbers are given by Redis alone; this journal remembers none.
 *
 * While Redis is away everything is rejected with {@linkcode UnreachableError} at once. When it is back
 * the epoch is compared first, then every subscription reads what it missed. A node that finds that
 * Redis has lost messages gives the numbering a new epoch, and every subscription breaks.
 */

import type { Config } from "../../config/config.ts";
import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import type { RedisCounters } from "../../telemetry/redis_counters.ts";
import {
  type AppendError,
  type Draft,
  type ImportTarget,
  type LogEntry,
  type MessagePage,
  type PageQuery,
  type Reaction,
  type RoomQuery,
  type RoomState,
  type RoomSummary,
  type SettingsPage,
  type SettingsQuery,
  type Subscription,
  UnreachableError,
} from "../journal.ts";
import { RedisActivity } from "./activity.ts";
import { RedisEpoch } from "./epoch.ts";
import { type Call, RedisLink } from "./link.ts";
import { RedisNodes } from "./nodes.ts";
import { RedisLogs } from "./room_logs.ts";
import { rewriteFiles } from "./rewriter.ts";
import { RedisRooms } from "./rooms.ts";
import { PROBES, SECRET } from "./scripts.ts";
import { check, learnSecret, openingError, warnOfSettings } from "./startup.ts";
import type { RedisSubscription } from "./subscription.ts";
import { RedisSubscriptions } from "./subscriptions.ts";
import { RedisTrimmer } from "./trimmer.ts";
import { upgrade } from "./upgrade.ts";

/** Keeps messages in Redis. */
export class RedisJournal implements ImportTarget {
  readonly #log: Log;
  readonly #link: RedisLink;
  readonly #epoch: RedisEpoch;
  readonly #nodes: RedisNodes;
  readonly #rooms: RedisRooms;
  readonly #trimmer: RedisTrimmer;
  readonly #subscriptions: RedisSubscriptions;
  readonly #logs: RedisLogs;
  readonly #activity: RedisActivity;
  #secret = "";
  #looking = false;
  #looks: ReturnType<typeof setInterval> | undefined;

  private constructor(url: string, keep: number, log: Log) {
    this.#log = log;
    this.#link = new RedisLink(url, {
      greet: (call) => this.#greet(call),
      back: () => this.#back(),
      away: (error) => log.error("redis is away", { error }),
    });
    this.#epoch = new RedisEpoch(this.#link, () => {
      this.counters.epochChanges++;
      log.error("redis has lost messages: all rooms begin a new epoch", { epoch: this.epoch });
      this.#subscriptions.break();
    });
    this.#nodes = new RedisNodes(this.#link, (alive, missed) => {
      this.#subscriptions.dropDeadNodes(alive, missed);
      this.#activity.follow(alive);
    });
    this.#rooms = new RedisRooms(this.#link, this.#nodes, log);
    this.#trimmer = new RedisTrimmer(this.#link, keep);
    const services = {
      link: this.#link,
      nodes: this.#nodes,
      list: (room: string) => void this.#rooms.touch(room, 0),
      unlist: (room: string) => void this.#rooms.unlistIfEmpty(room).catch(() => {}),
      after: (room: string, seq: number, limit: number) => this.after(room, seq, limit),
      lost: () => this.#renewEpoch(),
    };
    // Channels belong to all databases of a Redis, keys to one.
    const database = Number(new URL(url).pathname.slice(1));
    const prefix = database ? `${database}/` : "";
    this.#subscriptions = new RedisSubscriptions(services, prefix);
    this.#activity = new RedisActivity(this.#link, this.#nodes.self, prefix);
    const [rooms, subscriptions] = [this.#rooms, this.#subscriptions];
    this.#logs = new RedisLogs({ ...services, keep, rooms, subscriptions });
  }

  /**
   * Connects to the Redis at `url`.
   *
   * @throws {JournalError} if it cannot be used, saying why
   */
  static async open(
    url: string,
    { keep, log }: Pick<Config, "keep"> & { log: Log },
  ): Promise<RedisJournal> {
    const journal = new RedisJournal(url, keep, log);
    try {
      await journal.#link.open();
      await upgrade(journal.#link, journal.#rooms);
      await journal.#nodes.beat();
      await warnOfSettings((...words) => journal.#link.call(...words), log);
    } catch (error) {
      journal.#link.close();
      throw openingError(url, error as Error);
    }
    journal.#looks = setInterval(() => journal.#look(), LIMITS.beatMs);
    return journal;
  }

  get epoch(): string {
    return this.#epoch.value;
  }

  /** What happens between this server and Redis. */
  get counters(): RedisCounters {
    return this.#link.counters;
  }

  get secret(): string {
    return this.#secret;
  }

  // The link.

  async #greet(call: Call): Promise<void> {
    try {
      await check(call);
      await this.#learn(call);
    } catch (error) {
      // On a cluster the node of these keys may be away while others have rooms. What is known is
      // true until the next look, which compares it.
      const known = this.#link.cluster && this.#secret !== "";
      if (!known || !(error instanceof UnreachableError)) throw error;
    }
  }

  /** Learns the epoch and the secret. */
  async #learn(call: Call): Promise<void> {
    await this.#epoch.learn(call);
    this.#secret = await learnSecret(call, this.#secret);
  }

  #back(): void {
    if (this.#looks === undefined) return;
    this.#log.info("redis is back");
    this.#subscriptions.back();
    this.#activity.back();
  }

  /** Redis has less than was shown: what clients have is no longer true. */
  async #renewEpoch(): Promise<void> {
    try {
      await this.#epoch.renew();
    } catch (error) {
      this.#log.error("journal failed", { error });
    }
  }

  /** Periodically: is Redis there and the same, which nodes are alive, has anything been missed? */
  async #look(): Promise<void> {
    if (this.#looking || !this.#link.up) return;
    this.#looking = true;
    this.#rooms.retry();
    const results = await Promise.allSettled([
      this.#link.ping(),
      this.#learn((...words) => this.#link.call(...words)),
      this.#nodes.beat(),
      this.#trimmer.step(),
      ...this.#subscriptions.some().map(([room, subscription]) => this.#lookAt(room, subscription)),
    ]);
    this.#looking = false;
    const reasons = results.flatMap((result) => result.status === "rejected" ? result.reason : []);
    const errors = new Map(reasons.map((error: Error) => [error.message, error]));
    // A link that is down has reported that.
    if (this.#link.up) {
      for (const error of errors.values()) this.#log.error("look failed", { error });
    }
  }

  async #lookAt(room: string, subscription: RedisSubscription): Promise<void> {
    const { seq: before } = subscription;
    const { seq, fields } = await this.#rooms.glance(room, LIMITS.hereSeconds);
    // What has come meanwhile is newer than what was seen.
    const same = seq === before || subscription.seq !== before;
    if (!same || !subscription.presence.matches(fields)) this.#subscriptions.resync(subscription);
  }

  // Entries.

  append(drafts: readonly Draft[]): Promise<(LogEntry | AppendError)[]> {
    return this.#logs.append(drafts);
  }

  after(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    return this.#logs.after(room, seq, limit);
  }

  before(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    return this.#logs.before(room, seq, limit);
  }

  page(room: string, query: PageQuery): Promise<MessagePage> {
    return this.#logs.page(room, query);
  }

  state(room: string): Promise<RoomState> {
    return this.#logs.state(room);
  }

  settings(log: string, query: SettingsQuery): Promise<SettingsPage> {
    return this.#logs.settings(log, query);
  }

  messagesUpTo(room: string, seq: number): Promise<number> {
    return this.#logs.messagesUpTo(room, seq);
  }

  reaction(room: string, seq: number, emoji: string, after?: string): Promise<Reaction> {
    return this.#logs.reaction(room, seq, emoji, after);
  }

  hasReacted(room: string, seq: number, emoji: string, member: string): Promise<boolean> {
    return this.#logs.hasReacted(room, seq, emoji, member);
  }

  files(room: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#logs.files(room, ids);
  }

  forgetFiles(room: string, ids: readonly string[]): Promise<void> {
    return this.#logs.forgetFiles(room, ids);
  }

  resolve(room: string): Promise<string> {
    return this.#rooms.resolve(room);
  }

  rooms(query: RoomQuery): Promise<RoomSummary[]> {
    return this.#rooms.query(query, (room) => this.#subscriptions.get(room) !== undefined);
  }

  async adoptIdentity(epoch: string, secret: string): Promise<void> {
    await this.#link.call("SET", SECRET, secret);
    this.#secret = secret;
    await this.#epoch.set(epoch);
  }

  importEntries(room: string, entries: readonly LogEntry[], messages: number): Promise<void> {
    return this.#logs.import(room, entries, messages);
  }

  subscribe(room: string, seq: number, notify: () => void): Promise<Subscription> {
    return this.#subscriptions.subscribe(room, seq, notify);
  }

  publishActivity(notes: readonly string[]): Promise<void> {
    return this.#activity.publish(notes);
  }

  listenActivity(listener: (notes: readonly string[]) => void, missed: () => void): void {
    void this.#activity.listen(listener, missed);
  }

  /** On a cluster, of every node. A Redis forgets in memory at once, but not in its files. */
  async erase(): Promise<string | undefined> {
    const reasons = await Promise.all(this.#link.urls.map(async (url) => {
      const reason = await rewriteFiles(url);
      return reason && `${new URL(url).host}: ${reason}`;
    }));
    return reasons.filter((reason) => reason !== undefined).join("; ") || undefined;
  }

  /** On a cluster one node that can be written is enough: the rooms of the others are not all. */
  async ready(): Promise<boolean> {
    const seconds = String(LIMITS.probeSeconds);
    const keys = this.#link.cluster ? PROBES : PROBES.slice(0, 1);
    const probes = keys.map((key) => this.#link.check("SET", key, "1", "EX", seconds));
    return (await Promise.all(probes)).includes(true);
  }

  /** Everybody has left the rooms by now; what was sent last is waited for. */
  async close(): Promise<void> {
    clearInterval(this.#looks);
    await this.#nodes.leave().catch(() => {});
    this.#link.close();
  }
}
