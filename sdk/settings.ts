/**
 * What a room is set to: its title and topic, whether it is archived, and its pinned messages.
 *
 * A welcome says what is true at its `seq`; older changes, which may follow it, change nothing.
 */

import type { Delete, Pin, RoomChange, Welcome } from "./protocol.ts";

/** Pins that are held: as many as a welcome lists. */
const MOST_PINS = 50;

/** The settings of one room. */
export class Settings {
  #seq = 0;
  #topic: string | undefined;
  #title: string | undefined;
  #archived = false;
  #pins: readonly number[] = [];

  /** Undefined if there is none. */
  get topic(): string | undefined {
    return this.#topic;
  }

  /** Of a private room. */
  get title(): string | undefined {
    return this.#title;
  }

  /** Whether nothing can be said in it. */
  get archived(): boolean {
    return this.#archived;
  }

  /** The newest pinned messages, newest pin first. */
  get pins(): readonly number[] {
    return this.#pins;
  }

  /** Takes what a welcome says. */
  welcome({ seq, topic, title, archived, pins = [] }: Welcome): void {
    this.#seq = seq;
    this.#title = title;
    this.#archived = archived === true;
    this.#topic = topic || undefined;
    this.#pins = pins;
  }

  /** Applies a change. */
  apply(change: Pin | Delete | RoomChange): void {
    if (change.seq <= this.#seq) return;
    this.#seq = change.seq;
    if (change.type === "room") this.#room(change);
    else this.#pin(change.of, change.type === "pin" && change.on);
  }

  #room({ topic = this.#topic, title = this.#title, archived = this.#archived }: RoomChange): void {
    this.#topic = topic || undefined;
    this.#title = title;
    this.#archived = archived;
  }

  /** The messages up to this one are no longer kept. */
  forget(to: number): void {
    this.#pins = this.#pins.filter((seq) => seq > to);
  }

  #pin(seq: number, on: boolean): void {
    const others = this.#pins.filter((other) => other !== seq);
    this.#pins = on ? [seq, ...others].slice(0, MOST_PINS) : others;
  }
}
