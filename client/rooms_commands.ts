/**
 * The commands on a connection for all rooms: entering and leaving rooms, what is said in them, and what
 * the person does for themselves.
 */

import { LIMITS } from "../config/limits.ts";
import type { RoomsCommand } from "../wire/all_rooms.ts";
import { cleanName } from "../wire/sanitize.ts";
import type { Command, Refusal } from "../wire/wire.ts";
import type { OwnLog } from "./own.ts";
import type { MessageLimit } from "./rate_limit.ts";
import { ReadMarks } from "./read_marks.ts";
import { Seat, type SeatOwner } from "./seat.ts";
import type { EnterRequest, RoomsRequest, Services } from "./services.ts";

type Of<T extends RoomsCommand["type"]> = Extract<RoomsCommand, { type: T }>;

/** The connection. */
export interface RoomsOwner extends SeatOwner {
  refuse(code: Refusal, detail: string, id?: string, room?: string): void;
  pong(id?: string): void;
  /** A seat has nothing to send any more. */
  forget(seat: Seat): void;
}

/** Handles the commands of one connection. */
export class RoomsCommands {
  readonly #owner: RoomsOwner;
  readonly #request: RoomsRequest;
  readonly #services: Services;
  readonly #messages: MessageLimit;
  /** By the name that they were entered with, until the hub has let them in: then by the room's. */
  readonly #seats = new Map<string, Seat>();
  #own: OwnLog | undefined;
  #marks: ReadMarks | undefined;
  #draining = false;

  constructor(owner: RoomsOwner, request: RoomsRequest, services: Services) {
    this.#owner = owner;
    this.#request = request;
    this.#services = services;
    this.#messages = services.limits.messages(request.person.id, request.address);
  }

  /** Commands are handled from now on. */
  start(own: OwnLog): void {
    this.#own = own;
    this.#marks = new ReadMarks(own, this.#services);
  }

  get hasStarted(): boolean {
    return this.#own !== undefined;
  }

