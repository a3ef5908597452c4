/**
 * Frees what is over `--keep` in rooms that nobody writes to: a room that is written to is trimmed by
 * its appends.
 *
 * `--keep` changes only with a start, so each node goes once through all rooms, a part in each look.
 */

import { LIMITS } from "../../config/limits.ts";
import { UnreachableError } from "../journal.ts";
import type { RedisLink } from "./link.ts";
import { TRIM } from "./log_scripts.ts";
import { runInLog } from "./old_log.ts";
import { ROOMS, UNLISTED } from "./scripts.ts";

/** Goes through the rooms. */
export class RedisTrimmer {
  readonly #link: RedisLink;
  readonly #keep: number;
  readonly #lists = [ROOMS, UNLISTED];
  #cursor = "0";

  /** @param keep messages kept per room; 0 keeps all */
  constructor(link: RedisLink, keep: number) {
    this.#link = link;
    this.#keep = keep;
  }

  /** Trims the next rooms, unless all are. */
  async step(): Promise<void> {
    const [list] = this.#lists;
    if (!list || this.#keep === 0) return;
    const words = [list, this.#cursor, "COUNT", String(LIMITS.redisRoomsPerLook)];
    const [next, entries] = await this.#link.call("ZSCAN", ...words) as [string, string[]];
    const rooms = entries.filter((_, n) => n % 2 === 0);
    await Promise.all(rooms.map((room) => this.#trim(room)));
    this.#cursor = next;
    if (next === "0") this.#lists.shift();
  }

  /** A room whose key is another program's is left alone. */
  async #trim(room: string): Promise<void> {
    try {
      while (await runInLog(this.#link, TRIM, room, [String(this.#keep)]) === 1);
    } catch (error) {
      if (error instanceof UnreachableError) throw error;
    }
  }
}
