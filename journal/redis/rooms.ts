/**
 * The list of the rooms that have messages or people, for all nodes.
 *
 * A room is listed with its first message and with the first person in it, and moves up with later
 * messages, at most once in {@linkcode LIMITS.listMs} for each node. One that has neither messages nor
 * people is taken out when that is noticed. What a listing says of a room is read from the room.
 */

import { LIMITS } from "../../config/limits.ts";
import { foldName, isListed } from "../../hub/room_name.ts";
import type { Log } from "../../telemetry/log.ts";
import { type RoomQuery, type RoomSummary, UnreachableError } from "../journal.ts";
import { selectRooms } from "../room_query.ts";
import { runInLog } from "./old_log.ts";
import type { RedisLink } from "./link.ts";
import { GLANCE } from "./log_reads.ts";
import type { RedisNodes } from "./nodes.ts";
import { FOLDS, keysOf, LIST, NAMES, RESOLVE, ROOMS, UNLIST, UNLISTED } from "./scripts.ts";

/** What can be seen of a room at once. */
export interface Glance {
  /** The newest entry, and its time. */
  readonly seq: number;
  readonly at: number;
  /** How many fields the people have. */
  readonly fields: number;
  /** How many messages there were. */
  readonly messages: number;
}

/** The list of rooms. */
export class RedisRooms {
  readonly #link: RedisLink;
  readonly #nodes: RedisNodes;
  readonly #log: Log;
  /** When rooms were listed last by this node, by the time of their newest message then. */
  readonly #listed = new Map<string, number>();
  /** Rooms that could not be listed, with that time. */
  readonly #missing = new Map<string, number>();
  /** What rooms' names were found to mean, for when Redis cannot be asked. */
  readonly #resolved = new Map<string, string>();

  constructor(link: RedisLink, nodes: RedisNodes, log: Log) {
    this.#link = link;
    this.#nodes = nodes;
    this.#log = log;
  }

