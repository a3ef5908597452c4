/**
 * A seat: one person's place in one room, on a connection for all rooms.
 *
 * It has a cursor on the room's log; the connection has the writer that sends what comes next from all of
 * its seats, the welcome of each before anything else of that room. A seat that was never let in belongs
 * to a command in a room that is not entered: its answers are all that comes of that room.
 */

import { LIMITS } from "../config/limits.ts";
import type { Person } from "../hub/person.ts";
import type { Member, Room } from "../hub/room.ts";
import type { Slice } from "../hub/tail.ts";
import type { Awaitable, LogEntry } from "../journal/journal.ts";
import { RoomWire } from "../wire/all_rooms.ts";
import type { Command, Refusal } from "../wire/wire.ts";
import type { CloseReason } from "./close_reasons.ts";
import { type Commander, Commands } from "./commands.ts";
import { Cursor } from "./cursor.ts";
import type { ConnectionLimits } from "./rate_limit.ts";
import type { Credentials, EnterRequest, Services } from "./services.ts";
import { sinceOf, welcomeTo } from "./welcome.ts";

/** The connection that a seat belongs to. */
export interface SeatOwner {
  readonly credentials: Credentials;
  readonly limits: ConnectionLimits;
  answer(frames: readonly string[]): void;
  refuse(code: Refusal, detail: string, id: string | undefined, room: string): void;
  end(reason: CloseReason): void;
}

/** Where the seats of a connection are kept. */
export interface SeatHolder {
  /** There is something to send from this seat. */
  ready(seat: Seat): void;
  /** The hub has let in the seat that was asked for under this name. */
  seated(seat: Seat, asked: string): void;
  /** The hub cannot let it in, or can no longer serve it. */
  lost(seat: Seat): void;
}

/** Wires by room, since frames are made once for all connections at the same place. */
const wires = new WeakMap<Room, RoomWire>();

function wireOf(room: Room): RoomWire {
  let wire = wires.get(room);
  if (!wire) wires.set(room, wire = new RoomWire(room.name));
  return wire;
}

/** A person's place in a room. */
export class Seat implements Member, Commander {
  room: string;
  person: Person;
  readonly observer = false;
  readonly isAdmin: boolean;
  readonly #owner: SeatOwner;
  readonly #holder: SeatHolder;
  readonly #request: EnterRequest;
  readonly #services: Services;
  readonly #commands: Commands;
  #wire: RoomWire;
  #cursor: Cursor | undefined;
  /** The welcome, until it is sent. */
  #welcome: string[] = [];
  /** Commands that came before it was let in. */
  #early: Command[] = [];
  #diverged = false;

  constructor(owner: SeatOwner, holder: SeatHolder, request: EnterRequest, services: Services) {
    const { credentials, limits } = owner;
    this.#owner = owner;
    this.#holder = holder;
    this.#request = request;
    this.#services = services;
    this.#wire = new RoomWire(request.room);
    this.room = request.room;
    this.person = { ...credentials.person };
    this.isAdmin = credentials.isAdmin;
    this.#commands = new Commands(this, limits, { ...credentials, wire: this.#wire }, services);
  }

  get since(): number | undefined {
    return sinceOf(this.#request, this.#services);
  }

  get sinceAt(): number | undefined {
    return this.#request.at;
  }

  /** What the client called its `enter`. */
  get enterId(): string | undefined {
    return this.#request.id;
  }

  /** Whether the hub has let it in. */
  get isEntered(): boolean {
    return this.#cursor !== undefined;
  }

  /** Whether it is served from the journal. */
  get isBehind(): boolean {
    return this.#cursor?.isBehind === true;
  }

  // Its commands.

  /** Handles a command, once the hub has let it in. */
  handle(command: Command): void {
    if (this.#cursor) return this.#commands.handle(command);
    if (this.#early.length < LIMITS.earlyCommands) this.#early.push(command);
    else this.refuse("overloaded", "wait for the welcome of this room", idOf(command));
  }

  /** Handles a command in a room that is not entered, and what came before it was let in. */
  handleOutside(...commands: Command[]): void {
    for (const command of [...commands, ...this.#early.splice(0)]) this.#commands.handle(command);
  }

  startDraining(): void {
    this.#commands.startDraining();
  }

  /** The person has another name; before it is let in, this is the name that it comes with. */
  rename(name: string): void {
    if (!this.#cursor) this.person = { ...this.person, name };
    else if (name !== this.person.name) this.#services.hub.rename(this, name);
  }

  // What the hub reports.

  entered(room: Room, person: Person): void {
    const services = this.#services;
    const { welcome, start } = welcomeTo(room, person, this.#request, services, this.#diverged);
    const asked = this.room;
    this.room = room.name;
    this.person = person;
    this.#wire = wireOf(room);
    this.#commands.entered(room);
    this.#cursor = new Cursor(room, this.#wire, services, start);
    this.#welcome = this.#wire.welcome({ ...welcome, messages: room.messages });
    this.#holder.seated(this, asked);
    this.notify();
    for (const command of this.#early.splice(0)) this.#commands.handle(command);
  }

  diverged(): void {
    this.#diverged = true;
  }

  rejected(): void {
    this.#holder.lost(this);
  }

  /** Entries come back through the log; only one that was sent before needs its own echo. */
  kept(entry: LogEntry, shown: boolean, isOther = false): void {
    const comes = this.#cursor && (!shown || entry.seq > this.#cursor.seq);
    if (isOther || !comes) this.#owner.answer(this.#wire.encode([entry]));
  }

  refuse(code: Refusal, detail: string, id?: string): void {
    this.#owner.refuse(code, detail, id, this.room);
  }

  pong(id?: string): void {
    this.#owner.answer(this.#wire.pong(id));
  }

  notify(): void {
    if (this.hasNext) this.#holder.ready(this);
  }

  end(reason: CloseReason): void {
    this.#owner.end(reason);
  }

  // What it sends.

  /** Whether there is something to send. */
  get hasNext(): boolean {
    return this.#welcome.length > 0 || this.#cursor?.hasNext === true;
  }

  /** The welcome, once. */
  takeWelcome(): string[] {
    return this.#welcome.splice(0);
  }

  /** The next slice, if there is one now; {@linkcode Seat.advance} follows. */
  next(): Awaitable<Slice | undefined> {
    return this.#cursor?.hasNext ? this.#cursor.next() : undefined;
  }

  /** The slice was sent. */
  advance(slice: Slice): void {
    this.#cursor!.advance(slice);
  }
}

function idOf(command: Command): string | undefined {
  return "id" in command ? command.id : undefined;
}
