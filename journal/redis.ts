/**
 * A journal in Redis (or Valkey), shared by any number of servers. `redis_scripts.ts` says what
 * stands there.
 *
 * A batch is one script for each room in it. What it keeps it also publishes, and everybody who
 * follows the room takes it from there, the server that appended it too: it knows its own batches by
 * their names and needs not read them. Numbers are given by Redis alone; this journal remembers none.
 *
 * While Redis is away everything is rejected with {@linkcode Unreachable} at once. When it is back
 * the epoch is compared first, then every room that is followed reads what it missed. Whoever finds
 * that Redis has lost messages gives the numbering a new epoch, and every following breaks.
 */

import { type Config, LIMITS } from "../config.ts";
import {
  type Draft,
  type Following,
  type Heir,
  type Kept,
  PartlyKept,
  type Said,
  said,
} from "../journal.ts";
import type { Log } from "../log.ts";
import { RedisFollowing } from "./redis_following.ts";
import type { Reply } from "./redis_client.ts";
import { type Call, RedisLink } from "./redis_link.ts";
import { check, openingError } from "./redis_opening.ts";
import { RedisPresence } from "./redis_presence.ts";
import {
  APPEND,
  BEAT,
  EPOCH,
  GLANCE,
  INHERIT,
  keysOf,
  RENEW,
  ROOMS,
  SERVERS,
  TELL,
} from "./redis_scripts.ts";
import { fromBatch, fromEntry, fromText, parseNews, toId, toText } from "./redis_text.ts";

/** Keeps messages in Redis. */
export class RedisJournal implements Heir {
  readonly #keep: number;
  readonly #log: Log;
  readonly #link: RedisLink;
  readonly #prefix: string;
  /** Names this server among those that share the journal. */
  readonly #server: string = crypto.randomUUID().slice(0, 8);
  readonly #followings = new Map<string, RedisFollowing>();
  /** Batches that were sent and not yet heard of. */
  readonly #batches = new Map<string, readonly Draft[]>();
  /** Rooms that were left while Redis was away, with what is to be taken out of them. */
  readonly #left = new Map<string, string[]>();
  /** Servers that are alive. */
  #alive: ReadonlySet<string> = new Set();
  /** When the link came back (`performance.now()`). */
  #backAt = -Infinity;
  #batch = 0;
  #looking = false;
  /** The last look at who is alive, which never rejects here, and the next one. */
  #lived: Promise<unknown> = Promise.resolve();
  #living: Promise<ReadonlySet<string>> | undefined;
  #epoch = "";
  #beat: ReturnType<typeof setInterval> | undefined;

