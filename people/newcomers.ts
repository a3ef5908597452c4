/**
 * Open rooms that are closed to newcomers for a time: only people who spoke there before may write.
 *
 * That is decided at once, from a set of people which is read from the room's log beside everything
 * else. Until it is there, nobody new is let through: commands are refused as `overloaded`, which
 * clients try again. The set is limited; in a room with more people the newest are in it.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Denial } from "../hub/permissions.ts";
import { type Journal, UnreachableError } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Directory } from "./directory.ts";

/** The people who spoke in a room; undefined while they are being read. */
interface Speakers {
  ids: ReadonlySet<string> | undefined;
  until: number;
}

/** Knows who spoke in closed rooms before. */
export class Newcomers {
  readonly #directory: Directory;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #speakers = new Map<string, Speakers>();
  #closed = false;

  constructor(directory: Directory, journal: Journal, log: Log) {
    this.#directory = directory;
    this.#journal = journal;
    this.#log = log;
    for (const room of directory.all("closed").keys()) this.#follow(room);
    directory.listen((kind, room) => kind === "closed" && this.#follow(room));
  }

  /** Until when a room is closed to newcomers; undefined if it is not. */
  closedUntil(room: string): number | undefined {
    const until = this.#directory.get("closed", room);
    return until !== undefined && until > Date.now() ? until : undefined;
  }

  /** Why somebody may not write in a room as a newcomer; undefined if they may. */
  denial(room: string, id: string): Denial | undefined {
    const until = this.closedUntil(room);
    if (until === undefined) return;
    const { ids } = this.#speakers.get(room) ?? {};
    if (!ids) return { code: "overloaded", detail: "it is being found out who spoke here before" };
    if (ids.has(id)) return;
    const time = new Date(until).toISOString();
    return { code: "not_allowed", detail: `this room is closed to newcomers until ${time}` };
  }

  #follow(room: string): void {
    const until = this.closedUntil(room);
    if (until === undefined) return void this.#speakers.delete(room);
    const known = this.#speakers.get(room);
    // Once it was open again, others may have spoken.
    if (known && known.until > Date.now()) return void (known.until = until);
    const speakers: Speakers = { ids: undefined, until };
    this.#speakers.set(room, speakers);
    void this.#read(room, speakers);
  }

  async #read(room: string, speakers: Speakers): Promise<void> {
    while (!this.#closed && this.#speakers.get(room) === speakers && !speakers.ids) {
      try {
        speakers.ids = await this.#speakersOf(room);
      } catch (error) {
        if (!(error instanceof UnreachableError)) this.#log.error("journal failed", { error });
        await new Promise((resolve) => setTimeout(resolve, LIMITS.retryMs));
      }
    }
  }

  /** A page at a time, newest first, so that nothing waits for a long log. */
  async #speakersOf(room: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    let before: number | undefined;
    let read = 0;
    for (let more = true; more && read < LIMITS.speakersRead && !this.#closed;) {
      const page = await this.#journal.page(room, { before, limit: LIMITS.historyPage });
      for (const { from } of page.messages.toReversed()) {
        if (ids.size < LIMITS.speakers) ids.add(from);
      }
      more = page.more && ids.size < LIMITS.speakers;
      before = page.messages[0]?.seq;
      read += page.messages.length;
      await setImmediate();
    }
    return ids;
  }

  /** Reads nothing more. */
  close(): void {
    this.#closed = true;
  }
}
