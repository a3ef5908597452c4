/**
 * What happens, counted: plain numbers that only grow, cheap enough for every frame.
 *
 * Whoever does something adds to them; `metrics.ts` reads them when it is asked. They start at 0
 * when the chat opens, and the keys are bounded: wires, endings, refusals and statuses that the source
 * names, never what came from outside.
 */

import { type Ending, ENDINGS } from "./endings.ts";
import type { Refusal } from "./wire.ts";

const REFUSALS: readonly Refusal[] = [
  "bad_json",
  "bad_command",
  "too_large",
  "rate_limited",
  "bad_name",
  "overloaded",
];

/** What went over one wire, in both directions, on all of its connections. */
export class WireCounts {
  /** Messages that were taken in; some may turn out to have been kept already. */
  said = 0;
  /** Messages that were sent, once for each client that they were sent to. */
  delivered = 0;
  /** Frames that were sent, with whatever is in them. */
  frames = 0;
}

/** What happened in one chat since it opened. */
export class Counts {
  readonly wires: Map<string, WireCounts> = new Map();
  /** Connections that ended, by the ending's name. */
  readonly endings: Map<string, number> = new Map();
  /** Commands of clients that were refused. */
  readonly refusals: Map<Refusal, number> = new Map();
  /** Requests that were answered with a problem, by status. */
  readonly problems: Map<number, number> = new Map();

  constructor() {
    for (const { name } of Object.values(ENDINGS)) this.endings.set(name, 0);
    for (const code of REFUSALS) this.refusals.set(code, 0);
  }

  /** Takes what an append to the journal came to: how many messages in how many milliseconds. */
  appended: (messages: number, ms: number) => void = () => {};

  /** The numbers of this wire; `http` is what is said without a socket. */
  wire(name: string): WireCounts {
    let counts = this.wires.get(name);
    if (!counts) this.wires.set(name, counts = new WireCounts());
    return counts;
  }

  ended({ name }: Ending): void {
    add(this.endings, name);
  }

  refused(code: Refusal): void {
    add(this.refusals, code);
  }

  problem(status: number): void {
    add(this.problems, status);
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
