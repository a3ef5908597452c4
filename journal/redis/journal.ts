/**
 * A journal in Redis (or Valkey), shared by any number of servers. `redis_scripts.ts` says what
 * stands there.
 *
 * A batch is one script for each room in it. What it keeps it also publishes, and everybody who
 * follows the room takes it from there, the server that appended it too. Numbers are given by Redis
 * alone; this journal remembers none.
 *
 * While Redis is away everything is rejected with {@linkcode UnreachableError} at once. When it is back
 * the epoch is compared first, then every room that is followed reads what it missed. Whoever finds
 * that Redis has lost messages gives the numbering a new epoch, and every following breaks.
 */

import type { Config } from "../../config/config.ts";
import { LIMITS } from "../../config/limits.ts";
import { foldName } from "../../hub/room_name.ts";
import type { Draft, ImportTarget, RoomQuery, RoomSummary, Subscription } from "../journal.ts";
import { selectRooms } from "../room_query.ts";
import { createSecret } from "../secret.ts";
import { AppendError, type Message, UnreachableError } from "../journal.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Reply } from "./client.ts";
import type { RedisFollowing } from "./subscription.ts";
import { RedisFollowings } from "./subscriptions.ts";
import { type Call, RedisLink } from "./link.ts";
import { check, openingError } from "./startup.ts";
import { APPEND, EPOCH, GLANCE, INHERIT, keysOf, NAMES, RENEW, ROOMS, SECRET } from "./scripts.ts";
import { RedisServers } from "./nodes.ts";
import { fromAppend, fromEntry, toId, toText } from "./encoding.ts";

/** Keeps messages in Redis. */
export class RedisJournal implements ImportTarget {
  readonly #keep: number;
  readonly #log: Log;
  readonly #link: RedisLink;
  readonly #servers: RedisServers;
  readonly #followings: RedisFollowings;
  #epoch = "";
  #secret = "";
  #looking = false;
  #looks: ReturnType<typeof setInterval> | undefined;