  private constructor(url: string, keep: number, log: Log) {
    this.#keep = keep;
    this.#log = log;
    this.#link = new RedisLink(url, {
      greet: (call) => this.#greet(call),
      back: () => this.#back(),
      away: (error) => log.error("redis is away", { error }),
    });
    // Channels belong to all databases of a Redis, keys to one.
    const database = new URL(url).pathname.slice(1);
    this.#prefix = Number(database) ? `${Number(database)}/` : "";
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
      await journal.#nextLive();
    } catch (error) {
      journal.#link.close();
      throw openingError(url, error as Error);
    }
    journal.#beat = setInterval(() => journal.#look(), LIMITS.beatMs);
    return journal;
  }

  get epoch(): string {
    return this.#epoch;
  }

  // The link.

  async #greet(call: Call): Promise<void> {
    await check(call);
    await this.#learnEpoch(call);
  }

  #back(): void {
    if (this.#beat !== undefined) {
      this.#backAt = performance.now();
      this.#log.info("redis is back");
    }
    for (const [room, fields] of this.#left) {
      this.#left.delete(room);
      if (!this.#followings.has(room)) this.#leave(room, fields);
    }
    for (const following of this.#followings.values()) {
      following.read();
      following.presence.doubt();
    }
  }

  async #learnEpoch(call: Call): Promise<void> {
    await call("SET", EPOCH, crypto.randomUUID(), "NX");
    this.#adopt(String(await call("GET", EPOCH)));
  }

  #adopt(epoch: string): void {
    if (epoch === this.#epoch) return;
    const first = this.#epoch === "";
    this.#epoch = epoch;
    if (first) return;
    this.#log.error("redis has lost messages: the rooms are numbered anew", { epoch });
    for (const following of this.#followings.values()) following.break();
  }

  /** Redis knows less than was shown: what clients have is no longer true. */
  async #renew(): Promise<void> {
    try {
      const epoch = await this.#link.run(RENEW, [EPOCH], [this.#epoch, crypto.randomUUID()]);
      this.#adopt(String(epoch));
    } catch (error) {
      this.#log.error("journal failed", { error });
    }
  }

  /** Now and then: is Redis there, is it the same, who is alive, has anything been missed? */
  async #look(): Promise<void> {
    if (this.#looking || !await this.#link.check("EXISTS", EPOCH)) return;
    this.#looking = true;
    try {
      await this.#learnEpoch((...words) => this.#link.call(...words));
      await this.#nextLive();
      await Promise.all(this.#someFollowings().map(([room, it]) => this.#lookAt(room, it)));
    } catch (error) {
      this.#log.error("journal failed", { error });
    } finally {
      this.#looking = false;
    }
  }

  /** As many as are looked at at once, in turn. */
  #someFollowings(): [string, RedisFollowing][] {
    const some = [...this.#followings.entries().take(LIMITS.redisGlances)];
    if (some.length < LIMITS.redisGlances) return some;
    for (const [room, following] of some) {
      this.#followings.delete(room);
      this.#followings.set(room, following);
    }
    return some;
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

  /** Who is alive after now. Many who ask at once are answered by one look. */
  #nextLive(): Promise<ReadonlySet<string>> {
    return this.#living ??= (async () => {
      // A look that is under way may have been taken before.
      await this.#lived;
      this.#living = undefined;
      const look = this.#live();
      this.#lived = look.catch(() => {});
      return await look;
    })();
  }

  /**
   * This server is alive, and so are those that say so. After Redis was away nobody is thought dead
   * before everybody had the time to say that they are not.
   */
  async #live(): Promise<ReadonlySet<string>> {
    const patient = performance.now() - this.#backAt < LIMITS.aliveMs;
    const words = [this.#server, String(LIMITS.aliveMs / 1000), patient ? "0" : "1"];
    const [joined, ...alive] = await this.#link.run(BEAT, [SERVERS], words) as string[];
    const first = this.#alive.size === 0;
    this.#alive = new Set(alive);
    for (const { presence } of this.#followings.values()) {
      presence.outlive(this.#alive);
      // The others have thought this one dead, and have swept out what it told.
      if (Number(joined) && !first) presence.doubt();
    }
    return this.#alive;
  }

  // Messages.

  async append(drafts: readonly Draft[]): Promise<Said[]> {
    const rooms = new Map<string, number[]>();
    drafts.forEach(({ room }, index) => {
      const indexes = rooms.get(room);
      if (indexes) indexes.push(index);
      else rooms.set(room, [index]);
    });
    if (rooms.size === 1) return await this.#appendTo(drafts[0].room, drafts);
    const kept: (Said | undefined)[] = new Array(drafts.length).fill(undefined);
    const tries = Array.from(rooms, async ([room, indexes]) => {
      const there = await this.#appendTo(room, indexes.map((index) => drafts[index]));
      indexes.forEach((index, n) => kept[index] = there[n]);
    });
    const failed = (await Promise.allSettled(tries)).find(({ status }) => status === "rejected");
    if (failed) throw new PartlyKept(kept, (failed as PromiseRejectedResult).reason);
    return kept as Said[];
  }

  async #appendTo(room: string, drafts: readonly Draft[]): Promise<Said[]> {
    const { log, ids, channel } = keysOf(room);
    const batch = this.#remember(drafts);
    const known = this.#followings.get(room)?.seq ?? 0;
    const words = [String(this.#keep), String(known), this.#prefix + channel, batch];
    for (const draft of drafts) words.push(toText(draft), toId(draft.id));
    try {
      const answer = await this.#link.run(APPEND, [log, ids], words) as Reply[];
      if (answer[0] === 1) await this.#link.call("SADD", ROOMS, room);
      return numbered(drafts, answer);
    } catch (error) {
      this.#batches.delete(batch);
      if ((error as Error).message.startsWith("LOST")) await this.#renew();
      throw error;
    }
  }

  #remember(drafts: readonly Draft[]): string {
    const batch = `${this.#server}:${++this.#batch}`;
    if (!this.#followings.has(drafts[0].room)) return batch;
    this.#batches.set(batch, drafts);
    if (this.#batches.size > LIMITS.batchesRemembered) {
      this.#batches.delete(this.#batches.keys().next().value!);
    }
    return batch;
  }

  async after(room: string, seq: number, limit: number): Promise<Said[]> {
    return await this.#range("XRANGE", room, `${seq + 1}-0`, "+", limit);
  }

  async before(room: string, seq: number, limit: number): Promise<Said[]> {
    if (seq <= 1) return [];
    const end = Number.isSafeInteger(seq) ? `${seq - 1}-0` : "+";
    return (await this.#range("XREVRANGE", room, end, "-", limit)).reverse();
  }

  async #range(
    command: string,
    room: string,
    from: string,
    to: string,
    limit: number,
  ): Promise<Said[]> {
    const words = [command, keysOf(room).log, from, to, "COUNT", String(limit)];
    return (await this.#link.call(...words) as [string, string[]][]).map(fromEntry);
  }

  async rooms(): Promise<Kept[]> {
    const names = await this.#link.call("SMEMBERS", ROOMS) as string[];
    const rooms: Kept[] = [];
    for (let at = 0; at < names.length; at += LIMITS.redisGlances) {
      const some = names.slice(at, at + LIMITS.redisGlances);
      rooms.push(...await Promise.all(some.map((name) => this.#describe(name))));
    }
    return rooms.filter(({ seq, members }) => seq > 0 || members);
  }

  async #describe(name: string): Promise<Kept> {
    const { seq, fields } = await this.#glance(name);
    if (fields > 0 && !this.#followings.has(name)) {
      return { name, seq, members: await this.#countMembers(name) };
    }
    // A room that somebody has only looked into. Its first message puts it there again.
    if (seq === 0 && !this.#followings.has(name)) await this.#link.call("SREM", ROOMS, name);
    return { name, seq };
  }

  async #countMembers(room: string): Promise<number> {
    const people = new Set<string>();
    for (const field of await this.#link.call("HKEYS", keysOf(room).here) as string[]) {
      const slash = field.indexOf("/");
      if (this.#alive.has(field.slice(0, slash))) people.add(field.slice(slash + 1));
    }
    return people.size;
  }

  // Taking over.

  async adopt(epoch: string): Promise<void> {
    await this.#link.call("SET", EPOCH, epoch);
    this.#epoch = epoch;
  }

  async inherit(room: string, messages: readonly Said[]): Promise<void> {
    const { log, ids } = keysOf(room);
    const words = messages.flatMap((m) => [String(m.seq), toText(m), toId(m.id)]);
    // First, so that one that is stopped in between does not hide the room.
    await this.#link.call("SADD", ROOMS, room);
    await this.#link.run(INHERIT, [log, ids], words);
  }

  // Following.

  async follow(room: string, seq: number, stir: () => void): Promise<Following> {
    const { here, channel } = keysOf(room);
    const wake = () => following.wake();
    const presence = new RedisPresence(this.#server, {
      read: async () => await this.#link.call("HGETALL", here) as string[],
      alive: () => this.#nextLive(),
      write: (fields, words) => this.#tell(room, fields, words),
      say: async (words) => void await this.#link.call("PUBLISH", this.#prefix + channel, words),
    }, wake);
    const following = new RedisFollowing(
      seq,
      {
        from: (seq, limit) => this.after(room, seq - 1, limit),
        lost: () => void this.#renew(),
        stop: (fields) => {
          if (this.#followings.get(room) !== following) return;
          this.#followings.delete(room);
          this.#link.unsubscribe(this.#prefix + channel);
          this.#leave(room, fields);
        },
      },
      presence,
      stir,
    );
    this.#followings.set(room, following);
    const listener = (payload: Uint8Array) => this.#heard(following, payload);
    await this.#link.subscribe(this.#prefix + channel, listener);
    try {
      await Promise.all([
        following.read(),
        presence.doubt(),
        this.#link.call("SADD", ROOMS, room),
      ]);
      return following;
    } catch (error) {
      following.stop();
      throw error;
    }
  }

  async #tell(room: string, fields: string[], words: string): Promise<void> {
    const { here, channel } = keysOf(room);
    const head = [this.#prefix + channel, words, String(LIMITS.hereSeconds)];
    await this.#link.run(TELL, [here], [...head, ...fields]);
  }

  async #leave(room: string, fields: string[]): Promise<void> {
    try {
      const out = fields.flatMap((field) => [field, ""]);
      await this.#tell(room, out, `q ${this.#server} 0\n`);
    } catch {
      if (this.#left.size < LIMITS.redisRooms) this.#left.set(room, fields);
    }
  }

  #heard(following: RedisFollowing, payload: Uint8Array): void {
    const { kind, from, numbers, body } = parseNews(payload);
    if (kind !== "s") return following.presence.heard(kind, from, numbers[0], body());
    const [first, count, answers] = numbers;
    const drafts = answers === 1 ? this.#batches.get(from) : undefined;
    this.#batches.delete(from);
    const messages = drafts
      ? () => drafts.map((draft, n) => said(draft, first + n))
      : () => fromBatch(first, body());
    following.notice({ first, count, messages });
  }

  async ready(): Promise<boolean> {
    return await this.#link.check("EXISTS", EPOCH);
  }

  /** Whoever was in a room has left it by now; what was sent last is waited for. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#link.call("ZREM", SERVERS, this.#server).catch(() => {});
    this.#link.close();
  }
}

/** What became of the drafts of one room, from what the script answered. */
function numbered(drafts: readonly Draft[], [first, ...again]: Reply[]): Said[] {
  let seq = Number(first);
  if (again.length === 0) return drafts.map((draft) => said(draft, seq++));
  const kept: Said[] = [];
  for (let at = 0; at < again.length; at += 3) {
    const [index, old, text] = again.slice(at, at + 3);
    while (kept.length < Number(index)) kept.push(said(drafts[kept.length], seq++));
    kept.push({ ...fromText(Number(old), String(text), drafts[kept.length].id), again: true });
  }
  while (kept.length < drafts.length) kept.push(said(drafts[kept.length], seq++));
  return kept;
}
