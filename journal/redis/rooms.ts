/**
 * The list of the rooms that have messages or people, in one set for all nodes.
 *
 * A room is added with its first message and with the first person in it. One that has neither any
 * more is taken out when the list is read.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Log } from "../../telemetry/log.ts";
import { type RoomSummary, UnreachableError } from "../journal.ts";
import type { RedisLink } from "./link.ts";
import type { RedisNodes } from "./nodes.ts";
import { GLANCE, keysOf, ROOMS } from "./scripts.ts";

/** The newest message's number, and how many fields the people of a room have. */
export interface Glance {
  readonly seq: number;
  readonly fields: number;
}

/** The list of rooms. */
export class RedisRooms {
  readonly #link: RedisLink;
  readonly #nodes: RedisNodes;
  readonly #log: Log;
  /** Rooms that could not be added. */
  readonly #missing = new Set<string>();

  constructor(link: RedisLink, nodes: RedisNodes, log: Log) {
    this.#link = link;
    this.#nodes = nodes;
    this.#log = log;
  }

  /** Adds a room; where that fails, {@linkcode RedisRooms.retry} does it. */
  async add(room: string): Promise<void> {
    try {
      await this.#link.call("SADD", ROOMS, room);
      this.#missing.delete(room);
    } catch {
      if (this.#missing.size < LIMITS.roomsLeft) this.#missing.add(room);
    }
  }

  /** Adds the rooms that could not be added. */
  retry(): void {
    for (const room of this.#missing) this.add(room);
  }

  /**
   * Looks at a room.
   *
   * @param keepSeconds how long Redis keeps the people if no node looks again; 0 leaves that as it is
   */
  async glance(room: string, keepSeconds = 0): Promise<Glance> {
    const { log, here } = keysOf(room);
    const words = [String(keepSeconds)];
    const [seq, fields] = await this.#link.run(GLANCE, [log, here], words) as number[];
    return { seq, fields };
  }

  /**
   * Every room that has messages or people.
   *
   * @param subscribed whether this node is subscribed to a room, so that it counts the people itself
   */
  async list(subscribed: (room: string) => boolean): Promise<RoomSummary[]> {
    const names = await this.#link.call("SMEMBERS", ROOMS) as string[];
    const rooms: RoomSummary[] = [];
    for (let at = 0; at < names.length; at += LIMITS.redisRoomsPerLook) {
      const some = names.slice(at, at + LIMITS.redisRoomsPerLook);
      const found = await Promise.all(some.map((name) => this.#describe(name, subscribed(name))));
      rooms.push(...found.filter((room) => room !== undefined));
    }
    return rooms.filter(({ seq, members }) => seq > 0 || members);
  }

  /** Describes a room; undefined where one of its keys is another program's. */
  async #describe(name: string, subscribed: boolean): Promise<RoomSummary | undefined> {
    const glance = await this.glance(name).catch((error) => {
      if (error instanceof UnreachableError) throw error;
      this.#log.error("journal failed", { error });
    });
    if (!glance) return;
    const { seq, fields } = glance;
    if (fields > 0 && !subscribed) return { name, seq, members: await this.#countMembers(name) };
    // Somebody has only looked in. The first message adds it again.
    if (seq === 0 && !subscribed) await this.#link.call("SREM", ROOMS, name);
    return { name, seq };
  }

  async #countMembers(room: string): Promise<number> {
    const people = new Set<string>();
    for (const field of await this.#link.call("HKEYS", keysOf(room).here) as string[]) {
      const slash = field.indexOf("/");
      if (this.#nodes.alive.has(field.slice(0, slash))) people.add(field.slice(slash + 1));
    }
    return people.size;
  }
}
