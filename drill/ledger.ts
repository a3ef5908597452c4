/**
 * What the clients of a drill saw, compared with what is found afterwards.
 *
 * The clients record which message had which number, which numbers changes had, which of their own
 * came back, which were refused, and whatever was wrong with a connection. At the end the history is
 * compared with that, and what each client knows with the history. A fault that was recorded once
 * stays.
 *
 * Ids are `sender/number`; the numbers of one sender grow.
 */

/**
 * The ways in which something can go wrong; `diverged` is a message that a client holds and the server
 * does not have, `stale` a client that knows something else of the room than the server in the end.
 */
export type Wrong = "lost" | "doubled" | "disordered" | "diverged" | "stale";

/** What the ledger looks at in a message. */
export interface Line {
  readonly seq: number;
  readonly id?: string;
}

/** A message that a client holds, or that the server has. */
export interface Entry extends Line {
  readonly at: number;
}

/** The result of a drill. */
export interface Account {
  /** How many messages and changes came back to their sender. */
  readonly accepted: number;
  readonly refused: number;
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  /** How many messages a client held although the server has others, or none, in their places. */
  readonly diverged: number;
  readonly stale: number;
  /** The first faults, in words. */
  readonly faults: readonly string[];
}

const FAULTS_SHOWN = 10;

/** Records what clients see. */
export class Ledger {
  /** Ids by number, as some client saw them. */
  readonly #shown = new Map<number, string | undefined>();
  readonly #accepted = new Map<string, number>();
  readonly #refused = new Set<string>();
  /** Numbers of changes, superseded ones included. */
  readonly #changes = new Set<number>();
  readonly #acceptedChanges = new Set<string>();
  readonly #counts = { lost: 0, doubled: 0, disordered: 0, diverged: 0, stale: 0 };
  readonly #faults: string[] = [];
  #newest = 0;
  #refusals = 0;

  /** The newest number that a client saw, or that its own message came back with. */
  get newest(): number {
    return this.#newest;
  }

  /** How many messages and changes came back to their sender. */
  get accepted(): number {
    return this.#accepted.size + this.#acceptedChanges.size;
  }

  /** How many messages were refused at least once. */
  get refused(): number {
    return this.#refused.size;
  }

  /** How often a message was refused. */
  get refusals(): number {
    return this.#refusals;
  }

  /** A client saw this message at its place. */
  saw({ seq, id }: Line): void {
    if (!this.#shown.has(seq)) this.#shown.set(seq, id);
    else if (this.#shown.get(seq) !== id) {
      this.blame("disordered", `${seq} was ${this.#shown.get(seq)}, then ${id}`);
    }
    this.#newest = Math.max(this.#newest, seq);
  }

  /** A client saw that these numbers are changes. */
  sawChanges(from: number, to: number): void {
    for (let seq = from; seq <= to; seq++) {
      if (this.#shown.has(seq)) this.blame("disordered", `${seq} was a message, then a change`);
      this.#changes.add(seq);
    }
    this.#newest = Math.max(this.#newest, to);
  }

  /** Whether a client has seen this message at this place. */
  knows({ seq, id }: Line): boolean {
    return this.#shown.has(seq) && this.#shown.get(seq) === id;
  }

  /** A message came back to its sender. */
  accept(id: string, seq: number): void {
    this.#accepted.set(id, seq);
    this.#newest = Math.max(this.#newest, seq);
  }

  /** The act itself has removed everything after this message: that is not expected any more. */
  forget(seq: number): void {
    for (const [id, place] of this.#accepted) if (place > seq) this.#accepted.delete(id);
    for (const place of this.#shown.keys()) if (place > seq) this.#shown.delete(place);
    this.#newest = seq;
  }

  /** A change came back to its sender. */
  acceptChange(id: string): void {
    this.#acceptedChanges.add(id);
  }

  /** A message was refused: it must not have been shown. */
  refuse(id: string): void {
    this.#refused.add(id);
    this.#refusals++;
    if (this.#accepted.has(id)) this.blame("disordered", `${id} was shown, then refused`);
  }

  /** Something was wrong. */
  blame(wrong: Wrong, words: string): void {
    this.#counts[wrong]++;
    if (this.#faults.length < FAULTS_SHOWN) this.#faults.push(`${wrong}: ${words}`);
  }

  /** Compares the whole history, from the first message on, with what was seen. */
  check(history: readonly Line[]): Account {
    const places = this.#placesIn(history);
    for (const [id, seq] of this.#accepted) {
      const place = places.get(id);
      if (place === undefined) this.blame("lost", `${id}, which came back as ${seq}`);
      else if (place !== seq) this.blame("disordered", `${id} came back as ${seq}, is ${place}`);
    }
    const lines = new Map(history.map((line) => [line.seq, line]));
    for (const [seq, id] of this.#shown) {
      const line = lines.get(seq);
      if (!line) this.blame("lost", `${seq}, which was shown as ${id}`);
      else if (line.id !== id) {
        this.blame("disordered", `${seq} was shown as ${id}, is ${line.id}`);
      }
    }
    const { accepted, refused } = this;
    return { accepted, refused, ...this.#counts, faults: this.#faults };
  }

  /** Compares what a client holds, from some message on, with the whole history. */
  compare(name: string, held: readonly Entry[], history: readonly Entry[]): void {
    for (const { seq, id, at } of held) {
      const kept = history[seq - 1];
      if (kept?.id === id && kept?.at === at) continue;
      this.blame("diverged", `${name} has ${id} as ${seq}, the server ${kept?.id ?? "nothing"}`);
    }
    const expected = history.length - (held[0]?.seq ?? 1) + 1;
    for (let n = held.length; n < expected; n++) this.blame("lost", `one that ${name} lacks`);
  }

  /** The place of each id; records what is wrong with the history by itself. */
  #placesIn(history: readonly Line[]): Map<string, number> {
    const places = new Map<string, number>();
    const latest = new Map<string, number>();
    let due = 1;
    history.forEach(({ seq, id }) => {
      while (this.#changes.has(due)) due++;
      if (seq !== due) this.blame("disordered", `${seq} where ${due} was due`);
      due = seq + 1;
      if (id === undefined) return;
      if (places.has(id)) return this.blame("doubled", `${id}, at ${places.get(id)} and ${seq}`);
      places.set(id, seq);
      if (this.#refused.has(id)) return;
      const [sender, number] = id.split("/");
      if (Number(number) < (latest.get(sender) ?? 0)) {
        this.blame("disordered", `${id} is behind a later one of its sender`);
      }
      latest.set(sender, Number(number));
    });
    return places;
  }
}