  private constructor(url: string, keep: number, log: Log) {
    this.#keep = keep;
    this.#log = log;
    this.#link = new RedisLink(url, {
      greet: (call) => this.#greet(call),
      back: () => this.#back(),
      away: (error) => log.error("redis is away", { error }),
    });
    this.#servers = new RedisServers(this.#link, (alive, missed) => {
      this.#followings.outlive(alive, missed);
    });
    // Channels belong to all databases of a Redis, keys to one.
    const database = Number(new URL(url).pathname.slice(1));
    const reports = {
      after: (room: string, seq: number, limit: number) => this.after(room, seq, limit),
      lost: () => void this.#renew(),
    };
    const prefix = database ? `${database}/` : "";
    this.#followings = new RedisFollowings(this.#link, this.#servers, reports, prefix);
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
      await journal.#servers.look();
    } catch (error) {
      journal.#link.close();
      throw openingError(url, error as Error);
    }
    journal.#looks = setInterval(() => journal.#look(), LIMITS.beatMs);
    return journal;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get secret(): string {
    return this.#secret;
  }

  // The link.

  async #greet(call: Call): Promise<void> {
    await check(call);
    await this.#learnEpoch(call);
    await call("SET", SECRET, createSecret(), "NX");
    this.#secret = String(await call("GET", SECRET));
  }

  #back(): void {
    if (this.#looks === undefined) return;
    this.#log.info("redis is back");
    this.#servers.back();
    this.#followings.back();
  }

  async #learnEpoch(call: Call): Promise<void> {
    await call("SET", EPOCH, crypto.randomUUID(), "NX");
    this.#believe(String(await call("GET", EPOCH)));
  }

  #believe(epoch: string): void {
    if (epoch === this.#epoch) return;
    const first = this.#epoch === "";
    this.#epoch = epoch;
    if (first) return;
    this.#log.error("redis has lost messages: the rooms are numbered anew", { epoch });
    this.#followings.break();
  }

  /** Redis knows less than was shown: what clients have is no longer true. */
  async #renew(): Promise<void> {
    try {
      const epoch = await this.#link.run(RENEW, [EPOCH], [this.#epoch, crypto.randomUUID()]);
      this.#believe(String(epoch));
    } catch (error) {
      this.#log.error("journal failed", { error });
    }
  }

  /** Now and then: is Redis there, is it the same, who is alive, has anything been missed? */
  async #look(): Promise<void> {
    if (this.#looking || !await this.ready()) return;
    this.#looking = true;
    try {
      await this.#learnEpoch((...words) => this.#link.call(...words));
      await this.#servers.look();
      await Promise.all(this.#followings.some().map(([room, it]) => this.#lookAt(room, it)));
    } catch (error) {
      this.#log.error("journal failed", { error });
    } finally {
      this.#looking = false;
    }
  }

  async #lookAt(room: string, following: RedisFollowing): Promise<void> {
    const { seq, presence } = following;
    if (!presence.settled) presence.doubt();
    await this.#link.call("EXPIRE", keysOf(room).here, String(LIMITS.hereSeconds));
    if ((await this.#glance(room)).seq !== seq && following.seq === seq) following.read();
  }

  async #glance(room: string): Promise<{ seq: number; fields: number }> {
    const { log, here } = keysOf(room);
    const [seq, fields] = await this.#link.run(GLANCE, [log, here], []) as number[];
    return { seq, fields };
  }

  // Messages.

  async append(drafts: readonly Draft[]): Promise<(Message | AppendError)[]> {
    const rooms = Map.groupBy(drafts.keys(), (index) => drafts[index].room);
    if (rooms.size === 1) return await this.#appendTo(drafts[0].room, drafts);
    const kept: (Message | AppendError)[] = [];
    await Promise.all(Array.from(rooms, async ([room, indexes]) => {
      try {
        const messages = await this.#appendTo(room, indexes.map((index) => drafts[index]));
        indexes.forEach((index, n) => kept[index] = messages[n]);
      } catch (error) {
        for (const index of indexes) kept[index] = new AppendError(error);
      }
    }));
    return kept;
  }

  async #appendTo(asked: string, drafts: readonly Draft[]): Promise<Message[]> {
    const room = await this.#claim(asked);
    const { log, ids } = keysOf(room);
    const known = this.#followings.get(room)?.seq ?? 0;
    const batch = this.#followings.nameBatch(drafts);
    const words = [String(this.#keep), String(known), this.#followings.channelOf(room), batch];
    for (const draft of drafts) words.push(toText(draft), toId(draft.id));
    try {
      const answer = await this.#link.run(APPEND, [log, ids], words) as Reply[];
      if (answer[0] === 1) await this.#link.call("SADD", ROOMS, room);
      const kept = fromAppend(drafts, answer);
      return room === asked ? kept : kept.map((message) => ({ ...message, keptIn: room }));
    } catch (error) {
      if ((error as Error).message.startsWith("LOST")) await this.#renew();
      throw error;
    }
  }

  async after(room: string, seq: number, limit: number): Promise<Message[]> {
    return await this.#range("XRANGE", room, [`${seq + 1}-0`, "+"], limit);
  }

  async before(room: string, seq: number, limit: number): Promise<Message[]> {
    if (seq <= 1) return [];
    const end = Number.isSafeInteger(seq) ? `${seq - 1}-0` : "+";
    return (await this.#range("XREVRANGE", room, [end, "-"], limit)).reverse();
  }

  async #range(command: string, room: string, ends: string[], limit: number): Promise<Message[]> {
    const words = [command, keysOf(room).log, ...ends, "COUNT", String(limit)];
    return (await this.#link.call(...words) as [string, string[]][]).map(fromEntry);
  }

  async resolve(room: string): Promise<string> {
    if (await this.#link.call("SISMEMBER", ROOMS, room) === 1) return room;
    return String(await this.#link.call("HGET", NAMES, foldName(room)) ?? room);
  }

  /** Has the first of those who write a name in several ways say how it is written. */
  async #claim(room: string): Promise<string> {
    if ((this.#followings.get(room)?.seq ?? 0) > 0) return room;
    if (await this.#link.call("SISMEMBER", ROOMS, room) === 1) return room;
    await this.#link.call("HSETNX", NAMES, foldName(room), room);
    return await this.resolve(room);
  }

  async rooms(query: RoomQuery): Promise<RoomSummary[]> {
    const { names } = query;
    const rooms = await this.#all();
    if (!names) return selectRooms(rooms, query);
    const meant = new Set(await Promise.all(names.map((name) => this.resolve(name))));
    return selectRooms(rooms.filter(({ name }) => meant.has(name)), query);
  }

  async #all(): Promise<RoomSummary[]> {
    const names = await this.#link.call("SMEMBERS", ROOMS) as string[];
    const rooms: RoomSummary[] = [];
    for (let at = 0; at < names.length; at += LIMITS.redisGlances) {
      const some = names.slice(at, at + LIMITS.redisGlances);
      const found = await Promise.all(some.map((name) => this.#describe(name)));
      rooms.push(...found.filter((room) => room !== undefined));
    }
    return rooms.filter(({ seq, members }) => seq > 0 || members);
  }

  /** How a room stands; undefined where another program's key stands in its place. */
  async #describe(name: string): Promise<RoomSummary | undefined> {
    const followed = this.#followings.get(name) !== undefined;
    const glance = await this.#glance(name).catch((error) => {
      if (error instanceof UnreachableError) throw error;
      this.#log.error("journal failed", { error });
    });
    if (!glance) return;
    const { seq, fields } = glance;
    const at = (await this.before(name, Infinity, 1)).at(0)?.at ?? 0;
    const summary = { name, seq, at, messages: seq };
    if (fields > 0 && !followed) return { ...summary, members: await this.#countMembers(name) };
    // A room that somebody has only looked into. Its first message puts it there again.
    if (seq === 0 && !followed) await this.#link.call("SREM", ROOMS, name);
    return summary;
  }

  async #countMembers(room: string): Promise<number> {
    const people = new Set<string>();
    for (const field of await this.#link.call("HKEYS", keysOf(room).here) as string[]) {
      const slash = field.indexOf("/");
      if (this.#servers.alive.has(field.slice(0, slash))) people.add(field.slice(slash + 1));
    }
    return people.size;
  }

  async adoptIdentity(epoch: string, secret: string): Promise<void> {
    await this.#link.call("SET", EPOCH, epoch);
    await this.#link.call("SET", SECRET, secret);
    this.#epoch = epoch;
    this.#secret = secret;
  }

  async importMessages(room: string, messages: readonly Message[]): Promise<void> {
    const { log, ids } = keysOf(room);
    const words = messages.flatMap((m) => [String(m.seq), toText(m), toId(m.id)]);
    // First, so that one that is stopped in between does not hide the room.
    await this.#link.call("SADD", ROOMS, room);
    await this.#link.call("HSETNX", NAMES, foldName(room), room);
    await this.#link.run(INHERIT, [log, ids], words);
  }

  subscribe(room: string, seq: number, stir: () => void): Promise<Subscription> {
    return this.#followings.follow(room, seq, stir);
  }

  async ready(): Promise<boolean> {
    return await this.#link.check("EXISTS", EPOCH);
  }

  /** Whoever was in a room has left it by now; what was sent last is waited for. */
  async close(): Promise<void> {
    clearInterval(this.#looks);
    await this.#servers.leave().catch(() => {});
    this.#link.close();
  }
}
