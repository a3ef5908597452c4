/**
 * The outbox: commands that the server is not yet known to have kept.
 *
 * One is in flight at a time, until its echo or its refusal came, so that no pause can change their
 * order. After a reconnection it is sent again under the same id, which the server keeps once. A
 * refusal for haste (`rate_limited`, `overloaded`) means a pause that grows; any other is final.
 *
 * Several tabs may share one store: each sends the whole list from its start. That doubles nothing,
 * since the server keeps an id once, and keeps the order, since each sends the earlier one first.
 */

import { newId } from "./ids.ts";
import type { Command } from "./commands.ts";
import type { Draft, OutboxStore } from "./outbox_store.ts";

/** What came of a command. */
export type Outcome =
  | { readonly kept: true; readonly seq: number }
  | { readonly kept: false; readonly code: string; readonly detail: string };

/** What an outbox needs. */
export interface OutboxOptions {
  readonly store: OutboxStore;
  /** How many commands may wait. */
  readonly limit: number;
  /**
   * Whether a text that was refused for good stays, with the reason, to be retried or removed. Other
   * commands are easily given again.
   */
  readonly keepFailed: boolean;
  /** As whom commands would be sent now. */
  readonly author: () => string;
  /** Sends it; returns false if there is no connection. */
  readonly send: (command: Command & { id: string }) => boolean;
  /** No echo came: the connection may be dead. Called again if it stays away. */
  readonly doubt: (times: number) => void;
  readonly onChange: () => void;
  /** Makes the ids of new commands: 1 to 64 characters that nobody else uses. */
  readonly newId?: () => string;
  /** The first pause that a refusal for haste means, and the longest, in milliseconds. */
  readonly pausesMs?: readonly [first: number, longest: number];
}

const ECHO_MS = 10_000;
const PAUSES_MS = [1_000, 30_000] as const;

