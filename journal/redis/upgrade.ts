/**
 * What version 0.1 left in Redis, brought into the form of this one.
 *
 * 0.1 had the list of rooms in a set without times. Every room in it is listed again, and its log is
 * converted when it is looked at for that; then the set is removed. It may be stopped at any moment and
 * run again, by several nodes at once, too.
 */

import { LIMITS } from "../../config/limits.ts";
import { UnreachableError } from "../journal.ts";
import type { RedisLink } from "./link.ts";
import type { RedisRooms } from "./rooms.ts";
import { OLD_ROOMS } from "./scripts.ts";

/** Lists the rooms of version 0.1. */
export async function upgrade(link: RedisLink, rooms: RedisRooms): Promise<void> {
  if (await link.call("EXISTS", OLD_ROOMS) === 0) return;
  let cursor = "0";
  do {
    const words = [OLD_ROOMS, cursor, "COUNT", String(LIMITS.redisRoomsPerLook)];
    const [next, names] = await link.call("SSCAN", ...words) as [string, string[]];
    await Promise.all(names.map((name) => list(rooms, name)));
    cursor = next;
  } while (cursor !== "0");
  await link.call("DEL", OLD_ROOMS);
}

/** A room whose key is another program's is left out. */
async function list(rooms: RedisRooms, name: string): Promise<void> {
  const glance = await rooms.glance(name).catch((error) => {
    if (error instanceof UnreachableError) throw error;
  });
  if (!glance || glance.seq === 0) return;
  if (!await rooms.list(name, glance.at)) throw new UnreachableError();
}
