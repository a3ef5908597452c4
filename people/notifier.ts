/**
 * Reports what was kept to those who are not in the room: activity and deletions to everybody who follows
 * it, and mentions to the people whom a message is for.
 *
 * It works beside the hub's loop. A mention that cannot be kept now is tried again for a while. If the
 * server is killed between a message and its mentions, the next start finds the message again, and so do the
 * other servers, see {@linkcode Notifier.recover}.
 */

import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Activity } from "../hub/activity.ts";
import { draftsOf, isForSomebody, type MentionServices } from "../hub/mentions.ts";
import type { Rules } from "../hub/permissions.ts";
import type { Journal, LogEntry, Message, RoomSummary } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { mentionDraft } from "./own_log.ts";
import type { OwnLogs } from "./own_logs.ts";

/** What it needs. */
export interface NotifierServices {
  readonly journal: Journal;
  readonly rules: Rules;
  readonly own: OwnLogs;
  readonly activity: Activity;
  /** All hidden rooms. */
  readonly hiddenRooms: () => Iterable<string>;
  readonly log: Log;
}

/** Reports the entries of one chat. */
export class Notifier {
  readonly #services: NotifierServices;
  readonly #waiting: { room: string; message: Message }[] = [];
  #working: Promise<void> | undefined;
  #recovering: Promise<void> | undefined;
  #closed = false;

  constructor(services: NotifierServices) {
    this.#services = services;
  }

  /** An entry was kept here, now or before under the same id. Returns at once. */
  kept(room: string, entry: LogEntry): void {
    const { activity, own } = this.#services;
    if (!entry.duplicate) activity.touch(room);
    if (entry.kind === "message") this.#add(room, entry);
    else if (entry.kind === "change" && entry.action.type === "delete") {
      const { of: seq } = entry.action;
      own.deleted({ room, seq });
      activity.deleted(room, seq);
    }
  }

  #add(room: string, message: Message): void {
    const { rules, log } = this.#services;
    if (!isForSomebody(message) && rules.describe(room).access !== "direct") return;
    if (this.#waiting.length >= LIMITS.mentionsWaiting) {
      return log.error("mentions dropped", { room });
    }
    this.#waiting.push({ room, message });
    this.#working ??= this.#work().finally(() => this.#working = undefined);
  }

  async #work(): Promise<void> {
    for (let tries = 0; this.#waiting.length > 0 && !this.#closed;) {
      const some = this.#waiting.slice(0, LIMITS.mentionsAtOnce);
      try {
        await this.#report(some);
        this.#waiting.splice(0, some.length);
        tries = 0;
      } catch (error) {
        this.#services.log.error("journal failed", { error });
        if (++tries >= LIMITS.mentionTries) return void this.#waiting.splice(0);
        await pause(LIMITS.retryMs);
      }
    }
  }

  async #report(messages: readonly { room: string; message: Message }[]): Promise<void> {
    const { journal, own } = this.#services;
    const services = this.#mentionServices();
    const drafts = [];
    for (const { room, message } of messages) {
      drafts.push(...await draftsOf(room, message, services));
    }
    if (drafts.length === 0) return;
    await journal.append(drafts);
    await own.look(drafts.map(({ from }) => from));
  }

  #mentionServices(): MentionServices {
    const { journal, rules } = this.#services;
    return {
      journal,
      direct: (room) => rules.peopleOf(room).map(({ id }) => id),
      wants: (member, room, from) => rules.admits(member, room) && !rules.blocks(member, from),
      draft: mentionDraft,
    };
  }

  /**
   * Reports the newest messages again, which a server that was killed may not have done: what was kept in
   * the last minute before the newest entry of all. What was reported before changes nothing.
   */
  recover(): Promise<void> {
    return this.#recovering ??= this.#recover().finally(() => this.#recovering = undefined);
  }

  async #recover(): Promise<void> {
    try {
      const rooms = await this.#recentRooms();
      const newest = rooms.reduce((newest, { at }) => Math.max(newest, at), 0);
      const since = newest - LIMITS.recoverMs;
      for (const { name, at } of rooms) {
        if (at < since || this.#closed) continue;
        for (const entry of await this.#services.journal.before(name, Infinity, LIMITS.page)) {
          if (entry.kind === "message" && entry.at >= since) this.#add(name, entry);
        }
      }
    } catch (error) {
      this.#services.log.error("journal failed", { error });
    }
  }

  /** The rooms with the newest entries: open ones as they are listed, and all hidden ones. */
  async #recentRooms(): Promise<RoomSummary[]> {
    const { journal, hiddenRooms } = this.#services;
    const rooms = await journal.rooms({ limit: LIMITS.roomsRecovered });
    const hidden = [...hiddenRooms()];
    while (hidden.length > 0 && !this.#closed) {
      const names = hidden.splice(0, LIMITS.roomsListed);
      rooms.push(...await journal.rooms({ names, limit: names.length }));
      // Many hidden rooms must not keep the event loop busy.
      await pause(0);
    }
    return rooms;
  }

  /** Waits until what was kept is reported. */
  async close(): Promise<void> {
    await this.#working;
    this.#closed = true;
    await this.#recovering;
  }
}
