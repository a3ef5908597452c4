/**
 * What the clients of a drill saw, and what is found afterwards.
 *
 * The clients write into the ledger while they see it: which message stood at which number, which of
 * their own came back, which were refused, and whatever was wrong with a connection. At the end the
 * history is held against it. Nothing is forgiven: a fault that was written once stays.
 *
 * Ids are `sender/number`; numbers of one sender grow.
 */

/** The ways in which a message can go wrong. */
export type Wrong = "lost" | "doubled" | "disordered";

/** A message as far as the ledger looks. */
export interface Line {
  readonly seq: number;
  readonly id?: string;
}

/** What came of it all. */
export interface Account {
  /** Messages that came back to whoever said them. */
  readonly accepted: number;
  readonly refused: number;
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  /** The first faults, in words. */
  readonly faults: readonly string[];
}

const FAULTS_TOLD = 10;

/** Takes down what clients see. */
export class Ledger {
  /** Ids by number, as anybody saw them. */
  readonly #shown = new Map<number, string | undefined>();
  readonly #accepted = new Map<string, number>();
  readonly #refused = new Set<string>();
  readonly #counts = { lost: 0, doubled: 0, disordered: 0 };
  readonly #faults: string[] = [];
  #newest = 0;
  #refusals = 0;

  /** The newest number that anybody saw. */
  get newest(): number {
    return this.#newest;
  }

  /** How many messages came back to whoever said them. */
  get accepted(): number {
    return this.#accepted.size;
  }

  /** How many messages were refused at some time. */
  get refused(): number {
    return this.#refused.size;
  }

  /** How often something was refused. */
  get refusals(): number {
    return this.#refusals;
  }

  /** Somebody saw this message at its place. */
  saw({ seq, id }: Line): void {
    if (!this.#shown.has(seq)) this.#shown.set(seq, id);
    else if (this.#shown.get(seq) !== id) {
      this.blame("disordered", `${seq} was ${this.#shown.get(seq)}, then ${id}`);
    }
    this.#newest = Math.max(this.#newest, seq);
  }

  /** Whether this message stood at this place before. */
  knows({ seq, id }: Line): boolean {
    return this.#shown.has(seq) && this.#shown.get(seq) === id;
  }

  /** A message came back to whoever said it. */
  accept(id: string, seq: number): void {
    this.#accepted.set(id, seq);
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
    if (this.#faults.length < FAULTS_TOLD) this.#faults.push(`${wrong}: ${words}`);
  }

  /** Holds the whole history, from the first message on, against what was seen. */
  check(history: readonly Line[]): Account {
    const places = this.#placesIn(history);
    for (const [id, seq] of this.#accepted) {
      const place = places.get(id);
      if (place === undefined) this.blame("lost", `${id}, which came back as ${seq}`);
      else if (place !== seq) this.blame("disordered", `${id} came back as ${seq}, is ${place}`);
    }
    for (const [seq, id] of this.#shown) {
      if (seq > history.length) this.blame("lost", `${seq}, which was shown as ${id}`);
      else if (history[seq - 1].id !== id) {
        this.blame("disordered", `${seq} was shown as ${id}, is ${history[seq - 1].id}`);
      }
    }
    const { accepted, refused } = this;
    return { accepted, refused, ...this.#counts, faults: this.#faults };
  }

  /** Where each id stands; blames what is wrong with the history by itself. */
  #placesIn(history: readonly Line[]): Map<string, number> {
    const places = new Map<string, number>();
    const latest = new Map<string, number>();
    history.forEach(({ seq, id }, index) => {
      if (seq !== index + 1) this.blame("disordered", `${seq} where ${index + 1} was due`);
      if (id === undefined) return;
      if (places.has(id)) return this.blame("doubled", `${id}, at ${places.get(id)} and ${seq}`);
      places.set(id, seq);
      if (this.#refused.has(id)) return;
      const [sender, number] = id.split("/");
      if (Number(number) < (latest.get(sender) ?? 0)) {
        this.blame("disordered", `${id} stands behind a later one of its sender`);
      }
      latest.set(sender, Number(number));
    });
    return places;
  }
}
