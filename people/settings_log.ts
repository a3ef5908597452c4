/**
 * A log of the server's own that consists of settings: values by key, followed as they change.
 *
 * Whatever is set, on whichever server, is reported once, in the order of the log. After the journal
 * has lost entries everything is read again, and only what differs is reported.
 */

import { LIMITS } from "../config/limits.ts";
import {
  AppendError,
  type Change,
  type Condition,
  type Journal,
  type Json,
  type Subscription,
  UnreachableError,
} from "../journal/journal.ts";

/** A key to set, and under which condition. */
export interface Setting {
  readonly key: string;
  /** `null`: it has no value any more. */
  readonly value: Json;
  readonly condition?: Condition;
}

/** What is done with the settings of a log. */
export interface SettingsOptions {
  /** A key has another value; `seq` and `at` are 0 where it is gone together with the log. */
  readonly changed: (key: string, value: Json, seq: number, at: number) => void;
  /** It could not be followed, and is tried again with the next look. */
  readonly failed: (error: unknown) => void;
}

/** Follows one log of settings. */
export class SettingsLog {
  readonly #journal: Journal;
  readonly #name: string;
  readonly #options: SettingsOptions;
  /** The number of the newest change of each key. */
  readonly #seqs = new Map<string, number>();
  #subscription: Subscription | undefined;
  #reading: Promise<void> | undefined;
  #reached = -Infinity;
  #seq = 0;
  #at = 0;
  #closed = false;

  private constructor(journal: Journal, name: string, options: SettingsOptions) {
    this.#journal = journal;
    this.#name = name;
    this.#options = options;
  }

  /** Reads a log and follows it until {@linkcode SettingsLog.close}. */
  static async open(
    journal: Journal,
    name: string,
    options: SettingsOptions,
  ): Promise<SettingsLog> {
    const log = new SettingsLog(journal, name, options);
    await log.#read();
    return log;
  }

  /** The newest entry that is known. */
  get seq(): number {
    return this.#seq;
  }

  /** The time of that entry. */
  get at(): number {
    return this.#at;
  }

  /** When the journal was last reached (`performance.now()`). */
  get reached(): number {
    return this.#reached;
  }

  /** Whether it has lost track: the next look reads it again. */
  get isBroken(): boolean {
    return this.#subscription?.broken === true;
  }

  /** The number of the newest change of a key, 0 if there is none. */
  numberOf(key: string): number {
    return this.#seqs.get(key) ?? 0;
  }

  /**
   * Sets keys, all of them or none. What was set has been reported when it resolves.
   *
   * @returns false if a condition is not true
   * @throws {AppendError} for anything else that is refused
   * @throws {UnreachableError} if the journal cannot be reached now
   */
  async set(by: string, settings: readonly Setting[]): Promise<boolean> {
    const drafts = settings.map(({ key, value, condition }) => ({
      room: this.#name,
      at: Date.now(),
      from: by,
      name: "",
      id: undefined,
      action: { type: "set", key, value } as const,
      condition,
      group: 1,
    }));
    const answers = await this.#journal.append(drafts);
    await this.refresh();
    const refusal = answers.find((answer) => answer instanceof AppendError);
    if (refusal && refusal.code !== "changed") throw refusal;
    return refusal === undefined;
  }

  /**
   * Takes everything that is kept by now.
   *
   * @throws {UnreachableError} if the journal cannot be reached now
   */
  async refresh(): Promise<void> {
    await this.#subscription?.refresh();
    this.#take();
    if (this.#subscription?.broken) await (this.#reading ??= this.#readAgain());
    this.#reached = performance.now();
  }

  /** The same, but reports what fails. */
  async look(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      if (!(error instanceof UnreachableError)) this.#options.failed(error);
    }
  }

  #take(): void {
    const subscription = this.#subscription;
    if (!subscription || this.#closed) return;
    for (let entries; !subscription.broken && (entries = subscription.take()).length > 0;) {
      for (const entry of entries) {
        this.#seq = entry.seq;
        this.#at = entry.at;
        if (entry.kind === "change") this.#apply(entry);
      }
    }
  }

  async #readAgain(): Promise<void> {
    this.#subscription?.unsubscribe();
    try {
      await this.#read();
    } finally {
      this.#reading = undefined;
    }
  }

  /** What is read is true at some moment after `head`; what is newer comes with the subscription. */
  async #read(): Promise<void> {
    const gone = new Set(this.#seqs.keys());
    let head: { head: number; at: number } | undefined;
    for (let after: string | undefined, more = true; more;) {
      const page = await this.#journal.settings(this.#name, { after, limit: LIMITS.page });
      head ??= page;
      more = page.changes.length === LIMITS.page;
      for (const change of page.changes) gone.delete(after = this.#apply(change, true));
    }
    for (const key of gone) {
      this.#seqs.delete(key);
      this.#options.changed(key, null, 0, 0);
    }
    this.#seq = head!.head;
    this.#at = head!.at;
    const news = () => void this.look();
    this.#subscription = await this.#journal.subscribe(this.#name, this.#seq, news);
    if (this.#closed) return this.#subscription.unsubscribe();
    // If it has broken by now, the next look reads again.
    this.#take();
    this.#reached = performance.now();
  }

  /** Applies a change unless it is known; returns its key. After a lost tail an older one counts. */
  #apply({ seq, at, action }: Change, isRead = false): string {
    if (action.type !== "set") return "";
    const { key, value } = action;
    const known = this.numberOf(key);
    if (isRead ? seq !== known : seq > known) {
      this.#seqs.set(key, seq);
      this.#options.changed(key, value, seq, at);
    }
    return key;
  }

  /** Stops following. */
  close(): void {
    this.#closed = true;
    this.#subscription?.unsubscribe();
  }
}
