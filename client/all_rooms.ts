/**
 * The connection for all rooms: many cursors, one writer.
 *
 * It begins with `hello`. Then it has a seat in every room that was entered (`client/seats.ts`), and a
 * feed of what concerns the person in all others (`client/own_feed.ts`); the writer joins what comes next
 * from all of them into as few frames as possible. What the person may not enter never appears here, and
 * disappears as soon as they may not enter it any more.
 */

import { LIMITS } from "../config/limits.ts";
import type { Hub } from "../hub.ts";
import type { Person } from "../hub/person.ts";
import { decodeRooms, refusalLine, RoomWire } from "../wire/all_rooms.ts";
import type { Refusal } from "../wire/wire.ts";
import type { Sink } from "./backpressure.ts";
import { CLOSE_REASONS, type CloseReason } from "./close_reasons.ts";
import { Connection } from "./connection.ts";
import { OwnFeed } from "./own_feed.ts";
import { RoomsCommands } from "./rooms_commands.ts";
import { Seats, type SeatsOwner } from "./seats.ts";
import type { Credentials, RoomsRequest, Services } from "./services.ts";
import { Turns } from "./turns.ts";

/** The turns of those that connect to one chat. */
const turnsOfHub = new WeakMap<Hub, Turns>();

function turnsOf(hub: Hub): Turns {
  let turns = turnsOfHub.get(hub);
  if (!turns) turnsOfHub.set(hub, turns = new Turns(LIMITS.hellosAtOnce));
  return turns;
}

/** One connection to all rooms. */
export class AllRooms extends Connection implements SeatsOwner {
  readonly credentials: Credentials;
  readonly #feed: OwnFeed;
  readonly #seats: Seats;
  readonly #commands: RoomsCommands;
  /** Frames that came before `hello`, until it is sent, and their length. */
  #early: string[] | undefined = [];
  #earlyLength = 0;

  constructor(sink: Sink, request: RoomsRequest, services: Services) {
    super(sink, new RoomWire(""), request, services);
    this.credentials = request;
    this.#seats = new Seats(this, services);
    this.#feed = new OwnFeed(this, request, services);
    const parts = { seats: this.#seats, feed: this.#feed };
    this.#commands = new RoomsCommands(this, parts, request, services);
  }

  get person(): Person {
    return this.credentials.person;
  }

  start(): void {
    void this.#start();
  }

  /** Says hello; what came early is read after that. */
  async #start(): Promise<void> {
    try {
      const hello = await turnsOf(this.services.hub).take(async () => {
        // It may have gone while it waited.
        return this.ended ? undefined : await this.#feed.open();
      });
      if (hello === undefined || this.ended) return this.#feed.close();
      this.answer([hello]);
      this.#feed.start();
      this.services.connected.set(this, this.person);
      this.#readEarly();
    } catch (error) {
      this.failed(error);
    }
  }

  // The reader.

  protected read(frame: string): void {
    if (!this.#early) return this.#obey(frame);
    this.#earlyLength += frame.length + 1;
    if (this.#earlyLength > LIMITS.earlyLength) return this.end(CLOSE_REASONS.overloaded);
    this.#early.push(frame);
  }

  #readEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const frame of early) this.#obey(frame);
  }

  #obey(frame: string): void {
    for (const command of decodeRooms(frame)) {
      if (this.ended) return;
      this.#commands.handle(command);
    }
  }

  startDraining(): void {
    this.#commands.startDraining();
  }

  rename(person: string, name: string): void {
    if (!this.ended && person === this.person.id) this.#commands.rename(name);
  }

  // What its parts report.

  answer(frames: readonly string[]): void {
    this.writer.answer(frames);
  }

  refuse(code: Refusal, detail: string, id?: string, room?: string): void {
    this.refuseWith(code, [refusalLine(code, detail, id, room)]);
  }

  pong(id?: string): void {
    this.answer([JSON.stringify({ type: "pong", id })]);
  }

  entered(room: string): void {
    this.#feed.entered(room);
  }

  left(room: string): void {
    this.#feed.left(room);
  }

  hasEntered(room: string): boolean {
    return this.#seats.get(room)?.isEntered === true;
  }

  // The writer's source.

  /** Notifies the writer once all rooms of a turn have reported what they have: that is one frame. */
  override notify(): void {
    this.writer.notifySoon();
  }

  get hasNext(): boolean {
    return this.#feed.hasNext || this.#seats.hasNext;
  }

  /** Joins what comes from memory into one frame; waits where the journal must be read. */
  sendNext(): void | Promise<void> {
    const lines = this.#feed.hasNext ? this.#feed.next() : [];
    if (lines instanceof Promise) return lines.then((lines) => this.#send(lines));
    const { frames, reading } = this.#seats.next();
    this.#send([...lines, ...frames]);
    return reading?.then((frames) => this.#send(frames));
  }

  #send(frames: readonly string[]): void {
    if (frames.length === 0 || this.ended) return;
    this.writer.send(frames.length === 1 ? frames : [frames.join("\n")]);
  }

  follows(): boolean {
    return true;
  }

  isBehind(): boolean {
    return !this.ended && this.#seats.isBehind();
  }

  // Access, and the end.

  override sweep(monotonic: number, wall: number): void {
    super.sweep(monotonic, wall);
    if (this.ended) return;
    this.#seats.checkAccess();
    this.#feed.checkRooms();
  }

  protected get place(): string {
    return "*";
  }

  override end(reason: CloseReason): void {
    // What was said before hello is kept even if nobody waits for the answer.
    if (!reason.code) this.#readEarly();
    super.end(reason);
  }

  protected leave(): void {
    this.services.connected.delete(this);
    this.#seats.close();
    this.#feed.close();
  }
}
