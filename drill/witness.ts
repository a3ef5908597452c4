/**
 * What a client of a drill has seen of the log, and what the client library makes of it.
 *
 * It expects every number after the last one that it saw, once, in order, and writes whatever else
 * comes into the ledger.
 */

import type { Change, Message, Skip, Welcome } from "../sdk/protocol.ts";
import { RoomState } from "../sdk/room_state.ts";
import { differences, type RoomCopy } from "../testing/room_copy.ts";
import type { Ledger, Wrong } from "./ledger.ts";

/** More messages than a drill says. */
const MESSAGES = 1_000_000;

/** The view of one client. */
export class Witness {
  /** What the client library makes of it. */
  readonly state = new RoomState(MESSAGES, 0);
  readonly #name: string;
  readonly #ledger: Ledger;
  #epoch = "";
  #seq = 0;
  #at: number | undefined;

  constructor(name: string, ledger: Ledger) {
    this.#name = name;
    this.#ledger = ledger;
  }

  /** The newest number that it saw. */
  get seq(): number {
    return this.#seq;
  }

  /** Where it goes on, as the parameters of a connection. */
  get place(): Record<string, string> {
    const place: Record<string, string> = { since: String(this.#seq) };
    if (this.#epoch) place.epoch = this.#epoch;
    if (this.#at !== undefined) place.at = String(this.#at);
    return place;
  }

  /** A connection begins. */
  welcome(welcome: Welcome): void {
    const { epoch, after = this.#seq, reset } = welcome;
    if (reset || (this.#epoch && this.#epoch !== epoch)) this.blame("lost", "all, by a reset");
    else if (after !== this.#seq) this.blame("lost", `what is after ${after}, not ${this.#seq}`);
    this.#epoch = epoch;
    this.state.apply(welcome, 0);
  }

  /**
   * A message comes.
   *
   * @param isEcho it may have come before, since it was sent again
   */
  message(message: Message, isEcho: boolean): void {
    const { seq } = message;
    if (seq > this.#seq) {
      this.#advance(message, seq, seq);
      this.#ledger.saw(message);
    } else if (!isEcho || !this.#ledger.knows(message)) this.#doubled(seq);
  }

  /**
   * A change comes.
   *
   * @param isAnswer it may have come before, or come again with the log
   */
  change(change: Change | Skip, isAnswer: boolean): void {
    const [from, to] = change.type === "skip" ? [change.from, change.to] : [change.seq, change.seq];
    if (isAnswer && from > this.#seq + 1) return;
    if (to > this.#seq) {
      this.#advance(change, from, to);
      this.#ledger.sawChanges(from, to);
    } else if (!isAnswer) this.#doubled(from);
  }

  /** Compares what it knows in the end with what somebody knows who fetches everything. */
  compare(copy: RoomCopy): void {
    const found = differences(this.state, copy, 0);
    if (found.length > 0) this.blame("stale", found.join("; "));
  }

  /** Something was wrong. */
  blame(wrong: Wrong, words: string): void {
    this.#ledger.blame(wrong, `${this.#name} got ${words}`);
  }

  /** Goes on to an entry that has the numbers `from` to `to`. */
  #advance(entry: Message | Change | Skip, from: number, to: number): void {
    if (from !== this.#seq + 1) this.blame("disordered", `${from} after ${this.#seq}`);
    this.#seq = to;
    this.#at = entry.at;
    this.state.apply(entry, 0);
  }

  #doubled(seq: number): void {
    this.blame("doubled", `${seq} after ${this.#seq}`);
  }
}
