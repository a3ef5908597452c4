/**
 * The connection for all rooms: many cursors, one writer.
 *
 * It begins with `hello`. Then it has a seat in every room that was entered, and joins what comes next from
 * all of them into as few frames as possible. Of rooms that are not entered it reports activity, and of
 * the person's own log whatever other devices do. What the person may not enter never appears here, and
 * disappears as soon as they may not enter it any more.
 */

import { LIMITS } from "../config/limits.ts";
import type { ListedRoom } from "../hub/room_list.ts";
import type { Slice } from "../hub/tail.ts";
import {
  decodeRooms,
  helloLine,
  mentionLine,
  readLine,
  refusalLine,
  roomsLine,
  RoomWire,
  settingLine,
} from "../wire/all_rooms.ts";
import type { Refusal } from "../wire/wire.ts";
import type { Sink } from "./backpressure.ts";
import { CLOSE_REASONS } from "./close_reasons.ts";
import { Connection } from "./connection.ts";
import { describeRooms, helloOf } from "./hello.ts";
import { Outgoing } from "./outgoing.ts";
import type { Mention, OwnChange, OwnLog } from "./own.ts";
import { RoomsCommands } from "./rooms_commands.ts";
import type { Seat, SeatOwner } from "./seat.ts";
import type { Credentials, RoomsRequest, Services } from "./services.ts";

/** One connection to all rooms. */
export class AllRooms extends Connection implements SeatOwner {
  readonly credentials: Credentials;
  readonly #request: RoomsRequest;
  readonly #commands: RoomsCommands;
  readonly #outgoing = new Outgoing();
  /** Seats that have something to send. */
  readonly #ready = new Set<Seat>();
  /** Rooms that have been described to the client. */
  readonly #known = new Set<string>();
  /** Hidden rooms that this connection knows of. */
  #hidden: ReadonlySet<string> = new Set();
  #own: { log: OwnLog; close(): void } | undefined;
  /** Frames that came before `hello`. */
  #early: string[] = [];
  #earlyLength = 0;
  #isNotifying = false;

  constructor(sink: Sink, request: RoomsRequest, services: Services) {
    super(sink, new RoomWire(""), request, services);
    this.credentials = request;
    this.#request = request;
    this.#commands = new RoomsCommands(this, request, services);
  }

  start(): void {
    void this.#start();
  }

  /** Says hello; what came early is read after that. */
  async #start(): Promise<void> {
    const { own, log, rules } = this.services;
    const { person: { id }, role, since, epoch } = this.#request;
    try {
      const opened = await own.open(id, (change) => this.#changed(change));
      if (this.ended) return opened.close();
      this.#own = opened;
      this.#hidden = new Set(rules.hiddenRooms(id));
      const hello = await helloOf(this.credentials, role, opened.log, this.services);
      if (this.ended) return;
      this.answer([helloLine(hello)]);
      for (const { name } of hello.rooms) this.#watch(name);
      this.#commands.start(opened.log);
      const isOther = epoch !== undefined && epoch !== this.services.journal.epoch;
      const missed = since === undefined || isOther ? [] : opened.log.mentions;
      for (const mention of missed) if (mention.own > since!) this.#mention(mention);
      for (const frame of this.#early.splice(0)) this.#obey(frame);
    } catch (error) {
      log.error("journal failed", { error });
      this.end(CLOSE_REASONS.overloaded);
    }
  }

  rename(person: string, name: string): void {
    if (person === this.credentials.person.id) this.#commands.rename(name);
  }

  // The reader.

  protected read(frame: string): void {
    if (this.#commands.hasStarted) return this.#obey(frame);
    this.#earlyLength += frame.length + 1;
    if (this.#earlyLength > LIMITS.earlyLength) return this.end(CLOSE_REASONS.overloaded);
    this.#early.push(frame);
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

  // What its seats report.

  answer(frames: readonly string[]): void {
    this.writer.answer(frames);
  }

  refuse(code: Refusal, detail: string, id?: string, room?: string): void {
    this.refuseWith(code, [refusalLine(code, detail, id, room)]);
  }

  pong(id?: string): void {
    this.writer.answer([JSON.stringify({ type: "pong", id })]);
  }

  ready(seat: Seat): void {
    this.#ready.add(seat);
    this.notify();
  }

  seated(seat: Seat): void {
    this.#outgoing.forget(seat.room);
    this.#makeKnown(seat.room);
    this.#commands.seated(seat);
  }

  lost(seat: Seat): void {
    if (!this.#commands.drop(seat)) return;
    const detail = "this room cannot be served now: enter it again";
    this.answer([refusalLine("overloaded", detail, seat.enterId, seat.room)]);
  }

  /** A seat has nothing to send any more. */
  forget(seat: Seat): void {
    this.#ready.delete(seat);
  }

  // What other parts report.

  /** Something happened in a room of this person. */
  active(room: ListedRoom): void {
    if (this.#commands.isSeated(room.name)) return;
    this.#outgoing.addActivity(room);
    this.notify();
  }

  #changed(change: OwnChange): void {
    const { type, own } = change;
    if (type === "mention") return void this.#mention(change.mention);
    if (type === "read") {
      const { room, seq, read } = change.mark;
      this.#makeKnown(room);
      this.#put(`read/${room}`, readLine(own, room, seq, read));
    } else {
      const { room, on } = change;
      if (on) this.#makeKnown(room);
      this.#put(`${type}/${room}`, settingLine(type, own, room, on));
    }
  }

  #watch(room: string): void {
    this.#known.add(room);
    this.services.activity.watch(room, this);
  }

  /** Describes a room that is this person's from now on. */
  #makeKnown(room: string): void {
    if (this.#known.has(room) || !this.#own) return;
    this.#watch(room);
    void this.#report(this.#own.log, [room], []);
  }

  #put(key: string, line: string): void {
    this.#outgoing.add(key, line);
    this.notify();
  }

  /** The message is shown as it is now, if its room may be entered. */
  async #mention({ own, room, seq }: Mention): Promise<void> {
    const { journal, log } = this.services;
    if (!this.credentials.mayEnter(room)) return;
    try {
      const { messages: [message] } = await journal.page(room, { after: seq - 1, limit: 1 });
      if (message?.seq !== seq || message.deleted || this.ended) return;
      this.#put(`mention/${room}/${seq}`, mentionLine(own, room, message));
    } catch (error) {
      log.error("journal failed", { error });
    }
  }

  // The writer's source.

  /** Notifies the writer once all rooms of a turn have reported what they have: that is one frame. */
  override notify(): void {
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      this.writer.notify();
    });
  }