/** Commands that wait, for one room. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  readonly #idle = new Set<() => void>();
  readonly #unsubscribe: (() => void) | undefined;
  #inFlight: string | undefined;
  #echoTimer: ReturnType<typeof setTimeout> | undefined;
  #pauseTimer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs: number;
  #resumesAt = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#pauseMs = this.#pauses[0];
    this.#unsubscribe = options.store.onForeignChange?.(() => this.#changed());
  }

  /** What waits or was refused, oldest first. */
  get drafts(): Draft[] {
    return [...this.#options.store.all()];
  }

  /** Until when it pauses, because the server asked for it; milliseconds since 1970. */
  get resumesAt(): number {
    return this.#resumesAt;
  }

  get #pauses(): readonly [number, number] {
    return this.#options.pausesMs ?? PAUSES_MS;
  }

  /** Adds a command; resolves when it is kept or refused. */
  async add(command: Command): Promise<Outcome> {
    const { store, limit, author } = this.#options;
    if (store.size >= limit) {
      return { kept: false, code: "outbox_full", detail: `${limit} commands wait already` };
    }
    const newest = this.drafts.at(-1)?.at ?? 0;
    const id = (this.#options.newId ?? newId)();
    const outcome = new Promise<Outcome>((resolve) => this.#waiting.set(id, resolve));
    store.put({ id, at: Math.max(Date.now(), newest + 1), author: author(), command });
    this.#changed();
    return await outcome;
  }

  /** Sends a refused one again, in the name of the person who would send it now. */
  retry(id: string): void {
    const { store, author } = this.#options;
    const draft = store.get(id);
    if (draft) store.put({ ...draft, author: author(), failed: undefined });
    this.#changed();
  }

  /** Gives one up. */
  remove(id: string): void {
    this.#settle(id, { kept: false, code: "removed", detail: "it was removed" });
    this.#changed();
  }

  /** Resolves when nothing waits any more but what was refused. */
  async idle(): Promise<void> {
    if (this.#next()) await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  /** There is a connection: what was in flight is sent again. */
  online(): void {
    this.#land();
    this.#changed();
  }

  /** There is none. */
  offline(): void {
    this.#land();
    this.#options.onChange();
  }

  /**
   * An entry with this id is in the room's log, or the answer that it is. Returns whether it was one of
   * these.
   */
  kept(id: string, seq: number): boolean {
    if (id === this.#inFlight) this.#pauseMs = this.#pauses[0];
    if (id !== this.#inFlight && !this.#options.store.get(id)) return false;
    this.#settle(id, { kept: true, seq });
    this.#changed();
    return true;
  }

  /** A command with this id was refused. Returns whether it was one of these. */
  refused(id: string, code: string, detail: string): boolean {
    const draft = this.#options.store.get(id);
    if (id === this.#inFlight) this.#land();
    if (!draft) return false;
    if (code === "rate_limited" || code === "overloaded") this.#pause();
    else this.#fail(draft, code, detail);
    this.#changed();
    return true;
  }

  /** The frame in flight has ended the connection by its size. */
  tooLarge(): void {
    if (this.#inFlight) this.refused(this.#inFlight, "too_large", "the message is too large");
  }

  /** Ends it: nothing is sent any more, and nobody waits. What is stored stays. */
  close(): void {
    this.#land();
    clearTimeout(this.#pauseTimer);
    this.#unsubscribe?.();
    const outcome = { kept: false, code: "closed", detail: "the connection was closed" } as const;
    for (const resolve of this.#waiting.values()) resolve(outcome);
    this.#waiting.clear();
    for (const resolve of this.#idle) resolve();
  }

  #changed(): void {
    this.#pump();
    if (!this.#next()) {
      for (const resolve of this.#idle) resolve();
      this.#idle.clear();
    }
    this.#options.onChange();
  }

  #next(): Draft | undefined {
    for (const draft of this.#options.store.all()) if (!draft.failed) return draft;
  }

  #pump(): void {
    clearTimeout(this.#pauseTimer);
    this.#failForeign();
    const draft = this.#next();
    if (!draft || this.#inFlight !== undefined) return;
    const pause = this.#resumesAt - Date.now();
    if (pause > 0) this.#pauseTimer = setTimeout(() => this.#changed(), pause);
    else if (this.#options.send({ ...draft.command, id: draft.id })) {
      this.#inFlight = draft.id;
      this.#awaitEcho(1);
    }
  }

  /** Nobody's words are sent under another name: those of others wait for somebody to decide. */
  #failForeign(): void {
    const { store, author } = this.#options;
    const now = author();
    for (const draft of store.all()) {
      if (draft.failed || draft.author === now || draft.id === this.#inFlight) continue;
      this.#fail(draft, "other_author", `it was written as ${draft.author || "a guest"}`);
    }
  }

  #awaitEcho(times: number): void {
    this.#echoTimer = setTimeout(() => {
      this.#awaitEcho(times + 1);
      this.#options.doubt(times);
    }, ECHO_MS);
  }

  /** Nothing is in flight. */
  #land(): void {
    this.#inFlight = undefined;
    clearTimeout(this.#echoTimer);
  }

  #pause(): void {
    this.#resumesAt = Date.now() + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauses[1], this.#pauseMs * 2);
  }

  #fail(draft: Draft, code: string, detail: string): void {
    const outcome = { kept: false, code, detail } as const;
    const hasText = "text" in draft.command;
    if (!this.#options.keepFailed || !hasText) return this.#settle(draft.id, outcome);
    this.#options.store.put({ ...draft, failed: { code, detail } });
    this.#report(draft.id, outcome);
  }

  #settle(id: string, outcome: Outcome): void {
    if (id === this.#inFlight) this.#land();
    this.#options.store.delete(id);
    this.#report(id, outcome);
  }

  #report(id: string, outcome: Outcome): void {
    this.#waiting.get(id)?.(outcome);
    this.#waiting.delete(id);
  }
}
