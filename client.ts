/**
 * A client: one connection to one room, a reader that posts and a writer that alone sends.
 *
 * The reader turns frames into commands (`client/commands.ts`), which go to the hub or are refused. The
 * writer (`client/writer.ts`) sends answers to this client alone, and what comes next from its cursor on
 * the room's log (`client/cursor.ts`). What a connection is apart from its room is in
 * `client/connection.ts`.
 *
 * Its life: it is constructed, `entered` by the hub (the welcome, then the frames that came early),
 * receives frames, and ends once. The welcome is the first thing sent.
 */

import type { Sink } from "./client/backpressure.ts";
import { CLOSE_REASONS, type CloseReason } from "./client/close_reasons.ts";
import { Commands } from "./client/commands.ts";
import { Connection } from "./client/connection.ts";
import { Cursor } from "./client/cursor.ts";
import type { JoinRequest, Services } from "./client/services.ts";
import { sinceOf, welcomeTo } from "./client/welcome.ts";
import { LIMITS } from "./config/limits.ts";
import type { Person } from "./hub/person.ts";
import type { Member, Room } from "./hub/room.ts";
import type { Slice } from "./hub/tail.ts";
import type { LogEntry } from "./journal/journal.ts";
import type { Refusal, Wire } from "./wire/wire.ts";

/** One connection to one room. */
export class Client extends Connection implements Member {
  /** As the client spelt it until the hub has let it in, then as the room is called. */
  room: string;
  person: Person;
  readonly observer: boolean;
  readonly isAdmin: boolean;
  readonly #request: JoinRequest;
  readonly #wire: Wire;
  readonly #commands: Commands;
  /** Its position in the room, once the hub has let it in. */
  #cursor: Cursor | undefined;
  /** Frames that came before that, and their length. */
  #early: string[] = [];
  #earlyLength = 0;
  #diverged = false;

  constructor(sink: Sink, request: JoinRequest, services: Services) {
    super(sink, request.wire, request, services);
    this.#request = request;
    this.#wire = request.wire;
    this.#commands = new Commands(this, this.limits, request, services);
    this.room = request.room;
    this.person = request.person;
    this.observer = request.observer;
    this.isAdmin = request.isAdmin;
  }

  start(): void {
    this.services.hub.join(this);
  }

  get since(): number | undefined {
    return sinceOf(this.#request, this.services);
  }

  get sinceAt(): number | undefined {
    return this.#request.at;
  }

  // The reader.

  protected read(frame: string): void {
    if (this.#cursor) this.#obey(frame);
    else this.#holdEarly(frame);
  }

  #holdEarly(frame: string): void {
    this.#earlyLength += frame.length + 1;
    if (this.#earlyLength > LIMITS.earlyLength) return this.end(CLOSE_REASONS.overloaded);
    this.#early.push(frame);
  }

  #obey(frame: string): void {
    for (const command of this.#wire.decode(frame)) {
      if (this.ended) return;
      this.#commands.handle(command);
    }
  }

  rename(person: string, name: string): void {
    if (person !== this.person.id || name === this.person.name) return;
    // Before it is in a room, this is the name that it comes with.
    if (!this.#cursor) this.person = { ...this.person, name };
    else this.services.hub.rename(this, name);
  }

  startDraining(): void {
    this.#commands.startDraining();
  }

  // What the hub reports.

  entered(room: Room, person: Person): void {
    const { welcome, start } = welcomeTo(
      room,
      person,
      this.#request,
      this.services,
      this.#diverged,
    );
    this.room = room.name;
    this.person = person;
    this.#commands.entered(room);
    this.#cursor = new Cursor(room, this.#wire, this.services, start);
    this.writer.answer(this.#wire.welcome(welcome));
    for (const frame of this.#early.splice(0)) this.#obey(frame);
  }

  diverged(): void {
    this.#diverged = true;
  }

  rejected(): void {
    this.end(CLOSE_REASONS.overloaded);
  }

  /** Entries come back through the log; only one that was sent before needs its own echo. */
  kept(entry: LogEntry, shown: boolean, isOther = false): void {
    const comes = !shown || entry.seq > (this.#cursor?.seq ?? 0);
    if (isOther || !comes) this.writer.answer(this.#wire.encode([entry]));
  }

  refuse(code: Refusal, detail: string, id?: string): void {
    this.refuseWith(code, this.#wire.refusal(code, detail, id));
  }

  pong(id?: string): void {
    this.writer.answer(this.#wire.pong(id));
  }

  // The writer's source.

  get hasNext(): boolean {
    return this.#cursor?.hasNext === true;
  }

  sendNext(): void | Promise<void> {
    const next = this.#cursor!.next();
    if (next instanceof Promise) return next.then((slice) => this.#deliver(slice));
    this.#deliver(next);
  }

  #deliver(slice: Slice | undefined): void {
    if (!slice || this.ended) return;
    this.writer.send(slice.frames);
    this.counters.delivered += slice.messages;
    this.#cursor!.advance(slice);
  }

  follows(room: string): boolean {
    return this.room === room;
  }

  isBehind(): boolean {
    return !this.ended && this.#cursor?.isBehind === true;
  }

  // The end.

  protected get place(): string {
    return this.room;
  }

  override end(reason: CloseReason): void {
    // What was said before its room was open is kept even if nobody waits for the answer.
    if (!reason.code) { for (const frame of this.#early.splice(0)) this.#obey(frame); }
    super.end(reason);
  }

  protected leave(): void {
    this.services.hub.leave(this);
  }
}
