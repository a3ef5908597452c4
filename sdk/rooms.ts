/**
 * All rooms on one connection, as a program uses them: this person's rooms with what is unread in them,
 * and any of them entered.
 *
 * A room that has been entered is the same {@linkcode Room} as one on a connection of its own. What this
 * person does for themselves (reading, muting, starring) waits until the server has it, through any
 * number of reconnections.
 */

import { Connection } from "./connection.ts";
import { parseRoomsFrame } from "./decode_rooms.ts";
import { Emitter } from "./emitter.ts";
import { EnteredRooms } from "./entered_rooms.ts";
import { query, roomUrl, type Token, under } from "./http.ts";
import { Identity } from "./identity.ts";
import type { Person, Refusal } from "./protocol.ts";
import type { Room } from "./room.ts";
import type { RoomsEvents, RoomsOptions } from "./rooms_options.ts";
import type { InRoom, OwnObject, RoomsObject } from "./rooms_protocol.ts";
import { type MyRoom, RoomsState } from "./rooms_state.ts";
import type { Status } from "./status.ts";
import { Wanted } from "./wanted.ts";

/** This person's rooms. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #identity: Identity;
  readonly #connection: Connection<RoomsObject>;
  readonly #emitter = new Emitter<RoomsEvents>();
  readonly #state = new RoomsState();
  readonly #entered: EnteredRooms;
  readonly #wanted: Wanted;

  /** Use {@linkcode connectRooms}. */
  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#identity = new Identity(options);
    this.#connection = new Connection({
      url: () => this.#address(),
      probe: () => this.#probe(),
      token: this.#identity.token,
      timing: options.timing,
      parse: parseRoomsFrame,
      onObjects: (objects) => this.#apply(objects),
      onStatus: (status) => this.#turn(status),
    });
    this.#entered = new EnteredRooms(options, this.#identity, this.#connection, this.#state);
    this.#entered.onChange = () => this.#report();
    this.#wanted = new Wanted((command) => this.#connection.send(command));
    // Later, so that the caller of `connectRooms` can listen first.
    queueMicrotask(() => this.#connection.start());
  }

  /** How the connection stands. */
  get status(): Status {
    return this.#connection.status;
  }

  /** The person that this client is, once the server has said hello. */
  get you(): Person | undefined {
    return this.#state.you;
  }

  /** The name that this client asks for; empty for a guest. */
  get name(): string {
    return this.#identity.name;
  }

  /** This person's rooms: hidden, starred, with a read mark, or entered; see {@linkcode Rooms.more}. */
  get list(): readonly MyRoom[] {
    return this.#state.rooms;
  }

  /** Whether there are rooms of this person that `list` lacks; {@linkcode listRooms} has them. */
  get more(): boolean {
    return this.#state.more;
  }

  /** One of this person's rooms. */
  room(name: string): MyRoom | undefined {
    return this.#state.room(this.#entered.nameOf(name));
  }

  /** Listens to an event; the result ends that. */
  on<Name extends keyof RoomsEvents>(
    name: Name,
    listener: (detail: RoomsEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Enters a room, and stays in it until the result is closed. The result is the same for a room that
   * has been entered already.
   *
   * A room that may not be entered has the status `stopped`, with the reason.
   */
  enter(name: string): Room {
    return this.#entered.enter(name);
  }

  /** Marks a room as read up to an entry; without one, everything that is known of it. */
  read(name: string, seq: number | undefined = this.room(name)?.seq): void {
    if (!seq) return;
    const room = this.#entered.nameOf(name);
    this.#state.marking(room, seq);
    this.#wanted.add({ type: "read", room, seq });
    this.#report();
  }

  /** Marks all rooms of the list as read. */
  readAll(): void {
    for (const { name, unread, mentions } of this.list) if (unread + mentions > 0) this.read(name);
  }

  /** Mutes a room, or does so no longer. */
  mute(name: string, on: boolean): void {
    this.#wanted.add({ type: "mute", room: this.#entered.nameOf(name), on });
  }

  /** Stars a room, or does so no longer. */
  star(name: string, on: boolean): void {
    this.#wanted.add({ type: "star", room: this.#entered.nameOf(name), on });
  }

  /** Takes another name in all rooms; see {@linkcode Room.rename}. */
  rename(name: string): void {
    if (name === this.name) return;
    const command = this.#identity.rename(name);
    if (name) this.#connection.send(command);
    else this.#reconnect();
  }

  /** Takes another email or token, which means another connection. */
  identify(options: { email?: string; token?: Token }): void {
    this.#identity.update(options);
    this.#reconnect();
  }

  /** There is a reason to look at the connection now; see {@linkcode Connection.wake}. */
  wake(): void {
    this.#connection.wake();
  }

  /** Sends at once what was marked as read, muted or starred: for a page that is about to go away. */
  flush(): void {
    this.#wanted.flush();
  }

  /** Leaves all rooms, as {@linkcode Room.close} does, and closes the connection. */
  async close(options: { flushMs?: number } = {}): Promise<void> {
    await this.#entered.close(options);
    this.#wanted.close();
    await this.#connection.close();
  }

  #reconnect(): void {
    const { is } = this.status;
    if (is === "online" || is === "connecting") this.#connection.open();
    else this.#connection.wake();
  }

  #address(): URL {
    const { seq: since, epoch, at } = this.#state.position ?? {};
    const address = under(this.#options.url, "rooms");
    address.search = query({ ...this.#identity.query, since, epoch, at });
    return address;
  }

  /** A plain request for all rooms is answered with a list: one for a room meets the same refusals. */
  #probe(): URL {
    const address = roomUrl(this.#options.url, this.#entered.open ?? "lobby");
    address.search = query(this.#identity.query);
    return address;
  }

  #turn(status: Status): void {
    if (status.is === "online") this.#wanted.online();
    this.#entered.follow(status);
    this.#emitter.emit("status", status);
    this.#emitter.emit("change", undefined);
  }

  #apply(objects: readonly RoomsObject[]): void {
    const inRooms: InRoom[] = [];
    for (const object of objects) {
      if (object.type === "error") this.#refused(object);
      else if (object.type === "in") {
        const { object: inner } = object;
        if (inner.type !== "error" || !this.#isWanted(inner, object.room)) inRooms.push(object);
      } else if (object.type !== "pong") this.#own(object);
    }
    for (const refusal of this.#entered.apply(inRooms)) this.#refused(refusal);
    this.#report();
  }

  #refused(refusal: Refusal): void {
    this.#identity.refused(refusal.id);
    this.#emitter.emit("error", refusal);
  }

  /** Whether this refuses what the person wanted for themselves. */
  #isWanted(refusal: Refusal, room: string): boolean {
    const is = this.#wanted.refused(refusal);
    if (is === "final") {
      this.#state.unmark(room);
      this.#emitter.emit("error", refusal);
    }
    return is !== undefined;
  }

  #own(object: OwnObject): void {
    this.#state.apply(object);
    switch (object.type) {
      case "hello":
        return this.#identity.accept();
      case "mention":
        return this.#emitter.emit("mention", object);
      case "read":
      case "mute":
      case "star":
        return this.#wanted.settle(object);
      case "rooms":
        for (const name of object.removed) this.#emitter.emit("removed", name);
    }
  }

  #report(): void {
    this.#emitter.emit("rooms", undefined);
    this.#emitter.emit("change", undefined);
  }
}

/**
 * Connects to a server for all rooms at once.
 *
 * @example
 * ```ts
 * const chat = connectRooms({ url: "https://chat.example", token });
 * chat.on("rooms", () => {
 *   for (const { name, unread, mentions } of chat.list) console.log(name, unread, mentions);
 * });
 * chat.on("mention", ({ room, name, text }) => console.log(`${name} in ${room}: ${text}`));
 * const tea = chat.enter("tea");
 * tea.on("message", ({ seq }) => chat.read("tea", seq));
 * await tea.say("Hello!");
 * await chat.close();
 * ```
 */
export function connectRooms(options: RoomsOptions): Rooms {
  return new Rooms(options);
}