  get hasNext(): boolean {
    return this.#ready.size > 0 || !this.#outgoing.isEmpty;
  }

  /** Joins what comes from memory into one frame; waits where a log must be read from the journal. */
  sendNext(): void | Promise<void> {
    const frames = this.#outgoing.take();
    let length = 0;
    for (const seat of this.#ready) {
      this.#ready.delete(seat);
      const cursor = seat.cursor;
      if (!cursor?.hasNext) continue;
      const next = cursor.next();
      if (next instanceof Promise) {
        this.#send(frames);
        return next.then((slice) => this.#send(this.#advance(seat, slice)));
      }
      frames.push(...this.#advance(seat, next));
      length += frames.at(-1)?.length ?? 0;
      if (length > LIMITS.frameLength) break;
    }
    this.#send(frames);
  }

  /** The frames of a slice. A seat with more to send comes last. */
  #advance(seat: Seat, slice: Slice | undefined): readonly string[] {
    const cursor = seat.cursor!;
    if (slice) {
      this.counters.delivered += slice.messages;
      cursor.advance(slice);
    }
    if (cursor.hasNext && this.#commands.holds(seat)) this.#ready.add(seat);
    return slice?.frames ?? [];
  }

  #send(frames: readonly string[]): void {
    if (frames.length === 0 || this.ended) return;
    this.writer.send(frames.length === 1 ? frames : [frames.join("\n")]);
  }

  follows(): boolean {
    return true;
  }

  isBehind(): boolean {
    return !this.ended && this.#commands.seats().some(({ cursor }) => cursor?.isBehind);
  }

  // Access, and the end.

  override sweep(monotonic: number, wall: number): void {
    super.sweep(monotonic, wall);
    if (!this.ended && this.#own) this.#checkRooms(this.#own.log);
  }

  /** Hidden rooms come and go with the person's places in them. */
  #checkRooms(own: OwnLog): void {
    const { rules, activity } = this.services;
    const { id } = this.credentials.person;
    const hidden = rules.hiddenRooms(id);
    for (const seat of this.#commands.seats()) {
      if (!this.credentials.mayEnter(seat.room)) this.#commands.exit(seat.room);
    }
    const added = [...hidden].filter((room) => !this.#hidden.has(room));
    const removed = [...this.#hidden].filter((room) => !hidden.has(room));
    if (added.length + removed.length === 0) return;
    this.#hidden = new Set(hidden);
    for (const room of removed) {
      this.#known.delete(room);
      activity.unwatch(room, this);
      this.#outgoing.forget(room);
    }
    for (const room of added) this.#watch(room);
    void this.#report(own, added, removed);
  }

  async #report(own: OwnLog, added: string[], removed: string[]): Promise<void> {
    try {
      const rooms = await describeRooms(added, own, this.services);
      this.#put(`rooms/${added}/${removed}`, roomsLine(own.seq, rooms, removed));
    } catch (error) {
      this.services.log.error("journal failed", { error });
    }
  }

  protected get place(): string {
    return "*";
  }

  protected leave(): void {
    this.#commands.close();
    this.services.activity.unwatchAll(this);
    this.#own?.close();
  }
}
