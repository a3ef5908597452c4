/**
 * A client's place in a room's log, and what comes next from there.
 *
 * Usually that is the next slice of the tail. A cursor that starts before what is in memory, or has
 * fallen behind it, catches up first: page by page from the journal to a target, the place where the
 * tail ended when it began to catch up, and along the tail from there. History, replay, resume and
 * falling behind are all this. No message comes twice and none is left out, because each page starts
 * where the last one ended, and the target is the same place in the journal and in the tail.
 */

import type { Room } from "../hub/room.ts";
import type { Slice } from "../hub/tail.ts";
import type { Awaitable } from "../journal/journal.ts";
import type { Wire } from "../wire/wire.ts";
import { CatchUp } from "./catch_up.ts";
import type { Services } from "./services.ts";

/** Where a cursor starts. */
export interface Start {
  /** The newest message the client has. */
  readonly seq: number;
  /** The client has messages already, so a gap after them is reported. */
  readonly resumes: boolean;
}

/** A place that only moves forwards. */
export class Cursor {
  readonly #room: Room;
  readonly #wire: Wire;
  readonly #services: Services;
  #seq: number;
  /** The place on the tail, valid while it is not catching up. */
  #index: number;
  #catchUp: CatchUp | undefined;

  constructor(room: Room, wire: Wire, services: Services, { seq, resumes }: Start) {
    this.#room = room;
    this.#wire = wire;
    this.#services = services;
    this.#seq = seq;
    this.#index = room.tail.end;
    if (seq < room.tail.seq) this.#setOut({ fellBehind: false, reportsGaps: resumes });
  }

  /** The newest message that was sent. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether it is served from the journal. */
  get isBehind(): boolean {
    return this.#catchUp !== undefined;
  }

  /** Whether there is something to send. */
  get hasNext(): boolean {
    return this.#catchUp !== undefined || this.#index < this.#room.tail.published;
  }

  /**
   * The next slice to send; {@linkcode Cursor.advance} follows once it is sent. Undefined: ask again.
   */
  next(): Awaitable<Slice | undefined> {
    if (this.#catchUp) return this.#catchUp.next();
    const slice = this.#room.tail.read(this.#wire, this.#index);
    if (!slice) this.#setOut({ fellBehind: true, reportsGaps: true });
    return slice;
  }

  /**
   * The slice was sent.
   *
   * @throws {RangeError} for a slice that lies behind this place
   */
  advance({ seq, end }: Slice): void {
    if ((seq > 0 && seq <= this.#seq) || (end !== undefined && end < this.#index)) {
      throw new RangeError(`the slice up to message ${seq} is behind message ${this.#seq}`);
    }
    if (seq > 0) this.#seq = seq;
    if (end === undefined) return;
    this.#index = end;
    this.#catchUp = undefined;
  }

  #setOut(how: { fellBehind: boolean; reportsGaps: boolean }): void {
    this.#catchUp = new CatchUp(this.#room, this.#wire, this.#services, this.#seq, how);
  }
}
