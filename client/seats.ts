/**
 * The seats of one connection for all rooms, and what comes next from them.
 *
 * There is at most one for each room. Entering a room again gives the old seat up; nothing comes from it
 * any more. Whatever is ready in several rooms is joined; each room gets its turn.
 */

import { LIMITS } from "../config/limits.ts";
import type { Slice } from "../hub/tail.ts";
import type { WireCounters } from "../telemetry/counters.ts";
import type { Command } from "../wire/wire.ts";
import { Seat, type SeatHolder, type SeatOwner } from "./seat.ts";
import type { EnterRequest, Services } from "./services.ts";

/** The connection. */
export interface SeatsOwner extends SeatOwner {
  readonly counters: WireCounters;
  /** A room was entered, under its own name. */
  entered(room: string): void;
  /** A room was left. */
  left(room: string): void;
  /** There is something to send. */
  notify(): void;
}

/** What is sent next: frames, and what must be read from the journal after them. */
export interface NextFrames {
  readonly frames: string[];
  readonly reading?: Promise<readonly string[]>;
}

/** The seats. */
export class Seats implements SeatHolder {
  readonly #owner: SeatsOwner;
  readonly #services: Services;
  /** By the name that they were entered with, until the hub has let them in: then by the room's. */
  readonly #byName = new Map<string, Seat>();
  /** Those that have something to send. */
  readonly #ready = new Set<Seat>();

  constructor(owner: SeatsOwner, services: Services) {
    this.#owner = owner;
    this.#services = services;
  }

  /** The seat that was entered with this name, or is in the room of this name. */
  get(room: string): Seat | undefined {
    return this.#byName.get(room);
  }

  /** Whether as many rooms are entered as can be. */
  isFull(room: string): boolean {
    return this.#byName.size >= LIMITS.roomsEntered && !this.#byName.has(room);
  }

  /** Enters a room, again if it is entered. */
  enter(request: EnterRequest): void {
    const { room } = request;
    const before = this.#byName.get(room);
    const seat = new Seat(this.#owner, this, request, this.#services);
    this.#byName.set(room, seat);
    // In this order, so that nobody sees the person leave.
    this.#services.hub.join(seat);
    if (before) this.#leave(before);
  }

  /** Leaves a room; reports whether it was entered. */
  exit(room: string): boolean {
    const seat = this.#byName.get(room);
    if (!seat) return false;
    this.#byName.delete(room);
    this.#leave(seat);
    this.#owner.left(room);
    return true;
  }

  #leave(seat: Seat): void {
    this.#ready.delete(seat);
    this.#services.hub.leave(seat);
  }

  /** Handles a command in a room that is not entered. */
  handleOutside(command: Command, request: EnterRequest, isDraining: boolean): void {
    const seat = new Seat(this.#owner, this, request, this.#services);
    if (isDraining) seat.startDraining();
    seat.handleOutside(command);
  }

  /** Leaves the rooms that the person may not enter any more; the client learns of each. */
  checkAccess(): void {
    const { credentials } = this.#owner;
    for (const [name, seat] of this.#byName) {
      if (credentials.mayEnter(seat.room)) continue;
      this.exit(name);
      const code = seat.room.startsWith("~") ? "unknown_room" : "not_allowed";
      this.#owner.refuse(code, "you may not enter this room any more", seat.enterId, name);
    }
  }

  startDraining(): void {
    for (const seat of this.#byName.values()) seat.startDraining();
  }

  /** The person has another name. */
  rename(name: string): void {
    for (const seat of this.#byName.values()) seat.rename(name);
  }

  isBehind(): boolean {
    return this.#byName.values().some(({ isBehind }) => isBehind);
  }

  /** Leaves all rooms. What was said before one was open is kept even if nobody waits for the answer. */
  close(): void {
    for (const [room, seat] of [...this.#byName]) {
      if (!seat.isEntered) seat.handleOutside();
      this.exit(room);
    }
  }

  // What the hub reports.

  ready(seat: Seat): void {
    if (this.#byName.get(seat.room) !== seat) return;
    this.#ready.add(seat);
    this.#owner.notify();
  }

  seated(seat: Seat, asked: string): void {
    // It may have been given up while it waited.
    if (this.#byName.get(asked) !== seat) return;
    this.#byName.delete(asked);
    const before = this.#byName.get(seat.room);
    this.#byName.set(seat.room, seat);
    if (before) this.#leave(before);
    this.#owner.entered(seat.room);
  }

  lost(seat: Seat): void {
    if (this.#byName.get(seat.room) !== seat) return;
    this.exit(seat.room);
    const detail = "this room cannot be served now: enter it again";
    this.#owner.refuse("overloaded", detail, seat.enterId, seat.room);
  }

  // What is sent.

  get hasNext(): boolean {
    return this.#ready.size > 0;
  }

  /** What comes next from memory, as much as one frame holds, or until a log must be read. */
  next(): NextFrames {
    const frames: string[] = [];
    let length = 0;
    for (const seat of this.#ready) {
      this.#ready.delete(seat);
      const found = seat.takeWelcome();
      const next = seat.next();
      frames.push(...found);
      if (next instanceof Promise) {
        return { frames, reading: next.then((slice) => this.#advance(seat, slice)) };
      }
      frames.push(...this.#advance(seat, next));
      length += frames.at(-1)?.length ?? 0;
      if (length > LIMITS.frameLength) break;
    }
    return { frames };
  }

  /** The frames of a slice. A seat with more to send comes last. */
  #advance(seat: Seat, slice: Slice | undefined): readonly string[] {
    // While the journal was read, it may have been given up.
    if (this.#byName.get(seat.room) !== seat) return [];
    if (slice) {
      this.#owner.counters.delivered += slice.messages;
      seat.advance(slice);
    }
    if (seat.hasNext) this.#ready.add(seat);
    return slice?.frames ?? [];
  }
}
