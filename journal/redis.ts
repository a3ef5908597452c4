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
  type Journal,
  type Kept,
  PartlyKept,
  type Said,
  said,
} from "../journal.ts";
import type { Log } from "../log.ts";
import { RedisFollowing } from "./redis_following.ts";
import { type Call, RedisLink, type Reply } from "./redis_link.ts";
import { check, openingError } from "./redis_opening.ts";
import { APPEND, EPOCH, GLANCE, keysOf, RENEW, ROOMS } from "./redis_scripts.ts";
import { fromEntry, fromText, parseNotice, toId, toText } from "./redis_text.ts";

/** Keeps messages in Redis. */
export class RedisJournal implements Journal {
  readonly #keep: number;
  readonly #log: Log;
  readonly #link: RedisLink;
  readonly #prefix: string;
  /** Names this server among those that share the journal. */
  readonly #server: string = crypto.randomUUID().slice(0, 8);
  readonly #followings = new Map<string, RedisFollowing>();
  /** Batches that were sent and not yet heard of. */
  readonly #batches = new Map<string, readonly Draft[]>();
  /** Rooms that are in the list of rooms. */
  readonly #listed = new Set<string>();
  #batch = 0;
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
    } catch (error) {
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
    if (this.#beat !== undefined) this.#log.info("redis is back");
    for (const following of this.#followings.values()) following.read();
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
    this.#listed.clear();
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

  /** Now and then: is Redis there, is it the same, has anything been missed? */
  async #look(): Promise<void> {
    if (!await this.#link.check()) return;
    try {
      await this.#learnEpoch((...words) => this.#link.call(...words));
      for (const [room, following] of this.#followings) {
        const { seq } = following;
        if (await this.#newest(room) !== seq && following.seq === seq) following.read();
      }
    } catch (error) {
      this.#log.error("journal failed", { error });
    }
  }

  async #newest(room: string): Promise<number> {
    const { log, here } = keysOf(room);
    return Number((await this.#link.run(GLANCE, [log, here], []) as Reply[])[0]);
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
    const kept: (Said | undefined)[] = new Array(drafts.length);
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
      if (!this.#listed.has(room)) await this.#list(room);
      return numbered(drafts, await this.#link.run(APPEND, [log, ids], words) as Reply[]);
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

  async #list(room: string): Promise<void> {
    await this.#link.call("SADD", ROOMS, room);
    if (this.#listed.size >= LIMITS.redisRooms) this.#listed.clear();
    this.#listed.add(room);
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
      const kept = some.map(async (name) => ({ name, seq: await this.#newest(name) }));
      rooms.push(...await Promise.all(kept));
    }
    return rooms.filter(({ seq }) => seq > 0);
  }

  // Following.

  follow(room: string, seq: number, stir: () => void): Following {
    const channel = this.#prefix + keysOf(room).channel;
    const following = new RedisFollowing(seq, {
      from: (seq, limit) => this.after(room, seq - 1, limit),
      lost: () => this.#renew(),
      stop: () => {
        if (this.#followings.get(room) !== following) return;
        this.#followings.delete(room);
        this.#link.unsubscribe(channel);
      },
    }, stir);
    this.#followings.set(room, following);
    this.#link.subscribe(channel, (payload) => this.#heard(following, payload))
      .then(() => following.read());
    return following;
  }

  #heard(following: RedisFollowing, payload: Uint8Array): void {
    const notice = parseNotice(payload);
    const drafts = this.#batches.get(notice.batch);
    this.#batches.delete(notice.batch);
    following.notice(
      drafts && notice.whole
        ? { ...notice, messages: () => drafts.map((draft, n) => said(draft, notice.first + n)) }
        : notice,
    );
  }

  async ready(): Promise<boolean> {
    return await this.#link.check();
  }

  close(): void {
    clearInterval(this.#beat);
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