  /** The name of the room that a name means, as `Journal.resolve` promises. */
  async resolve(room: string): Promise<string> {
    if (!isListed(room)) return room;
    try {
      const name = await this.#resolve(room, false);
      remember(this.#resolved, room, name);
      return name;
    } catch (error) {
      const known = this.#resolved.get(room);
      if (known === undefined || !(error instanceof UnreachableError)) throw error;
      return known;
    }
  }

  /**
   * The same for a room in which this node knows no message: if there is no room with messages that
   * the name means, then it is this one from now on.
   */
  async claim(room: string): Promise<string> {
    return this.#listed.get(room) || !isListed(room) ? room : await this.#resolve(room, true);
  }

  async #resolve(room: string, claim: boolean): Promise<string> {
    const words = [room, foldName(room), claim ? "1" : "0"];
    return String(await this.#link.run(RESOLVE, [ROOMS, FOLDS], words));
  }

  /** A room has a message of this time; or people alone, at 0. */
  touch(room: string, at: number): void {
    const last = this.#listed.get(room);
    if (last && !isListed(room)) return;
    if (last === undefined || at - last >= LIMITS.listMs) this.list(room, at);
  }

  /** Lists a room; where that fails, {@linkcode RedisRooms.retry} does it later. */
  async list(room: string, at: number): Promise<boolean> {
    remember(this.#listed, room, at);
    try {
      const words = [room, foldName(room), String(at)];
      if (isListed(room)) await this.#link.run(LIST, [ROOMS, NAMES, FOLDS], words);
      else if (at > 0) await this.#link.call("ZADD", UNLISTED, "0", room);
      this.#missing.delete(room);
      return true;
    } catch {
      remember(this.#missing, room, at);
      return false;
    }
  }

  /** Lists the rooms that could not be listed. */
  retry(): void {
    for (const [room, at] of this.#missing) this.list(room, at);
  }

  /** Takes a room out of the list if there is nothing in it. */
  async unlistIfEmpty(room: string): Promise<void> {
    const { seq, fields } = await this.glance(room);
    if (seq > 0 || fields > 0) return;
    this.#listed.delete(room);
    if (!isListed(room)) return void await this.#link.call("ZREM", UNLISTED, room);
    await this.#link.run(UNLIST, [ROOMS, NAMES, FOLDS], [room, foldName(room)]);
  }

  /**
   * Looks at a room.
   *
   * @param keepSeconds how long Redis keeps the people if no node looks again; 0 leaves that as it is
   */
  async glance(room: string, keepSeconds = 0): Promise<Glance> {
    const answer = await runInLog(this.#link, GLANCE, room, [String(keepSeconds)]) as number[];
    const [seq, at, fields, messages] = answer;
    return { seq, at, fields, messages };
  }

  /**
   * Lists rooms, as `Journal.rooms` promises.
   *
   * @param subscribed whether this node is subscribed to a room, so that it counts the people itself
   */
  async query(query: RoomQuery, subscribed: (room: string) => boolean): Promise<RoomSummary[]> {
    const { after, q, names, limit } = query;
    if (names) return selectRooms(await this.#named(names, subscribed), query);
    const text = foldName(q ?? "");
    const size = text ? LIMITS.redisRoomsPerLook : limit;
    const pages = query.unlisted
      ? this.#unlisted(after ?? "", size)
      : after === undefined
      ? this.#byActivity(size)
      : this.#byName(after, size);
    const found: RoomSummary[] = [];
    for await (const names of pages) {
      const some = text ? names.filter((name) => foldName(name).includes(text)) : names;
      for (let n = 0; n < some.length && found.length < limit; n += limit) {
        found.push(...await this.#describeAll(some.slice(n, n + limit), subscribed));
      }
      if (found.length >= limit) break;
    }
    // The order of the list may be a little late.
    if (after === undefined && !query.unlisted) found.sort((a, b) => b.at - a.at);
    return found.slice(0, limit);
  }

  /** The rooms that these names mean. */
  async #named(
    names: readonly string[],
    subscribed: (room: string) => boolean,
  ): Promise<RoomSummary[]> {
    const meant = new Set(await Promise.all(names.map((name) => this.resolve(name))));
    return await this.#describeAll([...meant], subscribed);
  }

  async *#byActivity(size: number): AsyncGenerator<string[]> {
    for (let from = 0;; from += size) {
      const to = String(from + size - 1);
      const names = await this.#link.call("ZREVRANGE", ROOMS, String(from), to) as string[];
      yield names;
      if (names.length < size) return;
    }
  }

  async *#byName(after: string, size: number): AsyncGenerator<string[]> {
    for (let last = `${foldName(after)}\0${after}`;;) {
      const words = [NAMES, `(${last}`, "+", "LIMIT", "0", String(size)];
      const entries = await this.#link.call("ZRANGEBYLEX", ...words) as string[];
      yield entries.map((entry) => entry.slice(entry.indexOf("\0") + 1));
      if (entries.length < size) return;
      last = entries.at(-1)!;
    }
  }

  async *#unlisted(after: string, size: number): AsyncGenerator<string[]> {
    for (let last = after ? `(${after}` : "-";;) {
      const words = [UNLISTED, last, "+", "LIMIT", "0", String(size)];
      const names = await this.#link.call("ZRANGEBYLEX", ...words) as string[];
      yield names;
      if (names.length < size) return;
      last = `(${names.at(-1)}`;
    }
  }

  async #describeAll(
    names: readonly string[],
    subscribed: (room: string) => boolean,
  ): Promise<RoomSummary[]> {
    const found = await Promise.all(names.map((name) => this.#describe(name, subscribed(name))));
    return found.filter((room) => room !== undefined);
  }

  /** Describes a room; undefined for an empty one, or where one of its keys is another program's. */
  async #describe(name: string, subscribed: boolean): Promise<RoomSummary | undefined> {
    const glance = await this.glance(name).catch((error) => {
      if (error instanceof UnreachableError) throw error;
      this.#log.error("journal failed", { error });
    });
    if (!glance) return;
    const { seq, at, fields, messages } = glance;
    if (seq === 0 && fields === 0) return void this.unlistIfEmpty(name).catch(() => {});
    const members = subscribed || fields === 0 ? undefined : await this.#countMembers(name, fields);
    if (seq > 0 || members) return { name, seq, at, messages, members };
  }

  /** How many people are in a room. In a crowd, a person counts for each node that they are on. */
  async #countMembers(room: string, fields: number): Promise<number> {
    if (fields > LIMITS.presencePublished) return fields;
    const people = new Set<string>();
    for (const field of await this.#link.call("HKEYS", keysOf(room).here) as string[]) {
      const slash = field.indexOf("/");
      if (this.#nodes.alive.has(field.slice(0, slash))) people.add(field.slice(slash + 1));
    }
    return people.size;
  }
}

/** Sets an entry of a map that forgets its oldest ones. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > LIMITS.roomsRemembered) map.delete(map.keys().next().value!);
}
