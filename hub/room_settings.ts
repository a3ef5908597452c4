/**
 * What a room is set to: its topic and its pinned messages, as the log has them.
 *
 * It knows more pins than are shown, so that the next one moves up when a newer one is taken away.
 */

import { LIMITS } from "../config/limits.ts";
import type { Change, RoomState } from "../journal/journal.ts";

/** The settings of one open room. */
export class RoomSettings {
  #seq: number;
  #forgotten = 0;
  #topic: string | undefined;
  #pins: readonly number[];

  constructor({ seq, topic, pins }: RoomState) {
    this.#seq = seq;
    this.#topic = topic;
    this.#pins = pins;
  }

  /** Undefined where there is none. */
  get topic(): string | undefined {
    return this.#topic;
  }

  /** The newest pinned messages, newest pin first. */
  get pins(): readonly number[] {
    return this.#pins.slice(0, LIMITS.pins);
  }

  /** Messages up to this number are no longer kept. */
  forget(seq: number): void {
    if (seq <= this.#forgotten) return;
    this.#forgotten = seq;
    this.#pins = this.#pins.filter((pinned) => pinned > seq);
  }

  /** Applies a change, unless it was there when the settings were read. */
  apply({ seq, action }: Change): void {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    if (action.type === "room") this.#topic = action.topic || undefined;
    if (action.type !== "pin" && action.type !== "delete") return;
    const others = this.#pins.filter((pinned) => pinned !== action.of);
    const isPinned = action.type === "pin" && action.on;
    this.#pins = isPinned ? [action.of, ...others].slice(0, LIMITS.pinsKnown) : others;
  }
}
