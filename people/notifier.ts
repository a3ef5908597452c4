/**
 * Reports what was kept to those who are not in the room: activity to everybody who follows it, and
 * mentions to the people whom a message is for.
 *
 * It works beside the hub's loop. A mention that cannot be kept now is tried again for a while.
 */

import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import type { Activity } from "../hub/activity.ts";
import { draftsOf, isForSomebody } from "../hub/mentions.ts";
import type { Rules } from "../hub/permissions.ts";
import type { Journal, LogEntry, Message } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { mentionDraft, type OwnLogs } from "./own_logs.ts";

/** What it needs. */
export interface NotifierServices {
  readonly journal: Journal;
  readonly rules: Rules;
  readonly own: OwnLogs;
  readonly activity: Activity;
  readonly log: Log;
}

/** Reports the entries of one chat. */
export class Notifier {
  readonly #services: NotifierServices;
  readonly #waiting: { room: string; message: Message }[] = [];
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(services: NotifierServices) {
    this.#services = services;
  }

  /** An entry was kept here, now or before under the same id. Returns at once. */
  kept(room: string, entry: LogEntry): void {
    const { activity, rules, log } = this.#services;
    activity.touch(room);
    if (entry.kind !== "message") return;
    if (!isForSomebody(entry, rules.describe(room).access === "direct")) return;
    if (this.#waiting.length >= LIMITS.mentionsWaiting) {
      return log.error("mentions dropped", { room });
    }
    this.#waiting.push({ room, message: entry });
    this.#working ??= this.#work().finally(() => this.#working = undefined);
  }

  async #work(): Promise<void> {
    for (let tries = 0; this.#waiting.length > 0 && !this.#closed;) {
      try {
        await this.#tell(this.#waiting.slice(0, LIMITS.mentionsAtOnce));
        this.#waiting.splice(0, LIMITS.mentionsAtOnce);
        tries = 0;
      } catch (error) {
        this.#services.log.error("journal failed", { error });
        if (++tries >= LIMITS.mentionTries) return void this.#waiting.splice(0);
        await pause(LIMITS.retryMs);
      }
    }
  }

  async #tell(messages: readonly { room: string; message: Message }[]): Promise<void> {
    const { journal, rules, own } = this.#services;
    const services = {
      journal,
      direct: (room: string) => rules.peopleOf(room).map(({ id }) => id),
      wants: (member: string, room: string, from: string) =>
        rules.admits(member, room) && !rules.blocks(member, from),
      draft: mentionDraft,
    };
    const drafts = [];
    for (const { room, message } of messages) {
      drafts.push(...await draftsOf(room, message, services));
    }
    if (drafts.length === 0) return;
    await journal.append(drafts);
    own.look();
  }

  /** Waits until what was kept is told. */
  async close(): Promise<void> {
    await this.#working;
    this.#closed = true;
  }
}