  /** The seats that were asked for. */
  seats(): Seat[] {
    return [...this.#seats.values()];
  }

  /** Whether a seat has not been given up. */
  holds(seat: Seat): boolean {
    return this.#seats.get(seat.room) === seat;
  }

  /** Whether a room has been entered. */
  isSeated(room: string): boolean {
    return this.#seats.get(room)?.cursor !== undefined;
  }

  /** A seat has the room's own name now. */
  seated(seat: Seat): void {
    for (const [name, other] of this.#seats) if (other === seat) this.#seats.delete(name);
    const before = this.#seats.get(seat.room);
    this.#seats.set(seat.room, seat);
    if (before) this.#services.hub.leave(before);
  }

  /** Gives a seat up; reports whether it was held. */
  drop(seat: Seat): boolean {
    this.#owner.forget(seat);
    for (const [name, other] of this.#seats) {
      if (other === seat) return this.#seats.delete(name);
    }
    return false;
  }

  /** Leaves a room. */
  exit(room: string): void {
    const seat = this.#seats.get(room);
    if (!seat) return;
    this.drop(seat);
    this.#services.hub.leave(seat);
  }

  /** Leaves all rooms, and keeps what was read. */
  close(): void {
    for (const room of [...this.#seats.keys()]) this.exit(room);
    this.#marks?.close();
  }

  startDraining(): void {
    this.#draining = true;
    for (const seat of this.#seats.values()) seat.startDraining();
  }

  handle(command: RoomsCommand): void {
    const { id } = command;
    switch (command.type) {
      case "invalid":
        return this.#owner.refuse(command.code, command.detail, id);
      case "ping":
        if (this.#owner.limits.frame()) this.#owner.pong(id);
        return;
      case "name":
        return this.#rename(command);
      case "exit":
        return this.exit(command.room);
      default: {
        const found = this.#request.find(command.room);
        if ("code" in found) {
          return this.#owner.refuse(found.code, found.detail, idOf(command), command.room);
        }
        return this.#inRoom({ ...command, room: found.room }, found);
      }
    }
  }

  #inRoom(
    command: Exclude<RoomsCommand, Of<"invalid" | "ping" | "name" | "exit">>,
    { role }: Pick<EnterRequest, "role">,
  ): void {
    const { room, id } = command;
    switch (command.type) {
      case "enter":
        return this.#enter(command, role);
      case "in": {
        const seat = this.#seats.get(room);
        if (seat) return seat.handle(command.command);
        return this.#await(this.#outside(room, command.command), room, id);
      }
      case "read":
        return this.#await(this.#read(command), room, id);
      case "mute":
      case "star":
        if (!this.#allows(id, room)) return;
        return this.#await(this.#own![command.type](room, command.on), room, id);
    }
  }

  #enter({ room, since, epoch, at, replay, id }: Of<"enter">, role: EnterRequest["role"]): void {
    const { limits, config, hub } = this.#services;
    if (this.#seats.size >= LIMITS.roomsEntered) {
      const detail = `${LIMITS.roomsEntered} rooms can be entered at once: exit one first`;
      return this.#owner.refuse("overloaded", detail, id, room);
    }
    if (this.#draining || !limits.request(this.#request.address)) {
      return this.#owner.refuse("rate_limited", "too many requests, try again later", id, room);
    }
    this.exit(room);
    const wanted = Math.min(replay ?? config.replay, LIMITS.replay);
    const request = { room, role, since, epoch, at: at || undefined, replay: wanted, id };
    const seat = new Seat(this.#owner, request, this.#services);
    this.#seats.set(room, seat);
    hub.join(seat);
  }

  /** A command in a room that is not entered. The first message in a new room counts as creating it. */
  async #outside(asked: string, command: Command): Promise<void> {
    const { hub, journal, limits } = this.#services;
    const room = await hub.resolve(asked);
    const isNew = (hub.newest(room) ?? (await journal.before(room, Infinity, 1)).length) === 0;
    if (isNew && !limits.newRoom(this.#request.address)) {
      const detail = "too many new rooms from your address, try again later";
      return this.#owner.refuse("rate_limited", detail, idOf(command), asked);
    }
    const place = { since: undefined, epoch: undefined, at: undefined, replay: 0 };
    const seat = new Seat(this.#owner, { room, role: "member", ...place }, this.#services);
    if (this.#draining) seat.startDraining();
    seat.handleOutside(command);
  }

  async #read({ room: asked, seq, id }: Of<"read">): Promise<void> {
    const room = this.#seats.has(asked) ? asked : await this.#services.hub.resolve(asked);
    if (await this.#marks!.set(room, seq)) return;
    this.#owner.refuse("bad_command", "the room has no such entry", id, room);
  }

  #rename({ name, id }: Of<"name">): void {
    if (!this.#allows(id)) return;
    if (this.#request.named) {
      return this.#owner.refuse("bad_name", "your name is not changed in a room", id);
    }
    const clean = cleanName(name);
    if (clean === undefined) {
      const detail = `a name is 1 to ${LIMITS.userName} visible characters`;
      return this.#owner.refuse("bad_name", detail, id);
    }
    this.rename(clean);
  }

  /** The person has another name. */
  rename(name: string): void {
    this.#request.person.name = name;
    for (const seat of this.#seats.values()) this.#services.hub.rename(seat, name);
  }

  /** Reports what could not be done now. */
  #await(doing: Promise<void>, room: string, id?: string): void {
    doing.catch((error) => {
      this.#services.log.error("command failed", { error });
      this.#owner.refuse("overloaded", "it could not be kept, try again later", id, room);
    });
  }

  #allows(id?: string, room?: string): boolean {
    if (!this.#draining && this.#messages.take()) return true;
    this.#owner.refuse("rate_limited", "too many commands, try again later", id, room);
    return false;
  }
}

function idOf(command: object): string | undefined {
  const inner = (command as Partial<Of<"in">>).command ?? command;
  return (inner as { id?: string }).id;
}
