/**
 * Counters: plain numbers that only grow, cheap enough to count every frame.
 *
 * All parts of the chat add to them; `metrics.ts` reads them on request. They start at 0 when the chat
 * opens. Their keys are limited: wires, close reasons, error codes and statuses that the source names,
 * never anything from outside.
 */

import { LIMITS } from "../config/limits.ts";
import { CLOSE_REASONS, type CloseReason } from "../client/close_reasons.ts";
import type { Refusal } from "../wire/wire.ts";
import { Histogram } from "./histogram.ts";

const REFUSALS: readonly Refusal[] = [
  "bad_json",
  "bad_command",
  "too_large",
  "rate_limited",
  "bad_name",
  "overloaded",
  "not_allowed",
  "gone",
  "changed",
  "unknown_room",
];

const BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, LIMITS.batch];

/** The traffic on one wire, in both directions, on all of its connections. */
export class WireCounters {
  /** Messages that were accepted; some may have been kept already. */
  received = 0;
  /** Messages that were sent, counted for each recipient. */
  delivered = 0;
  /** Frames that were sent. */
  frames = 0;
}

/** The counters of one chat since it opened. */
export class Counters {
  readonly wires: Map<string, WireCounters> = new Map();
  /** Connections that ended, by reason. */
  readonly closeReasons: Map<string, number> = new Map();
  /** Commands of clients that were refused. */
  readonly refusals: Map<Refusal, number> = new Map();
  /** Requests that were answered with a problem, by status. */
  readonly problems: Map<number, number> = new Map();

  /** Connections that were given up, by what they waited for. */
  readonly abandonments: Map<"open" | "close", number> = new Map([["open", 0], ["close", 0]]);

  /** Messages in one append to the journal, and the seconds it took. */
  readonly batches: Histogram = new Histogram(BATCHES);
  readonly appends: Histogram = new Histogram();

  constructor() {
    for (const { name } of Object.values(CLOSE_REASONS)) this.closeReasons.set(name, 0);
    for (const code of REFUSALS) this.refusals.set(code, 0);
  }

  /** The counters of this wire; `http` is for messages without a socket. */
  wire(name: string): WireCounters {
    let counts = this.wires.get(name);
    if (!counts) this.wires.set(name, counts = new WireCounters());
    return counts;
  }

  /** Counts an append to the journal. */
  appended(messages: number, ms: number): void {
    this.batches.add(messages);
    this.appends.add(ms / 1000);
  }

  closed({ name }: CloseReason): void {
    add(this.closeReasons, name);
  }

  refused(code: Refusal): void {
    add(this.refusals, code);
  }

  abandoned(what: "open" | "close"): void {
    add(this.abandonments, what);
  }

  problem(status: number): void {
    add(this.problems, status);
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
