/**
 * The audit log: who did what to whom and when, as ids, never with texts or names.
 *
 * It is a log of the server's own, which no client can address. Nothing in it is ever changed; like a
 * room it keeps its newest `--keep` entries. An action is noted after it was done and does not fail
 * because it cannot be noted: the server's own log has it then.
 */

import { LIMITS } from "../config/limits.ts";
import { AppendError, type Journal, type Message } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";

/** The name of its log, which no room can have. */
const LOG_NAME = "@audit";

/** What was done. */
export interface AuditNote {
  /** The id of the person who did it, `""` for the operator. */
  readonly by: string;
  /** One word or a few, such as `ban` or `sign-in link`. */
  readonly action: string;
  /** The id of the person, bot or thing that it was done to. */
  readonly to?: string;
  readonly room?: string;
  /** The number of the message that it was done to. */
  readonly of?: number;
  /** When it ends, in milliseconds since 1970. */
  readonly until?: number;
}

/** An entry of the audit log. */
export type AuditEntry = AuditNote & { readonly seq: number; readonly at: number };

/** Entries, oldest first. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** There are older ones. */
  readonly more: boolean;
}

/** The audit log of a journal. */
export class Audit {
  readonly #journal: Journal;
  readonly #log: Log;

  constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
  }

  /**
   * Notes what was done. Never rejects.
   *
   * @example
   * ```ts
   * await audit.note({ by: admin.id, action: "ban", to: "k3j2…" });
   * ```
   */
  async note(note: AuditNote): Promise<void> {
    const { by, ...rest } = note;
    const draft = {
      room: LOG_NAME,
      at: Date.now(),
      from: by,
      name: "",
      avatar: undefined,
      text: JSON.stringify(rest),
      id: undefined,
    };
    try {
      const [answer] = await this.#journal.append([draft]);
      if (answer instanceof AppendError) throw answer;
    } catch (error) {
      this.#log.error("audit failed", { ...note, error });
    }
  }

  /** Notes that a moderator deleted message `of`, if somebody else had written it. Never rejects. */
  async noteDeletion(by: string, room: string, of: number): Promise<void> {
    try {
      const { messages: [message] } = await this.#journal.page(room, { after: of - 1, limit: 1 });
      const to = message?.seq === of ? message.from : undefined;
      if (to !== by) await this.note({ by, action: "delete", to, room, of });
    } catch (error) {
      this.#log.error("audit failed", { by, action: "delete", room, of, error });
    }
  }

  /** The newest entries, {@linkcode LIMITS.historyPage} at most; those before an entry with `before`. */
  async read(limit: number, before?: number): Promise<AuditPage> {
    const query = { before, limit: Math.min(limit, LIMITS.historyPage) };
    const { messages, more } = await this.#journal.page(LOG_NAME, query);
    return { entries: messages.map(entryOf), more };
  }
}

function entryOf({ seq, at, from: by, text }: Message): AuditEntry {
  return { seq, at, by, ...JSON.parse(text) };
}
