/**
 * The own logs of the people who are connected to this server: each is followed while somebody of this
 * person is here, once for all of their devices.
 */

import type { Mention, OwnLog, OwnLogs as Contract } from "../client/own.ts";
import { LIMITS } from "../config/limits.ts";
import { mentionedIn } from "../hub/mentions.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { type Listener, PersonLog } from "./own_log.ts";

/** The logs that are open. */
export class OwnLogs implements Contract {
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #opening = new Map<string, Promise<PersonLog>>();
  readonly #open = new Map<string, PersonLog>();
  /** Logs whose last marks are being kept. */
  readonly #closing = new Set<Promise<void>>();
  readonly #looking: ReturnType<typeof setInterval>;
  /** Deletions may have been missed, since the last look at all mentions began. */
  #hasMissed = false;
  #checking: Promise<void> | undefined;

  /** Follows what other servers keep, too, until {@linkcode OwnLogs.close}. */
  constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
    this.#looking = setInterval(() => this.#lookAtBroken(), LIMITS.directoryMs);
  }

  async open(id: string, changed: Listener): Promise<{ log: OwnLog; close(): void }> {
    const opening = this.#opening.get(id) ?? this.#follow(id);
    const own = await opening;
    // The last one may have closed it meanwhile.
    if (this.#opening.get(id) !== opening) return await this.open(id, changed);
    own.listeners.add(changed);
    const close = () => {
      own.listeners.delete(changed);
      if (own.listeners.size > 0 || this.#open.get(id) !== own) return;
      const closing = this.#close(id, own).finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    };
    return { log: own, close };
  }

  #follow(id: string): Promise<PersonLog> {
    const opening = PersonLog.open(this.#journal, id, this.#log);
    this.#opening.set(id, opening);
    opening.then((own) => {
      if (this.#opening.get(id) === opening) this.#open.set(id, own);
      else void own.close();
    }, () => this.#opening.delete(id));
    return opening;
  }

  async #close(id: string, own: PersonLog): Promise<void> {
    this.#opening.delete(id);
    this.#open.delete(id);
    await own.close();
    // Somebody may have come back before the last marks were kept.
    await this.look([id]);
  }

  /** Takes what this server has kept in the logs of these people, as far as they are open. */
  async look(people: Iterable<string>): Promise<void> {
    for (const id of new Set(people)) await this.#open.get(id)?.look();
  }

  /** A message was deleted. */
  deleted(message: Pick<Mention, "room" | "seq">): void {
    for (const own of this.#open.values()) own.forget(message);
  }

  /** Other servers may have deleted messages: forgets the mentions of those. */
  missed(): void {
    this.#hasMissed = true;
    this.#checking ??= this.#checkMentions()
      .catch((error) => this.#log.error("journal failed", { error }))
      .finally(() => this.#checking = undefined);
  }

  /** One after another, as there may be many, and nobody waits for it. */
  async #checkMentions(): Promise<void> {
    while (this.#hasMissed) {
      this.#hasMissed = false;
      for (const own of [...this.#open.values()]) {
        const unread = [...own.roomsWithMentions()].flatMap((room) => own.unread(room));
        for (const mention of unread) {
          if (!await mentionedIn(mention.room, mention.seq, this.#journal)) own.forget(mention);
        }
      }
    }
  }

  /** What other servers keep comes by itself, unless a log has lost track. */
  #lookAtBroken(): void {
    for (const own of this.#open.values()) if (own.isBroken) void own.look();
  }

  /** Follows nothing any more, once the last marks are kept. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#hasMissed = false;
    const open = [...this.#open.values()];
    this.#opening.clear();
    this.#open.clear();
    await Promise.all([this.#checking, ...this.#closing, ...open.map((own) => own.close())]);
  }
}
